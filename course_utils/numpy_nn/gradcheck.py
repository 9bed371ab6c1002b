"""Is a gradient right? Compare it with what small steps in every direction say."""

from dataclasses import dataclass

import numpy as np

from course_utils.numpy_nn.dtypes import as_fractions, require_numbers
from course_utils.shapes import kind_of, number, require_shape


def numerical_gradient(function, x, grad_out=None, eps=1e-5):
    """Gradient of `function` at x by central differences, (f(x + ε) − f(x − ε)) / 2ε per entry.

    x of any shape -> float64 gradient of that shape. `function` returns a number, or an array whose
    entries count with the weights `grad_out` (all 1 if not given). x itself is not changed.
    Raises ShapeError when grad_out does not have the shape of the function's value, TypeError when
    there is no function or x holds no numbers, ValueError for an eps that is not > 0.
    """
    _require_step("numerical_gradient", function, eps)
    require_numbers("numerical_gradient", "x", np.asarray(x))
    x = np.array(x, dtype=np.float64)
    gradient = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        centre = x[index]
        x[index] = centre + eps
        above = _weighted_sum(function(x), grad_out)
        x[index] = centre - eps
        below = _weighted_sum(function(x), grad_out)
        x[index] = centre
        gradient[index] = (above - below) / (2 * eps)
    return gradient


def _require_step(op, function, eps):
    if not callable(function):
        raise TypeError(f"{op} expects function: a function of x, got {kind_of(function)}")
    if not number(op, "eps", eps):
        raise ValueError(f"{op} expects eps > 0, got {eps!r}")


def _weighted_sum(value, grad_out):
    if grad_out is None:
        return np.sum(value)
    require_shape("numerical_gradient", "grad_out", grad_out, np.shape(value))
    return np.sum(value * grad_out)


FLOOR = 1e-4  # differences count relative to this at least: a gradient of 0 may be off by rounding


@dataclass(frozen=True)
class GradientCheck:
    """What a gradient check found; true when it passed, and readable when printed."""

    error: float  # largest difference, relative to the largest entry of both gradients (or FLOOR)
    tolerance: float
    index: tuple  # where the difference is largest
    given: float  # the gradient's value there
    numerical: float  # and what central differences say

    @property
    def passed(self):
        return bool(self.error <= self.tolerance)

    def __bool__(self):
        return self.passed

    def __str__(self):
        if self.passed:
            return f"gradient check passed: relative error {self.error:.1e}"
        place = "[" + ", ".join(map(str, self.index)) + "]"
        return (
            f"gradient check FAILED: relative error {self.error:.1e}, at {place} "
            f"the gradient is {self.given:.6g}, but small steps say {self.numerical:.6g}"
        )


def gradient_check(function, x, gradient, grad_out=None, tolerance=1e-6, eps=1e-5):
    """Compare `gradient` with the numerical gradient of `function` at x -> GradientCheck.

    x and gradient of one shape; `function` and `grad_out` as in `numerical_gradient`. Raises
    ShapeError when the gradient does not have the shape of x, and as `numerical_gradient` does.
    """
    number("gradient_check", "tolerance", tolerance)
    require_shape("gradient_check", "gradient", gradient, np.shape(x))
    (gradient,) = as_fractions("gradient_check", gradient=gradient)
    numerical = numerical_gradient(function, x, grad_out, eps)
    if numerical.size == 0:
        return GradientCheck(0.0, tolerance, (), 0.0, 0.0)
    difference = np.abs(gradient - numerical)
    scale = max(np.abs(gradient).max(), np.abs(numerical).max(), FLOOR)
    index = np.unravel_index(difference.argmax(), difference.shape)
    return GradientCheck(
        error=float(difference.max() / scale),
        tolerance=tolerance,
        index=tuple(map(int, index)),
        given=float(gradient[index]),
        numerical=float(numerical[index]),
    )
