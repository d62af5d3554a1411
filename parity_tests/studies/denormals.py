"""`python -m parity_tests.studies.denormals`: writes the table of `docs/denormals.md`.

Each setting trains twice, in two processes that take turns, an episode each: one flushes denormal numbers to zero, one
keeps them. Counted in the one that keeps them: how many of Adam's first moments are denormal. Timed: both. Compared,
bit for bit at the end of every episode: the networks, and Adam's moments.
"""

import hashlib
import json
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import torch

from harness.presets import preset_config
from parity_tests.studies.page import write_between_markers
from reference.config import Config
from reference.train import train

PAGE = Path("docs/denormals.md")
EPISODES = 40
SETTINGS = {
    "the defaults, autograd": (Config(episodes=EPISODES), "autograd"),
    "the defaults, fused": (Config(episodes=EPISODES), "fused"),
    "LayerNorm in both": (Config(episodes=EPISODES, layer_norm="both"), "autograd"),
    "preset td3": (replace(preset_config("td3"), episodes=EPISODES), "autograd"),
    "preset paper": (replace(preset_config("paper"), episodes=EPISODES), "autograd"),
    "float64": (Config(episodes=EPISODES, dtype="float64"), "autograd"),
}


def digest(tensors):
    """Of all bits of some tensors."""
    found = hashlib.sha256()
    for tensor in tensors:
        found.update(tensor.contiguous().numpy().data)
    return found.hexdigest()


def denormal_share(tensors):
    """Of all numbers of some tensors, those that are denormal."""
    tiny = torch.finfo(tensors[0].dtype).tiny
    count = sum(int(((tensor != 0) & (tensor.abs() < tiny)).sum()) for tensor in tensors)
    return count / sum(tensor.numel() for tensor in tensors)


def look(state):
    """What is kept of a run at an episode's end."""
    networks = state.networks
    adams = (networks.actor_adam, networks.critic_adam)
    means = [value for adam in adams for value in adam.mean.values()]
    squares = [value for adam in adams for value in adam.square.values()]
    return {
        "update": state.update,
        "share": denormal_share(means),
        "networks": digest([value for params in networks[:4] for value in params.values()]),
        "means": digest(means),
        "squares": digest(squares),
    }


def child(name, flush, last):
    """Trains, an episode for each line on standard input, answers with a line of JSON, and leaves its networks."""
    torch.set_num_threads(1)
    torch.set_flush_denormal(flush == "flush")
    config, update = SETTINGS[name]
    run = train(config, update=update)
    for _ in sys.stdin:
        begin = time.process_time()
        _, state = next(run)
        seconds = time.process_time() - begin
        print(json.dumps(look(state) | {"seconds": seconds}), flush=True)
    torch.save(state.networks[:4], last)


def both(name, folder):
    """Each episode of a setting, what was kept of it with denormals kept, and with denormals flushed; and how far
    apart the networks were at the end.
    """
    files = [folder / "keep.pt", folder / "flush.pt"]
    words = [sys.executable, "-m", __spec__.name, "child", name]
    children = [
        subprocess.Popen([*words, file.stem, str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for file in files
    ]
    episodes = []
    for _ in range(EPISODES):
        episode = []
        for process in children:
            process.stdin.write("\n")
            process.stdin.flush()
            episode.append(json.loads(process.stdout.readline()))
        episodes.append(episode)
    for process in children:
        process.stdin.close()
        process.wait()
    kept, flushed = (torch.load(file, weights_only=True) for file in files)
    apart = [float((a[key] - b[key]).abs().max()) for a, b in zip(kept, flushed, strict=True) for key in a]
    return episodes, max(apart)


def first_apart(episodes, what):
    """The update after which something first differed, at an episode's end; in words."""
    apart = [kept["update"] for kept, flushed in episodes if kept[what] != flushed[what]]
    return f"by update {apart[0]:,}" if apart else "never"


def row(name, episodes, distance):
    """A setting's line of the table."""
    tail = episodes[-10:]
    ratio = sum(kept["seconds"] for kept, _ in tail) / sum(flushed["seconds"] for _, flushed in tail)
    last = episodes[-1][0]
    apart = [first_apart(episodes, what) for what in ("networks", "means", "squares")]
    return (
        f"| {name} | {last['update']:,} | {last['share']:.1%} | {ratio:.2f} | "
        + " | ".join([*apart, f"{distance:.1g}"])
        + " |"
    )


def main():
    """Measures every setting and writes the table."""
    lines = [
        "| setting | updates | of Adam's first moments, denormal | time, kept over flushed | networks differ | first "
        "moments differ | second moments differ | largest difference between networks at the end |",
        "|---|--:|--:|--:|---|---|---|--:|",
    ]
    with TemporaryDirectory() as folder:
        for name in SETTINGS:
            lines.append(row(name, *both(name, Path(folder))))
            print(lines[-1], flush=True)
    write_between_markers(PAGE, "\n".join(lines))


if __name__ == "__main__":
    if sys.argv[1:2] == ["child"]:
        child(*sys.argv[2:])
    else:
        main()
