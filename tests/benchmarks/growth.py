"""How time and memory grow with the size of the input: `python tests/benchmarks --growth`.

The images (N), the channels (C) and the height (H) are doubled in turn, forward and backward. What
is printed is the exponent p in "p-th power of the size": 1 is in proportion. It is less where part
of the work does not grow with that size, such as writing the output when there are more channels
to read. More than 1 in time means that something falls out of the cache, in memory that something
is kept which should not be.
"""

import gc
import math
import tracemalloc

import bench_cases as cases
import torch
from bench_measure import interleaved_medians
from threadpoolctl import threadpool_limits

from course_utils.numpy_nn.scratch import free_scratch

# layer -> the function that does its work, for N images with C channels and H rows
LAYERS = {
    "conv 3×3": lambda N, C, H: cases.conv(0, N, C, H, 28, 32, 3, padding=1).ours,
    "conv 3×3, im2col as taught": lambda N, C, H: cases.conv(
        0, N, C, H, 28, 32, 3, padding=1, plain_too=True).others["im2col"],
    "conv 3×3, Winograd": lambda N, C, H: cases.winograd(0, N, C, H, 28, 32).ours,
    "conv 3×3, stride 2": lambda N, C, H: cases.conv(
        0, N, C, H, 28, 32, 3, stride=2, padding=1).ours,
    "depth-wise 3×3": lambda N, C, H: cases.conv(
        0, N, C, H, 28, C, 3, padding=1, groups=C).ours,
    "transposed conv 4×4, stride 2": lambda N, C, H: cases.conv_transpose(
        0, N, C, H, 28, 16, 4, 2, 1).ours,
    "max pool 3×3, stride 2": lambda N, C, H: cases.max_pool(0, N, C, H, 28, 3, 2).ours,
    "mean pool 3×3, stride 2": lambda N, C, H: cases.mean_pool(0, N, C, H, 28, 3, 2).ours,
    "batch norm": lambda N, C, H: cases.batch_norm(0, N, C, H, 28).ours,
}  # fmt: skip
START = {"N": 32, "C": 32, "H": 28}
SECONDS = 2.0  # for each pair of sizes


def exponents(layer, size, seconds=SECONDS):
    """(time, peak memory) of a layer as powers of the size with this name."""
    once, twice = layer(**START), layer(**{**START, size: 2 * START[size]})
    times = interleaved_medians([once, twice], seconds)
    return tuple(math.log2(b / a) for a, b in (times, (peak(once), peak(twice))))


def peak(function):
    """Bytes of the largest moment of a call, what it returns and its scratch memory included."""
    free_scratch()
    gc.collect()
    tracemalloc.start()
    try:
        function()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def print_growth(seconds=SECONDS):
    """A row for each layer, as soon as it is measured; on one thread."""
    torch.set_num_threads(1)
    print("Exponents of time / of peak memory when a size is doubled; 1 is in proportion.\n")
    print(f"| layer | {' | '.join(START)} |")
    print(f"| --- |{' ---: |' * len(START)}")
    with threadpool_limits(1, user_api="blas"):
        for name, layer in LAYERS.items():
            found = (exponents(layer, size, seconds) for size in START)
            row = " | ".join(f"{time:.2f} / {memory:.2f}" for time, memory in found)
            print(f"| {name} | {row} |", flush=True)
