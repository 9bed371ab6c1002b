"""A block that no setting of the notebook reaches, and that leaves none behind."""

import contextlib
import io
import os
import random
import sys
import warnings
from collections.abc import Iterator

import numpy as np

# NumPy's own defaults: what a notebook did with np.seterr and np.set_printoptions does not count.
_ERRORS = {"divide": "warn", "over": "warn", "under": "ignore", "invalid": "warn"}
_PRINTED = 4000  # characters of what an answer prints that are kept


class Printed(io.TextIOBase):
    """Takes what is printed: the first characters, and how many lines there were."""

    def __init__(self):
        self.text, self.lines = "", 0

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self.lines += text.count("\n")
        if len(self.text) < _PRINTED:
            self.text = (self.text + text)[:_PRINTED]
        return len(text)


@contextlib.contextmanager
def undisturbed() -> Iterator[None]:
    """NumPy's default error state and print options, and the global random generators from a seed.

    What the block changes of them is put back, as are the working directory, the environment, the
    limit of recursion, and PyTorch's generator, default dtype and grad mode.
    """
    numbers, mine = np.random.get_state(), random.getstate()  # noqa: NPY002
    folder, environment, depth = os.getcwd(), dict(os.environ), sys.getrecursionlimit()
    torch = sys.modules.get("torch")
    tensors = _torch_state(torch) if torch else None
    options = np.get_printoptions()
    try:
        with np.errstate(**_ERRORS, call=None), np.printoptions(**_DEFAULT_OPTIONS):
            start_from_seed()
            yield
    finally:
        np.random.set_state(numbers)  # noqa: NPY002
        random.setstate(mine)
        np.set_printoptions(**options)
        sys.setrecursionlimit(depth)
        if os.getcwd() != folder:
            os.chdir(folder)
        if dict(os.environ) != environment:
            os.environ.clear()
            os.environ.update(environment)
        if torch:
            _put_back(torch, tensors)


def start_from_seed() -> None:
    """The same random numbers in each case, for answers that draw some."""
    np.random.seed(0)  # noqa: NPY002
    random.seed(0)


@contextlib.contextmanager
def warnings_recorded() -> Iterator[list]:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", RuntimeWarning)
        yield caught


def _torch_state(torch) -> tuple:
    return torch.get_rng_state(), torch.get_default_dtype(), torch.is_grad_enabled()


def _put_back(torch, state: tuple) -> None:
    torch.set_rng_state(state[0])
    torch.set_default_dtype(state[1])
    torch.set_grad_enabled(state[2])


_DEFAULT_OPTIONS = {
    "precision": 8, "threshold": 1000, "edgeitems": 3, "linewidth": 75, "suppress": False,
    "nanstr": "nan", "infstr": "inf", "sign": "-", "formatter": None, "floatmode": "maxprec",
}  # fmt: skip
