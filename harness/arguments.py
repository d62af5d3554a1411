"""The command line's words, from dataclasses; tyro reads them."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, get_args

import tyro

from harness.bench.work import OURS, Measure, Ours, Variant
from harness.implementations import Impl
from reference.config import Config, Update


@dataclass(frozen=True)
class Train:
    """Train one implementation; writes a run folder with metrics, weights and report.html."""

    config: tyro.conf.OmitArgPrefixes[Config] = field(default_factory=Config)
    preset: str | None = None
    """Begin with the values of a publication or library, which `ddpg presets` lists; options beside it win."""
    impl: Impl = "reference"
    """Which implementation."""
    update: Update = "autograd"
    """Who computes gradients: autograd, to the bits of TorchRL; or fused, written out by hand, which is faster, rounds
    otherwise, and is the reference's alone."""
    seeds: str | None = None
    """Train a run for each of these seeds, as 0..15 or 0,3,7, into folders seed-<seed> of the new folder."""
    workers: int | None = None
    """Processes that train seeds, with one thread each; None: as many as there are cores."""
    stack: int | None = None
    """Seeds that the fused update trains as one in each process: faster for small networks; None: 1."""
    out: Path | None = None
    """New folder for the run; None: runs/<time>-<impl>-<env_id>-<seed>."""
    checkpoint_every: str | None = "300s"
    """Episodes between checkpoints, as 10, or seconds, as 30s, rounded up to whole episodes; None: no checkpoints."""
    keep_checkpoints: int = 3
    """How many of them are kept; they share what did not change."""
    json: bool = False
    """Print one JSON object on standard output, and nothing else there."""


@dataclass(frozen=True)
class Resume:
    """Go on with a run that was broken off, from its newest good checkpoint, to the bits of one never stopped."""

    run: tyro.conf.Positional[Path]
    """Run folder."""
    impl: Impl | None = None
    """Go on with this implementation; None: as the run had it."""
    checkpoint_every: str | None = None
    """Episodes between checkpoints, as 10, or seconds, as 30s; None: as the run had it."""
    keep_checkpoints: int | None = None
    """How many are kept; None: as the run had it."""
    env_id: str | None = None
    """The run's own, said again: needed where it names code to import, module:Id or factory=module:function."""
    json: bool = False
    """Print one JSON object on standard output, and nothing else there."""


@dataclass(frozen=True)
class Record:
    """Train one implementation and write a trace: hashes of all that it computes, and values where asked for."""

    config: tyro.conf.OmitArgPrefixes[Config] = field(default_factory=Config)
    preset: str | None = None
    """Begin with the values of a publication or library, which `ddpg presets` lists; options beside it win."""
    impl: Impl = "reference"
    """Which implementation."""
    out: Path | None = None
    """New file (*.jsonl), or folder for a trace.jsonl; None: runs/<time>-<impl>-<env_id>-<seed>.jsonl."""
    values_every: int | None = None
    """Write values too at the start of the run and at every so many updates; None: no values."""
    values_at: tuple[int, ...] = ()
    """Write values too at these updates; 0 is the start of the run."""
    json: bool = False
    """Print one JSON object on standard output, and nothing else there."""


@dataclass(frozen=True)
class Compare:
    """Compare two runs to the first differing bit; exit 0 if every bit agrees, 1 if one differs."""

    sides: Annotated[tuple[str, ...], tyro.conf.Positional, tyro.conf.arg(metavar="[A B]")] = ()
    """Two sides, each reference, torchrl or the path of a trace, which `ddpg record` writes; none: reference torchrl.
    With a trace the comparison goes by hashes, and the configuration is the trace's."""
    config: tyro.conf.OmitArgPrefixes[Config] = field(default_factory=Config)
    preset: str | None = None
    """Begin with the values of a publication or library, which `ddpg presets` lists; options beside it win."""
    fault: str | None = None
    """Name of a seeded fault of the suite to put into one implementation, with a configuration in which it shows."""
    out: Path | None = None
    """New folder for the runs and a report over them; None: nothing is written."""
    json: bool = False
    """Print one JSON object on standard output, and nothing else there."""


