"""What the tests of numpy_nn share: settings, arrays, and the comparison with torch."""

import numpy as np
import torch
from hypothesis import settings

quick = settings(deadline=None, derandomize=True, max_examples=40)

TOLERANCE = {np.dtype(np.float32): 1e-4, np.dtype(np.float64): 1e-9}


def normal(seed, *shape, dtype=np.float64):
    """Reproducible normal numbers."""
    return np.random.default_rng(seed).normal(size=shape).astype(dtype)


def to_torch(array):
    """A copy as a torch leaf that collects its gradient."""
    return torch.from_numpy(np.array(array)).requires_grad_()


def assert_close(got, expected, tolerance=None):
    """Same shape, same dtype, and a largest difference that is small for the dtype."""
    if isinstance(expected, torch.Tensor):
        expected = expected.detach().numpy()
    assert got.shape == expected.shape
    assert got.dtype == expected.dtype
    if got.size:
        tolerance = TOLERANCE[got.dtype] if tolerance is None else tolerance
        assert np.isfinite(got).all()
        assert np.abs(got - expected).max() <= tolerance * max(1, np.abs(expected).max())


def assert_agrees_with_torch(function, backward, torch_function, *arrays, seed=0):
    """Compare a forward pass, and the gradients that `backward(grad_out)` returns, with torch."""
    copies = [array.copy() for array in arrays]
    tensors = [to_torch(array) for array in arrays]
    out, expected = function(*arrays), torch_function(*tensors)
    assert_close(out, expected)
    grad_out = normal(seed, *out.shape, dtype=out.dtype)
    expected.backward(torch.from_numpy(grad_out))
    for grad, tensor in zip(backward(grad_out), tensors, strict=True):
        assert_close(grad, tensor.grad)
    for array, copy in zip(arrays, copies, strict=True):
        np.testing.assert_array_equal(array, copy)  # the inputs are as they were
