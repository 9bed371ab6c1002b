"""In which numbers a function computes: one rule for all of them.

Floats stay what they are. Whole numbers (an image's bytes, truth values) are not computed with in
the few bits that they are stored in, where 200 + 100 is 44: beside floats they become floats, among
themselves 64-bit integers, or float64 where the result has fractions.
"""

import numpy as np

from course_utils.shapes import ShapeError, kind_of

WHOLE = "bui"  # the kinds of dtype that hold truth values and whole numbers


def as_numbers(op, *, whole=np.int64, **arrays):
    """The arrays, in the same order, with whole numbers in a dtype that is wide enough.

    `whole` is that dtype where there are no floats among them; None stays None. An array of floats
    comes back itself. Raises ShapeError for what is not an array, TypeError for what is no number.
    """
    for name, array in arrays.items():
        if array is not None:
            require_numbers(op, name, array)
    dtypes = [array.dtype for array in arrays.values() if array is not None]
    if not any(dtype.kind in WHOLE for dtype in dtypes):
        return tuple(arrays.values())
    common = np.result_type(*dtypes)
    wide = np.result_type(common, whole) if common.kind in WHOLE else common
    return tuple(
        array if array is None or array.dtype.kind not in WHOLE else array.astype(wide, copy=False)
        for array in arrays.values()
    )


def as_fractions(op, **arrays):
    """`as_numbers` for functions whose results are not whole: whole numbers become float64."""
    return as_numbers(op, whole=np.float64, **arrays)


def require_numbers(op, name, array):
    """Raise ShapeError unless `array` is a NumPy array, TypeError unless it holds numbers."""
    if not isinstance(array, np.ndarray | np.generic):
        raise ShapeError(f"{op} expects {name}: a NumPy array, got {kind_of(array)}")
    if array.dtype.kind not in "fiubc":
        raise TypeError(f"{op} expects {name} to hold numbers, got {array.dtype}")


def require_whole(op, name, array):
    """Raise TypeError unless the array holds integers."""
    require_numbers(op, name, array)
    if array.dtype.kind not in "iu":
        raise TypeError(f"{op} expects {name} to be integers, got {array.dtype}")


def float_dtype(op, dtype):
    """A dtype for parameters; raises TypeError unless it is one of floats."""
    try:
        found = np.dtype(dtype)
    except TypeError:
        found = None
    if found is None or found.kind != "f":
        raise TypeError(f"{op} expects dtype to be a kind of float, got {dtype!r}")
    return found


def generator(op, rng):
    """A generator from a seed, None (a new seed) or a generator; raises ValueError for the rest."""
    try:
        return np.random.default_rng(rng)
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"{op} expects rng to be a seed (a whole number ≥ 0) or a NumPy generator, got {rng!r}"
        ) from error
