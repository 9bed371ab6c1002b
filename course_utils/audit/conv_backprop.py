"""Claims about the way back through a convolution (notebook 04)."""

# A claim reads best in two or three lines.
# fmt: off

import numpy as np

from course_utils import numpy_nn as nn
from course_utils.audit.claim import claim, found


def _case(stride: int = 1):
    """Maps of layer l − 1, filters, and a gradient that comes back, nothing square."""
    rng = np.random.default_rng(0)
    Y, w = rng.normal(size=(2, 7, 9)), rng.normal(size=(3, 2, 3, 3))
    return Y, w, rng.normal(size=nn.conv2d(Y[None], w, stride=stride).shape[1:])


@claim("half-turn", "F 11 F 12 F 21 F 22 … F 12 F 11 F 22 F 21 … F 22 F 21 F 12 F 11",
       notebook="04", lecture="000", where="we need to rotate the filter by 180 degree")
def _():
    F = np.array([[11, 12], [21, 22]])
    mirrored = F[:, ::-1]
    steps = (
        mirrored.tolist() == [[12, 11], [22, 21]],
        mirrored[::-1].tolist() == [[22, 21], [12, 11]],
    )
    return found(all(steps) and bool((np.rot90(F, 2) == mirrored[::-1]).all()),
                 why="Two mirrorings, one after the other, are half a turn.")


@claim("full-convolution", "rotate the filter by {180} degree and calculate the full convolution",
       notebook="04", lecture="000", where="The previous computation can be obtained")
def _():
    Y, w, dz = _case()
    right = nn.conv2d_backward(dz[None], Y[None], w)[0]
    turned = {90 * k: np.rot90(w, k, axes=(2, 3)).swapaxes(0, 1) for k in range(4)}
    angles = [a for a, f in turned.items() if np.allclose(nn.full_convolution(dz[None], f), right)]
    return found(*angles, why="Of the quarter turns, this one alone gives the gradient.")


@claim("zeros-around", "zero padding it first with K 1 zeros on every side", notebook="04",
       lecture="004", where="Computing the derivative for Y(l - 1, m)")
def _():
    Y, w, dz = _case()
    K = w.shape[2]
    turned = nn.rotate180(w).swapaxes(0, 1)
    grad = nn.conv2d(nn.pad2d(dz[None], (K - 1, K - 1)), turned)
    return found(bool(np.allclose(grad, nn.conv2d_backward(dz[None], Y[None], w)[0])),
                 why="K − 1, the minus sign is lost in the text.")


@claim("transposed-and-flipped", "by the transposed and flipped filter", notebook="04",
       lecture="004", where="This is just a convolution of the zero-padded")
def _():
    Y, w, dz = _case()
    right = nn.conv2d_backward(dz[None], Y[None], w)[0]
    exchanged = nn.rotate180(w).swapaxes(0, 1)  # the two channel axes trade places
    mirrored = w.swapaxes(2, 3)[..., ::-1].swapaxes(0, 1)  # rows for columns, then a flip
    holds, other = (np.allclose(nn.full_convolution(dz[None], f), right)
                    for f in (exchanged, mirrored))
    return found(
        bool(holds),
        why=f"""Read as: input and output channels exchanged, each plane turned by 180°. Read as
        rows for columns, then a flip, it {"holds, too" if other else "would be wrong"}.""",
    )


@claim("filter-gradient", "The derivative … convolves with every output map Y(l - 1, m)",
       notebook="04", lecture="004", where="The filter derivative",
       also_000="If we look closely the previous equation")
def _():
    Y, w, dz = _case()
    grad = np.stack([nn.conv2d(Y[:, None], d[None, None])[:, 0] for d in dz])  # (F, C, KH, KW)
    return found(bool(np.allclose(grad, nn.conv2d_backward(dz[None], Y[None], w)[1])))


@claim("backward-loops", "dY(l-1, i, x+x'-1, y+y'-1) += w(l,j,i,x',y') dz(l,j,x,y)",
       notebook="04", lecture="004", where="Backward layer")
def _():
    Y, w, dz = _case()
    dY, dw = np.zeros_like(Y), np.zeros_like(w)
    for j, x, y, i, u, v in np.ndindex(*dz.shape, *w.shape[1:]):
        dY[i, x + u, y + v] += w[j, i, u, v] * dz[j, x, y]
        dw[j, i, u, v] += dz[j, x, y] * Y[i, x + u, y + v]
    grad_x, grad_weight, _ = nn.conv2d_backward(dz[None], Y[None], w)
    return found(bool(np.allclose(dY, grad_x[0]) and np.allclose(dw, grad_weight)),
                 why="Run as printed: the gradients of the maps and of the filters.")


@claim("backward-strides", "m = (x-1) stride … dY(l-1, i, m+x', n+y') +=", notebook="04",
       lecture="004", where="Complete Backward (with strides)")
def _():
    Y, w, dz = _case(stride=2)
    dY, dw = np.zeros_like(Y), np.zeros_like(w)
    for j, x, y, i, u, v in np.ndindex(*dz.shape, *w.shape[1:]):
        m, n = 2 * x, 2 * y
        dY[i, m + u, n + v] += w[j, i, u, v] * dz[j, x, y]
        dw[j, i, u, v] += dz[j, x, y] * Y[i, m + u, n + v]
    grad_x, grad_weight, _ = nn.conv2d_backward(dz[None], Y[None], w, stride=2)
    return found(bool(np.allclose(dY, grad_x[0]) and np.allclose(dw, grad_weight)),
                 why="Run with stride 2, x and y through all outputs, although the slide's loops "
                     "step by the stride.")


@claim("backward-strides-loops", "for x = W_1:-stride:1 … m = (x-1) stride", notebook="04",
       lecture="004", where="Complete Backward (with strides)")
def _():
    Y, w, dz = _case(stride=2)
    dY = np.zeros_like(Y)
    every, visited = list(np.ndindex(*dz.shape[1:])), 0
    for x, y in every:
        if (dz.shape[1] - 1 - x) % 2 or (dz.shape[2] - 1 - y) % 2:
            continue  # W_1:-2:1 steps over it
        visited += 1
        for j, i, u, v in np.ndindex(*w.shape):
            dY[i, 2 * x + u, 2 * y + v] += w[j, i, u, v] * dz[j, x, y]
    grad_x, _, _ = nn.conv2d_backward(dz[None], Y[None], w, stride=2)
    return found(bool(np.allclose(dY, grad_x[0])),
                 why=f"The index counts the stride already. Run as printed, with stride 2, the "
                     f"loops visit {visited} of {len(every)} outputs.")


@claim("drop-elements", "dropping elements corresponding to zeros introduced during upsampling",
       notebook="04", lecture="004", where="Backpropagation will give us derivatives")
def _():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(1, 2, 4, 5))
    g = rng.normal(size=nn.insert_zeros(x, 3).shape)
    kept = g[..., ::3, ::3]
    pairing = (nn.insert_zeros(x, 3) * g).sum()
    return found(bool(kept.shape == x.shape and np.isclose(pairing, (x * kept).sum())),
                 why="The adjoint of inserting zeros: checked by the two inner products.")
