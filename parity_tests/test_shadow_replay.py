"""A shadow's file and the command that reads it."""

import pytest
import torch

from parity_tests.drop_in_losses import batch
from parity_tests.shadows import plain, shadowed
from torchrl_impl.drop_in.shadow_replay import main, replay_shadow
from torchrl_impl.drop_in.shadow_watch import ShadowDifference

pytestmark = pytest.mark.filterwarnings("ignore:No target network updater")


@pytest.fixture
def error(tmp_path):
    """A difference in the value gradient, with its file."""
    with pytest.raises(ShadowDifference) as found:
        shadowed(tmp_path)(batch()).sum(reduce=True).backward()
    return found.value


def test_the_file_is_tensors_numbers_and_names(error):
    record = torch.load(error.path, weights_only=True)
    assert record["quantity"] == "value gradient" and record["batch"]["observation"].shape == (12, 4)


def test_the_command_prints_the_difference_and_fails(error, capsys):
    assert main([str(error.path)]) == 1
    assert capsys.readouterr().out.startswith("value gradient: 12 of 12 elements differ")


def test_the_command_computes_the_reference_anew(error, capsys):
    record = torch.load(error.path, weights_only=True)
    record["original"]["value gradient"] = record["reference"]["value gradient"]
    torch.save(record, error.path)
    assert main([str(error.path)]) == 0
    assert capsys.readouterr().out == "no difference\n"


def test_a_loss_that_replays_stays_as_it_was(error):
    loss = plain()
    loss.value_network_params.data.mul_(2.0)
    before = {key: value.clone() for key, value in loss.state_dict().items()}
    assert replay_shadow(error.path, loss) is not None
    assert all(torch.equal(value, before[key]) for key, value in loss.state_dict().items())


def test_replaying_draws_nothing(error):
    before = torch.get_rng_state()
    replay_shadow(error.path, plain())
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize("content", [None, b"text", {"weights": torch.zeros(1)}], ids=["missing", "text", "other"])
def test_a_file_that_is_no_shadows_is_refused_in_a_line(tmp_path, capsys, content):
    path = tmp_path / "file.pt"
    if isinstance(content, bytes):
        path.write_bytes(content)
    elif content is not None:
        torch.save(content, path)
    assert main([str(path)]) == 2
    said = capsys.readouterr()
    assert said.out == "" and said.err.count("\n") == 1 and str(path) in said.err


def test_the_command_needs_one_file(capsys):
    assert main([]) == 2
    assert capsys.readouterr().err.startswith("usage:")
