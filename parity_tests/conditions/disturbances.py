"""What other code in the same process may have done, or do between episodes: each lets a run happen in its midst."""

import gc
import os
import random
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import numpy
import torch
from torch import nn

Between = Callable[[], Any]
"""Called between two episodes."""

Run = Callable[[Between], Any]
"""A run, which calls what it is given between its episodes."""


def nothing() -> None:
    """Between episodes of an undisturbed run."""


def undisturbed(run: Run) -> Any:
    """As it is."""
    return run(nothing)


def another_thread(run: Run) -> Any:
    """A thread other than the main one. Whether denormals are flushed belongs to a thread, so it says so again."""

    def there() -> Any:
        torch.set_flush_denormal(flushed)
        return run(nothing)

    flushed = bool(torch.tensor([2.0**-1022], dtype=torch.float64) * 0.5 == 0)
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(there).result()


def beside_a_thread_that_computes(run: Run) -> Any:
    """Another thread computes all the while, and draws from a generator of its own."""
    generator = torch.Generator().manual_seed(0)
    return _beside(run, lambda: torch.randn(100, 100, generator=generator).matrix_power(3).sum().item())


def beside_a_thread_that_draws(run: Run) -> Any:
    """Another thread draws from torch's global generator all the while."""
    return _beside(run, lambda: torch.randn(10).sum().item())


def after_other_work(run: Run) -> Any:
    """Products, convolutions, a backward pass, Adam and draws came before."""
    _other_work()
    return run(nothing)


def global_generators(run: Run) -> Any:
    """torch's, NumPy's and Python's global random states are seeded and drawn from between episodes."""
    states = torch.get_rng_state(), numpy.random.get_state(), random.getstate()
    seeds = iter(range(10**9))

    def between() -> None:
        seed = next(seeds)
        torch.manual_seed(seed)
        numpy.random.seed(seed)
        random.seed(seed)
        torch.randn(seed % 7 + 1)
        numpy.random.rand(3)
        random.random()

    try:
        between()
        return run(between)
    finally:
        torch.set_rng_state(states[0])
        numpy.random.set_state(states[1])
        random.setstate(states[2])


def default_dtype(run: Run) -> Any:
    """torch's default dtype is float64."""
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    try:
        return run(nothing)
    finally:
        torch.set_default_dtype(before)


def default_dtype_between(run: Run) -> Any:
    """torch's default dtype changes to and fro between episodes."""
    before, dtypes = torch.get_default_dtype(), (torch.float64, torch.bfloat16, torch.float32)
    places = iter(range(10**9))
    try:
        return run(lambda: torch.set_default_dtype(dtypes[next(places) % len(dtypes)]))
    finally:
        torch.set_default_dtype(before)


def deterministic_algorithms(run: Run) -> Any:
    """torch's deterministic algorithms are asked for, which fill new memory too."""
    torch.use_deterministic_algorithms(True)
    try:
        return run(nothing)
    finally:
        torch.use_deterministic_algorithms(False)


def matmul_precision(run: Run) -> Any:
    """torch may take bfloat16 for products of float32."""
    before = torch.get_float32_matmul_precision()
    torch.set_float32_matmul_precision("medium")
    try:
        return run(nothing)
    finally:
        torch.set_float32_matmul_precision(before)


def anomaly_detection(run: Run) -> Any:
    """Autograd checks each step backwards."""
    with torch.autograd.set_detect_anomaly(True, check_nan=False):
        return run(nothing)


def without_gradients(run: Run) -> Any:
    """The caller has switched gradients off."""
    with torch.no_grad():
        return run(nothing)


def floating_point_errors(run: Run) -> Any:
    """NumPy raises where it would warn."""
    with numpy.errstate(divide="raise", over="raise", invalid="raise"):
        return run(nothing)


def no_collector(run: Run) -> Any:
    """Python's garbage is left lying."""
    gc.disable()
    try:
        return run(nothing)
    finally:
        gc.enable()


def two_threads(run: Run) -> Any:
    """torch has two threads."""
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        return run(nothing)
    finally:
        torch.set_num_threads(before)


def denormals_kept(run: Run) -> Any:
    """Denormal numbers are not flushed to zero."""
    torch.set_flush_denormal(False)
    return run(nothing)


def elsewhere(run: Run) -> Any:
    """The working folder changes between episodes, and so do umask and time zone."""
    folder, mask, zone = os.getcwd(), os.umask(0o077), os.environ.get("TZ")
    places = iter(range(10**9))

    def between() -> None:
        os.environ["TZ"] = f"UTC-{next(places) % 12}"
        time.tzset()
        os.chdir("/" if os.getcwd() != "/" else tempfile.gettempdir())

    try:
        between()
        return run(between)
    finally:
        os.chdir(folder)
        os.umask(mask)
        os.environ["TZ"] = zone or ""
        if zone is None:
            del os.environ["TZ"]
        time.tzset()


def _beside(run: Run, work: Callable[[], Any]) -> Any:
    """Runs while another thread works."""
    ended = Event()

    def go_on() -> None:
        while not ended.is_set():
            work()

    with ThreadPoolExecutor(1) as pool:
        working = pool.submit(go_on)
        try:
            return run(nothing)
        finally:
            ended.set()
            working.result()


def _other_work() -> None:
    network = nn.Sequential(nn.Conv1d(3, 8, 3), nn.Flatten(), nn.Linear(8 * 14, 16), nn.Tanh())
    optimizer = torch.optim.Adam(network.parameters(), lr=0.1)
    for _ in range(3):
        optimizer.zero_grad()
        network(torch.randn(5, 3, 16)).square().mean().backward()
        optimizer.step()
    (torch.randn(300, 300) @ torch.randn(300, 300)).sum().item()
