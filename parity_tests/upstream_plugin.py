"""For pytest, on a checkout of TorchRL: runs each test once with each class of `upstream_faults` as its `DDPGLoss`.

`pytest -p parity_tests.upstream_plugin test/objectives/test_ddpg.py::TestDDPG`
"""

import pytest
from torchrl.objectives import DDPGLoss

from parity_tests.upstream_faults import FAULTS, Control


@pytest.fixture(autouse=True, params=[DDPGLoss, Control, *FAULTS], ids=lambda fault: fault.__name__)
def loss_class(request, monkeypatch):
    """The class under the name that the test's module imported; reported with the test's outcome."""
    monkeypatch.setattr(request.module, "DDPGLoss", request.param)
    request.node.user_properties.append(("loss_class", request.param.__name__))