@dataclass(frozen=True)
class Presets:
    """List the presets: each field that differs from its default, and where its value stands."""

    names: tyro.conf.Positional[tuple[str, ...]] = ()
    """Which ones; none: all."""
    json: bool = False
    """Print one JSON object on standard output, and nothing else there."""


@dataclass(frozen=True)
class Evaluate:
    """Play episodes with a run's final policy, without exploration."""

    run: tyro.conf.Positional[Path]
    """Run folder."""
    episodes: int = 10
    """How many; their seeds derive from the run's, and training saw none of them."""
    max_steps_per_episode: int | None = None
    """Steps after which an episode is truncated; None: as in the run."""
    env_id: str | None = None
    """The run's own, said again: needed where it names code to import, module:Id or factory=module:function."""
    json: bool = False
    """Print one JSON object on standard output, and nothing else there."""


@dataclass(frozen=True)
class Report:
    """Draw the report of one run, or of several on top of each other."""

    runs: tyro.conf.Positional[tuple[Path, ...]]
    """Run folders."""
    out: Path | None = None
    """The page to write; None: report.html in the run's folder, or here for several runs."""
    json: bool = False
    """Print one JSON object on standard output, and nothing else there."""


@dataclass(frozen=True)
class Parity:
    """Climb the ladder with these implementations or one of yours; exit 0 if all tests pass, 1 if not."""

    options: Annotated[tuple[str, ...], tyro.conf.Positional, tyro.conf.arg(metavar="[pytest options]")] = ()
    """Every word goes on to pytest. The suite's own options: `--candidate package.module:Class` puts an implementation
    of yours on the ladder, and runs nothing else (may be given more than once); `--all` goes on above the first broken
    rung. Of pytest's own: `-n 2` for two processes, `-k NAME` for some of the tests, `-x` to stop at the first failure,
    `-q` for less output. `pytest --help` lists them all."""


@dataclass(frozen=True)
class Bench:
    """Time both implementations, or other libraries beside them, in turns, against a floor of matrix products."""

    variants: tuple[Variant, ...] = ("ddpg",)
    """Which algorithms. Every axis is crossed with every other."""
    batch_sizes: tuple[int, ...] = (128,)
    """Transitions of an update."""
    widths: tuple[int, ...] = (256,)
    """Units of each of two hidden layers; of the paper's second, three quarters."""
    threads: tuple[int, ...] = (1,)
    """Threads, and cores, of each process."""
    full: bool = False
    """In place of the first three axes: every variant on one thread and on two, and a grid of batch sizes and widths
    for updates alone. Takes about an hour."""
    contenders: tuple[Ours, ...] = OURS
    """Which of ours: the reference's two updates, and TorchRL's side."""
    measures: tuple[Measure, ...] = ("updates", "steps")
    """Updates alone, on batches drawn beforehand; or environment steps of the whole loop, with an update each."""
    peers: bool = False
    """Time Stable-Baselines3, SBX, tianshou, skrl and TorchRL's recipe beside ours, on the same work."""
    cleanrl: Path | None = None
    """With peers: also CleanRL's script, ddpg_continuous_action.py, from this path in a clone of its repository."""
    python: Path | None = None
    """The interpreter that is timed; None: this one, and with peers .venv-peers/bin/python if it is here."""
    from_step: int = 3_000
    """Environment step at which timing begins; half of Adam's first moments are denormal by then if nobody cares."""
    to_step: int = 5_000
    """Environment step at which it ends."""
    repeats: int = 5
    """Slices that those steps are cut into, taken in turns by all contenders; medians and spread are over them."""
    slice_seconds: float = 2.0
    """A slice of updates alone ends early after so long, and their warm-up after five times so long."""
    out: Path | None = None
    """Page with figures to write, such as bench.html; None: none."""
    json: bool = False
    """Print one JSON object on standard output, and nothing else there."""


@dataclass(frozen=True)
class Doctor:
    """Examine this machine: versions, threads, arithmetic, short runs of both sides, and the known traps that apply;
    exit 1 where something breaks parity."""

    json: bool = False
    """Print one JSON object on standard output, and nothing else there."""


Command = Train | Resume | Record | Compare | Presets | Parity | Evaluate | Report | Bench | Doctor

COMMANDS = {kind.__name__.lower(): kind for kind in get_args(Command)}
"""By the word that asks for it."""
