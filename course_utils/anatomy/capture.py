"""Running a network only as far as one of its layers."""

from collections.abc import Callable

import torch
from torch import nn

from course_utils.errors import CourseError


class _Reached(Exception):
    pass


def output_of(module: nn.Module, run: Callable[[], object]) -> torch.Tensor:
    """What `module` gives while `run` runs; the run ends there, so nothing writes over it.

    Raises CourseError where the module is not run at all.
    """
    found = []

    def stop(_, __, output):
        found.append(output[0] if isinstance(output, tuple) else output)
        raise _Reached

    handle = module.register_forward_hook(stop)
    try:
        run()
    except _Reached:
        return found[0]
    finally:
        handle.remove()
    raise CourseError(f"This {type(module).__name__} does not run in the network's forward pass.")
