"""Random starting weights whose spread keeps signals the same size from layer to layer."""

import math

import numpy as np

from course_utils.numpy_nn.dtypes import float_dtype, generator
from course_utils.shapes import whole_number


def fans(shape):
    """Number of inputs and of outputs that one weight's layer connects: (fan_in, fan_out).

    shape (out, in) of a linear layer or (F, C, KH, KW) of a convolution, whose outputs each see
    C·KH·KW inputs. Raises ValueError for shapes with fewer than two axes or without weights.
    """
    if not isinstance(shape, tuple | list) or len(shape) < 2:
        raise ValueError(f"fans expects a shape (out, in, ...), got {shape!r}")
    shape = [whole_number("fans", "every size", size, 1) for size in shape]
    taps = math.prod(shape[2:])
    return shape[1] * taps, shape[0] * taps


def he_normal(shape, rng=None, dtype=np.float32):
    """Normal weights with variance 2 / fan_in, for layers before a ReLU (He et al. 2015, §2.2)."""
    fan_in, _ = fans(shape)
    return _normal(shape, rng, dtype, 2 / fan_in)


def he_uniform(shape, rng=None, dtype=np.float32):
    """Uniform weights with variance 2 / fan_in, for layers before a ReLU."""
    fan_in, _ = fans(shape)
    return _uniform(shape, rng, dtype, 2 / fan_in)


def xavier_normal(shape, rng=None, dtype=np.float32):
    """Normal weights with variance 2 / (fan_in + fan_out), for sigmoid and tanh."""
    return _normal(shape, rng, dtype, 2 / sum(fans(shape)))


def xavier_uniform(shape, rng=None, dtype=np.float32):
    """Uniform weights with variance 2 / (fan_in + fan_out) (Glorot & Bengio 2010, eq. 16)."""
    return _uniform(shape, rng, dtype, 2 / sum(fans(shape)))


def _normal(shape, rng, dtype, variance):
    numbers = generator("an initialiser", rng).normal(0, np.sqrt(variance), shape)
    return numbers.astype(float_dtype("an initialiser", dtype))


def _uniform(shape, rng, dtype, variance):
    limit = np.sqrt(3 * variance)  # a uniform number in [−a, a] has variance a² / 3
    numbers = generator("an initialiser", rng).uniform(-limit, limit, shape)
    return numbers.astype(float_dtype("an initialiser", dtype))
