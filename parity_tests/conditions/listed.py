"""The conditions that a run is tried under."""

from typing import NamedTuple


class Condition(NamedTuple):
    """One, as a process of its own meets it."""

    what: str  # as the page says it
    disturbance: str = "undisturbed"  # a function of `disturbances`
    flags: tuple[str, ...] = ()  # of the interpreter
    variables: dict[str, str] = {}  # of the environment  # noqa: RUF012
    start: str = "plain"  # plain, spawn or fork: the process, or a child of it
    folder: str = ""  # that it is started in; "": this one
    promised: bool = True  # the same bits as the plain run
    beside: bool = False  # another process takes all cores meanwhile


CONDITIONS = {
    "plain": Condition("nothing unusual"),
    "again": Condition("the same, once more"),
    "hash seed": Condition("`PYTHONHASHSEED=1`", variables={"PYTHONHASHSEED": "1"}),
    "another hash seed": Condition("`PYTHONHASHSEED=4000000000`", variables={"PYTHONHASHSEED": "4000000000"}),
    "folder": Condition("started in `/`", folder="/"),
    "elsewhere": Condition("working folder and time zone change between episodes, another umask", "elsewhere"),
    "locale": Condition(
        "locale C, time zone Asia/Kathmandu", variables={"LC_ALL": "C", "LANG": "C", "TZ": "Asia/Kathmandu"}
    ),
    "optimized": Condition("`python -O`", flags=("-O",)),
    "warnings": Condition(
        "`python -W error::RuntimeWarning -X dev`", flags=("-W", "error::RuntimeWarning", "-X", "dev")
    ),
    "no collector": Condition("Python's garbage collector off", "no_collector"),
    "other memory": Condition(
        "freed and new memory is filled, `MALLOC_PERTURB_=85`, `PYTHONMALLOC=malloc`",
        variables={"MALLOC_PERTURB_": "85", "PYTHONMALLOC": "malloc"},
    ),
    "spawned": Condition("a process spawned by `multiprocessing`", start="spawn"),
    "forked": Condition("a process forked by one that has computed with torch", start="fork"),
    "another thread": Condition("a thread other than the main one", "another_thread"),
    "other work": Condition("after other training in the process", "after_other_work"),
    "generators": Condition("all global random states seeded and drawn from between episodes", "global_generators"),
    "computing thread": Condition("a second thread computes with torch meanwhile", "beside_a_thread_that_computes"),
    "busy": Condition("other processes keep all cores busy", beside=True),
    "NumPy errors": Condition("`numpy.errstate(...='raise')`", "floating_point_errors"),
    "deterministic": Condition("`torch.use_deterministic_algorithms(True)`", "deterministic_algorithms"),
    "anomaly": Condition("`torch.autograd.set_detect_anomaly(True)`", "anomaly_detection"),
    "threads asked for": Condition(
        "`OMP_NUM_THREADS=2`, which `ddpg` overrules",
        variables={"OMP_NUM_THREADS": "2", "MKL_NUM_THREADS": "2", "OMP_DYNAMIC": "TRUE"},
    ),
    "denormals kept": Condition("denormal numbers kept, over these 300 updates", "denormals_kept"),
    "no gradients": Condition("the caller is within `torch.no_grad()`", "without_gradients", promised=False),
    "default dtype": Condition("torch's default dtype is float64", "default_dtype", promised=False),
    "dtype between": Condition(
        "torch's default dtype changes between episodes", "default_dtype_between", promised=False
    ),
    "matmul precision": Condition('`torch.set_float32_matmul_precision("medium")`', "matmul_precision", promised=False),
    "drawing thread": Condition(
        "a second thread draws from torch's global generator meanwhile", "beside_a_thread_that_draws", promised=False
    ),
    "two threads": Condition("`torch.set_num_threads(2)`", "two_threads", promised=False),
    "MKL compatible": Condition("`MKL_CBWR=COMPATIBLE`", variables={"MKL_CBWR": "COMPATIBLE"}, promised=False),
    "MKL AVX2": Condition("`MKL_CBWR=AVX2`", variables={"MKL_CBWR": "AVX2"}, promised=False),
    "no AVX": Condition("`ATEN_CPU_CAPABILITY=default`", variables={"ATEN_CPU_CAPABILITY": "default"}, promised=False),
    "AVX2": Condition("`ATEN_CPU_CAPABILITY=avx2`", variables={"ATEN_CPU_CAPABILITY": "avx2"}, promised=False),
    "oneDNN": Condition("`ONEDNN_MAX_CPU_ISA=AVX2`", variables={"ONEDNN_MAX_CPU_ISA": "AVX2"}, promised=False),
}
"""By name; the first is what the others are compared with."""
