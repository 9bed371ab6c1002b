"""Timing that can be trusted: warmed up, interleaved, medians, a fixed number of threads."""

import statistics
import time

import torch
from threadpoolctl import threadpool_limits


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
    """Times in milliseconds, and ours and the others' as ratios to torch, on `threads` threads."""
    torch.set_num_threads(threads)
    names = ["torch", "ours", *case.others]
    with threadpool_limits(threads, user_api="blas"):
        functions = [case.torchs, case.ours, *case.others.values()]
        times = dict(zip(names, interleaved_medians(functions, seconds), strict=True))
    ratios = {name: time / times["torch"] for name, time in times.items() if name != "torch"}
    return {"ms": {name: 1e3 * time for name, time in times.items()}, "ratio": ratios}
