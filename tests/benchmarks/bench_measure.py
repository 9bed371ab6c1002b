"""Timing that can be trusted: warmed up, interleaved, medians, a fixed number of threads."""

import statistics
import time

import torch
from threadpoolctl import threadpool_info, threadpool_limits


def kernels():
    """The BLAS that NumPy has loaded, with the processor that its kernels are written for.

    It decides how fast every convolution is; OPENBLAS_CORETYPE can choose an older one.
    """
    libraries = [x for x in threadpool_info() if x["user_api"] == "blas"]
    words = [(x["internal_api"], x["version"], x.get("architecture")) for x in libraries]
    return ", ".join(" ".join(filter(None, word)) for word in words) or "no BLAS that is known"


def interleaved_medians(functions, seconds=2.0, least_rounds=5):
    """Median time in seconds of each function; a round runs each of them once."""
    for _ in range(2):
        for function in functions:
            function()
    times = [[] for _ in functions]
    end = time.perf_counter() + seconds
    while len(times[0]) < least_rounds or time.perf_counter() < end:
        for taken, function in zip(times, functions, strict=True):
            start = time.perf_counter()
            function()
            taken.append(time.perf_counter() - start)
    return [statistics.median(taken) for taken in times]


def measure(case, threads, seconds):
    """Times in milliseconds, and as ratios to torch's time, on `threads` threads.

    Ours and every other variant run against torch in pairs, so that they do not meet in the cache.
    """
    torch.set_num_threads(threads)
    milliseconds, ratio = {}, {}
    with threadpool_limits(threads, user_api="blas"):
        for name, function in {"ours": case.ours, **case.others}.items():
            torchs, own = interleaved_medians([case.torchs, function], seconds)
            milliseconds.setdefault("torch", 1e3 * torchs)
            milliseconds[name], ratio[name] = 1e3 * own, own / torchs
    return {"ms": milliseconds, "ratio": ratio}
