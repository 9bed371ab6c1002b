"""Claims about pooling and the way back through it (notebook 05)."""

# A claim reads best in two or three lines.
# fmt: off

import numpy as np

from course_utils import numpy_nn as nn
from course_utils.audit.claim import claim, found


@claim("max-pool-derivative", """the derivative of maxpool relative to d is {1}, and its derivative
       relative to a, b, c is {zero}""", notebook="05", lecture="000",
       where="Suppose you have a matrix M of four elements")
def _():
    M = np.array([[0.1, 0.7], [0.3, 0.9]])[None, None]  # a c / b d, and d is the largest
    _, positions = nn.max_pool2d(M, 2)
    grad = nn.max_pool2d_backward(np.ones((1, 1, 1, 1)), positions, (2, 2)).ravel()
    return found(grad[3], abs(grad[:3]).max())


def _pooled():
    rng = np.random.default_rng(0)
    y = rng.normal(size=(1, 2, 7, 8))
    out, positions = nn.max_pool2d(y, 3, 2)
    return y, positions, rng.normal(size=out.shape)


@claim("max-pool-loops", "dy(l-1,j,pidx(l,j,x,y)) += dy(l,j,x,y)", notebook="05", lecture="004",
       where="Derivative of max pooling layer at layer")
def _():
    _, positions, dy = _pooled()
    summed, set_ = np.zeros((2, 7 * 8)), np.zeros((2, 7 * 8))
    for j, x, k in np.ndindex(dy.shape[1:]):
        summed[j, positions[0, j, x, k]] += dy[0, j, x, k]
        set_[j, positions[0, j, x, k]] = dy[0, j, x, k]
    right = nn.max_pool2d_backward(dy, positions, (7, 8)).reshape(2, -1)
    return found(
        bool(np.allclose(summed, right)),
        why=f"""With overlapping windows. "=" in place of "+=" would get
        {(~np.isclose(set_, right)).sum()} of {right.size} gradients wrong.""",
    )


@claim("mean-pool-loops", "y(l,j,m,n) = mean(y(l-1,j,x:x+K₁-1,y:y+K₁-1))", notebook="05",
       lecture="004", where="Mean Pooling layer at layer")
def _():
    rng = np.random.default_rng(0)
    y, K, stride = rng.normal(size=(2, 7, 9)), 3, 2
    means = [[[y[j, x : x + K, k : k + K].mean() for k in range(0, 9 - K + 1, stride)]
              for x in range(0, 7 - K + 1, stride)] for j in range(2)]
    return found(bool(np.allclose(means, nn.avg_pool2d(y[None], K, stride)[0])))


@claim("mean-pool-formula", "dy(l-1, m, k, n) = … dy(l, m, k, n)",
       notebook="05", lecture="004", where="Derivative of mean pooling")
def _():
    y, _, dy = _pooled()
    K, stride = 3, 2
    said, summed = np.zeros_like(y), np.zeros_like(y)
    for j, x, k in np.ndindex(dy.shape[1:]):
        window = (0, j, slice(stride * x, stride * x + K), slice(stride * k, stride * k + K))
        said[window] = dy[0, j, x, k] / K**2  # "="
        summed[window] += dy[0, j, x, k] / K**2
    right = nn.avg_pool2d_backward(dy, (7, 8), K, stride)
    assert np.allclose(summed, right)
    return found(
        bool(np.allclose(said, right)),
        why="""On the right it must be dy(l, m, i, j), the gradient of the window; and where windows
        overlap their shares add up.""",
    )


@claim("mean-pool-derivative", "dy(l-1,j,p,n+i,m+j) += … y(l,j,x,y)", notebook="05",
       lecture="004", where="Derivative of mean pooling layer at layer")
def _():
    y, _, dy = _pooled()
    means = nn.avg_pool2d(y, 3, 2)
    as_printed = nn.avg_pool2d_backward(means, (7, 8), 3, 2)  # y(l, …) is what gets spread
    right = nn.avg_pool2d_backward(dy, (7, 8), 3, 2)
    return found(
        bool(np.allclose(as_printed, right)),
        why="""y stands where dy is meant, so the result does not depend on the loss; the index p is
        set nowhere, and j counts the maps and the columns of the window at once.""",
    )
