"""Several processes train one model: `torchrun --nproc-per-node=2 -m course_utils.training …`.

Every process works on its part of each batch, and DistributedDataParallel averages the gradients.
The parts are weighted by their sizes, so the sum is the gradient of one process with the whole
batch. With one process, everything here does nothing.
"""

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import distributed
from torch.nn.parallel import DistributedDataParallel

from course_utils.device import own_gpu


@contextmanager
def process_group() -> Iterator[None]:
    """Join the processes that torchrun started; without torchrun, nothing happens."""
    if "WORLD_SIZE" not in os.environ or distributed.is_initialized():
        yield
        return
    if torch.cuda.is_available():
        torch.cuda.set_device(own_gpu())
        distributed.init_process_group("cpu:gloo,cuda:nccl")
    else:
        distributed.init_process_group("gloo")
    yield
    # Only after success: a process that failed would wait for the others, and they for it. The
    # wrapped model holds on to the group, whose threads must be gone before Python itself ends.
    distributed.barrier()
    gc.collect()
    distributed.destroy_process_group()


def world() -> int:
    """Number of processes that train together."""
    return distributed.get_world_size() if distributed.is_initialized() else 1


def rank() -> int:
    """The number of this process, from 0. Number 0 alone writes files and shows progress."""
    return distributed.get_rank() if distributed.is_initialized() else 0


def part_of(batch: torch.Tensor) -> tuple[torch.Tensor, int, float]:
    """This process's part of a batch of indices (n,) -> indices, their number, the loss's factor.

    Parts differ by one at most. DistributedDataParallel takes the mean over the processes, and a
    process's loss is the mean over its own k examples, so the factor is world · k / n. A process
    that is left without examples takes one along that counts nothing: all must take part in the
    averaging.
    """
    if world() == 1:
        return batch, len(batch), 1.0
    part = batch.tensor_split(world())[rank()]
    factor = world() * len(part) / len(batch)
    return (part if len(part) else batch[:1]), len(part), factor


def wrap(model: torch.nn.Module) -> torch.nn.Module:
    """The model whose backward averages gradients over the processes; every one starts as 0 is."""
    return model if world() == 1 else DistributedDataParallel(model)


def summed(values: list) -> list:
    """Rows of numbers (the same shape in every process), summed over the processes."""
    if world() == 1 or not values:
        return values
    total = torch.tensor(values, dtype=torch.float64)
    distributed.all_reduce(total)
    return total.tolist()


def gathered(value) -> list:
    """The values of all processes, in the order of their ranks."""
    if world() == 1:
        return [value]
    values = [None] * world()
    distributed.all_gather_object(values, value)
    return values
