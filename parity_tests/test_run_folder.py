"""Run folders: every line and every file is whole, whatever happens while it is written."""

import errno
import json
import os
import signal

import pytest
import torch

from harness import files
from harness.errors import InputError
from harness.files import uninterrupted, write_whole
from harness.run_folder import (
    append_metrics,
    create,
    load_weights,
    read_run,
    save_weights,
)
from parity_tests.blank_lines import blank_line
from reference.config import Config
from reference.envs import env_space, make_env
from reference.streams import open_streams
from reference.update import init_networks

CONFIG = Config(hidden_sizes=(8,), tau=0.01)


@pytest.fixture
def folder(tmp_path):
    create(tmp_path / "run", CONFIG, "reference")
    return tmp_path / "run"


def test_a_run_folder_reads_as_it_was_written(folder):
    append_metrics(folder, blank_line(1))
    append_metrics(folder, blank_line(2))
    log = read_run(folder)
    assert (log.name, log.impl, log.config) == ("run", "reference", CONFIG)
    assert log.episodes == [blank_line(1), blank_line(2)]
    assert len(log.versions["numerics"]["hash"]) == 16


def test_a_line_that_was_never_finished_is_left_out(folder):
    append_metrics(folder, blank_line(1))
    with open(folder / "metrics.jsonl", "a") as file:
        file.write('{"episode": 2, "ret')
    assert read_run(folder).episodes == [blank_line(1)]


def test_a_full_disk_leaves_no_part_of_a_line(folder, monkeypatch):
    append_metrics(folder, blank_line(1))

    class Full:
        """A file that takes ten bytes and no more, as the kernel has it."""

        def __init__(self, *arguments, **options):
            self.file = open(*arguments, **options)  # noqa: SIM115

        def __enter__(self):
            return self

        def __exit__(self, *error):
            self.file.close()

        def __getattr__(self, name):
            return getattr(self.file, name)

        def write(self, data):
            if len(data) < length:
                raise OSError(errno.ENOSPC, "No space left on device")
            return self.file.write(data[:10])

    length = len(json.dumps(blank_line(2))) + 1

    monkeypatch.setattr(files, "open", Full, raising=False)
    with pytest.raises(OSError, match=r"No space left on device: .*metrics\.jsonl"):
        append_metrics(folder, blank_line(2))
    assert (folder / "metrics.jsonl").read_text() == json.dumps(blank_line(1)) + "\n"


def test_a_number_that_is_none_is_never_written(folder):
    with pytest.raises(ValueError, match="not JSON compliant"):
        append_metrics(folder, {"return": float("nan")})
    assert (folder / "metrics.jsonl").read_text() == ""


def test_a_file_that_fails_leaves_the_former_one(folder):
    path = folder / "report.html"
    path.write_text("former")

    def half(part):
        part.write_text("ne")
        raise RuntimeError("died")

    with pytest.raises(RuntimeError):
        write_whole(path, half)
    assert path.read_text() == "former" and not list(folder.glob("*.part"))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_waits_until_the_block_is_done(number):
    done = []
    with pytest.raises(KeyboardInterrupt), uninterrupted():
        os.kill(os.getpid(), number)
        done.append(True)
    assert done == [True]


def test_weights_come_back_in_every_bit(folder):
    space = env_space(make_env(CONFIG), CONFIG)
    networks = init_networks(open_streams(0).init, CONFIG, space)
    save_weights(folder, networks)
    loaded = load_weights(folder)
    assert all(torch.equal(loaded["actor"][name], value) for name, value in networks.actor.items())
    assert set(loaded) == {"actor", "critic", "target_actor", "target_critic"}


def test_damaged_weights_are_refused(folder):
    (folder / "weights.pt").write_bytes(b"PK\x03\x04 nothing")
    with pytest.raises(InputError, match="cannot be read as weights"):
        load_weights(folder)


@pytest.mark.parametrize("text", ["{", "[1]", '{"tau": 7}', '{"learning_rate": 1}', '{"tau": "much"}'])
def test_a_damaged_config_is_refused(folder, text):
    (folder / "config.json").write_text(text)
    with pytest.raises(InputError, match="damaged as a run folder"):
        read_run(folder)


def test_a_folder_in_use_is_refused(folder):
    with pytest.raises(InputError, match="already holds a run"):
        create(folder, CONFIG, "torchrl")
