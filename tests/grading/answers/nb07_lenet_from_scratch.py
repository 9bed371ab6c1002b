"""Right answers to notebook 07. `test_fairness.py` says how these files are read."""

# ruff: noqa: E402, F811, RUF005, RUF059
import numpy as np


# %% lenet_shapes: a small function for each kind of layer
def conv(shape: tuple, maps: int, kernel: int = 5) -> tuple:
    _, rows, columns = shape
    return maps, rows - kernel + 1, columns - kernel + 1


def pool(shape: tuple) -> tuple:
    return shape[0], (shape[1] - 2) // 2 + 1, (shape[2] - 2) // 2 + 1


# %%
def lenet_shapes(H, W):
    c1 = conv((1, H, W), 6)
    p1 = pool(c1)
    c2 = conv(p1, 16)
    p2 = pool(c2)
    return c1, p1, c2, p2, (p2[0] * p2[1] * p2[2],), (120,), (84,), (10,)


# %% lenet_shapes: a loop that collects, int() of a float
def lenet_shapes(H, W):
    shapes = []
    for maps in (6, 16):
        H, W = H - 4, W - 4
        shapes.append((maps, H, W))
        H, W = int(H / 2), int(W / 2)
        shapes.append((maps, H, W))
    flat = np.prod(shapes[-1])
    return tuple(shapes) + ((flat,), (120,), (84,), (10,))


# %% lenet_shapes: with real arrays
def lenet_shapes(H, W):
    image = np.zeros((1, H, W))
    conv1 = np.zeros((6, *image[0, 4:, 4:].shape))
    pool1 = conv1[:, 1::2, 1::2]
    conv2 = np.zeros((16, *pool1[0, 4:, 4:].shape))
    pool2 = conv2[:, 1::2, 1::2]
    numbers = [np.zeros(n) for n in (pool2.size, 120, 84, 10)]
    return tuple(a.shape for a in (conv1, pool1, conv2, pool2, *numbers))


# %% he_init: uniform numbers
def he_init(shape, rng):
    fan_in = 1
    for size in shape[1:]:
        fan_in *= size
    limit = (6 / fan_in) ** 0.5
    return np.random.default_rng(rng).uniform(-limit, limit, size=shape)


# %% he_init: standard normal numbers, scaled, float32
import math


# %%
def he_init(shape, rng):
    rng = np.random.default_rng(rng)
    fan_in = math.prod(shape[1:])
    return (rng.standard_normal(shape) * math.sqrt(2 / fan_in)).astype(np.float32)


# %% he_init: random numbers between 0 and 1, moved and stretched
def he_init(shape, rng):
    outputs, *inputs = shape
    numbers = np.random.default_rng(rng).random(shape) - 0.5  # variance 1/12
    return numbers * np.sqrt(24 / np.prod(inputs))


# %% he_init: filter by filter, drawn in float32
def he_init(shape, rng):
    generator = np.random.default_rng(rng)
    size = np.zeros(shape)[0].size
    filters = [generator.standard_normal(shape[1:], dtype=np.float32) for _ in range(shape[0])]
    return np.stack(filters) / (size / 2) ** 0.5


# %% he_init: one row of numbers, folded, Fortran order
def he_init(shape, rng):
    n = int(np.prod(shape))
    fan_in = n // shape[0]
    weights = np.random.default_rng(rng).normal(loc=0.0, scale=(2.0 / fan_in) ** 0.5, size=n)
    return weights.reshape(shape, order="F")


# %% sequential_backward: recursion
def sequential_backward(backwards, grad_out):
    if len(backwards) == 0:
        return grad_out
    return sequential_backward(backwards[:-1], backwards[-1](grad_out))


# %% sequential_backward: counting down
def sequential_backward(backwards, grad_out):
    k = len(backwards)
    while k > 0:
        k -= 1
        grad_out = backwards[k](grad_out)
    return grad_out


# %% sequential_backward: functools.reduce
import functools


# %%
def sequential_backward(backwards, grad_out):
    return functools.reduce(lambda grad, backward: backward(grad), backwards[::-1], grad_out)


# %% sequential_backward: a copy that is emptied
def sequential_backward(backwards, grad_out):
    left = list(backwards)
    gradient = grad_out.copy()
    while left:
        gradient = left.pop()(gradient)
    return gradient


# %% batchnorm_forward: channel by channel
def batchnorm_forward(x, weight, bias, eps=1e-5):
    C = x.shape[1]
    out, mean, var = np.zeros(x.shape), np.zeros(C), np.zeros(C)
    for c in range(C):
        channel = x[:, c]
        mean[c] = channel.sum() / channel.size
        var[c] = ((channel - mean[c]) ** 2).sum() / channel.size
        out[:, c] = weight[c] * (channel - mean[c]) / np.sqrt(var[c] + eps) + bias[c]
    return out, mean, var


# %% batchnorm_forward: channels as rows, np.std
def batchnorm_forward(x, weight, bias, eps=1e-5):
    N, C, H, W = x.shape
    rows = np.moveaxis(x, 1, 0).reshape(C, -1)
    mean, var = np.mean(rows, axis=1), np.std(rows, axis=1) ** 2
    rows = (rows.T - mean) / (var + eps) ** 0.5 * weight + bias
    return rows.T.reshape(C, N, H, W).transpose(1, 0, 2, 3), mean, var


# %% batchnorm_forward: einsum, one scale and one shift
def per_channel(a):
    return a.reshape(1, -1, 1, 1)


# %%
def batchnorm_forward(x, weight, bias, eps=1e-5):
    x = x.astype(float)
    M = x.size / x.shape[1]
    mean = np.einsum("nchw->c", x) / M
    centred = x - per_channel(mean)
    var = np.einsum("nchw,nchw->c", centred, centred) / M
    scale = weight / np.sqrt(var + eps)
    return x * per_channel(scale) + per_channel(bias - mean * scale), mean, var


# %% batchnorm_forward: mean of the squares less the square of the mean, keepdims
def batchnorm_forward(
    x: np.ndarray, weight: np.ndarray, bias: np.ndarray, eps: float = 1e-5
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    axes = (0, 2, 3)
    mean = x.mean(axis=axes, keepdims=True)
    var = (x * x).mean(axis=axes, keepdims=True) - mean * mean
    y = np.swapaxes((x - mean) * (var + eps) ** -0.5, 1, 3) * weight + bias
    return np.swapaxes(y, 1, 3), mean.flatten(), var.flatten()


# %% batchnorm_backward: the steps of the paper, one after the other
def batchnorm_backward(grad_out, x, weight, mean, var, eps=1e-5):
    m = x.shape[0] * x.shape[2] * x.shape[3]
    mean, var, gamma = (a.reshape(1, -1, 1, 1) for a in (mean, var, weight))
    x_hat = (x - mean) / np.sqrt(var + eps)
    d_x_hat = grad_out * gamma
    d_var = (d_x_hat * (x - mean) * -0.5 * (var + eps) ** -1.5).sum((0, 2, 3), keepdims=True)
    d_mean = (-d_x_hat / np.sqrt(var + eps)).sum((0, 2, 3), keepdims=True)
    d_mean = d_mean + d_var * (-2 * (x - mean)).mean((0, 2, 3), keepdims=True)
    d_x = d_x_hat / np.sqrt(var + eps) + d_var * 2 * (x - mean) / m + d_mean / m
    return d_x, (grad_out * x_hat).sum((0, 2, 3)), grad_out.sum((0, 2, 3))


# %% batchnorm_backward: channel by channel, with the Jacobian
def batchnorm_backward(grad_out, x, weight, mean, var, eps=1e-5):
    grad_x = np.zeros_like(x)
    grad_weight, grad_bias = [], []
    for c in range(x.shape[1]):
        g = grad_out[:, c].flatten()
        s = np.sqrt(var[c] + eps)
        x_hat = (x[:, c].flatten() - mean[c]) / s
        M = len(g)
        jacobian = (np.eye(M) - 1 / M - x_hat[:, None] * x_hat[None, :] / M) / s
        grad_x[:, c] = weight[c] * (jacobian @ g).reshape(x[:, c].shape)
        grad_weight.append(g @ x_hat)
        grad_bias.append(sum(g))
    return grad_x, np.array(grad_weight), np.array(grad_bias)


# %% batchnorm_backward: one line with both sums, channels last
def batchnorm_backward(grad_out, x, weight, mean, var, eps=1e-5):
    g, x = np.moveaxis(grad_out, 1, -1), np.moveaxis(x, 1, -1)  # (N, H, W, C)
    M = g[..., 0].size
    inverse = 1 / np.sqrt(var + eps)
    x_hat = (x - mean) * inverse
    grad_bias = np.einsum("nhwc->c", g)
    grad_weight = np.einsum("nhwc,nhwc->c", g, x_hat)
    grad_x = weight * inverse / M * (M * g - grad_bias - x_hat * grad_weight)
    return np.moveaxis(grad_x, -1, 1), grad_weight, grad_bias


# %% groupnorm_backward: the short formula of batch normalisation, over each group
def groupnorm_backward(grad_out, x, weight, groups, eps=1e-5):
    N, C, H, W = x.shape
    parts = x.reshape(N, groups, C // groups, H, W)
    s = np.sqrt(parts.var(axis=(2, 3, 4), keepdims=True) + eps)
    hat = (parts - parts.mean(axis=(2, 3, 4), keepdims=True)) / s
    g = (grad_out * weight[None, :, None, None]).reshape(parts.shape)
    along = (g * hat).mean(axis=(2, 3, 4), keepdims=True)
    grad_x = (g - g.mean(axis=(2, 3, 4), keepdims=True) - hat * along) / s
    hat = hat.reshape(x.shape)
    grad_weight = np.einsum("nchw,nchw->c", grad_out, hat)
    return grad_x.reshape(x.shape), grad_weight, np.einsum("nchw->c", grad_out)


# %% groupnorm_backward: node by node, one group after the other, with std and with +=
def groupnorm_backward(grad_out, x, weight, groups, eps=1e-5):
    grad_x = np.zeros(x.shape)
    grad_weight, grad_bias = np.zeros(len(weight)), np.zeros(len(weight))
    size = len(weight) // groups
    for n in range(len(x)):
        for start in range(0, len(weight), size):
            mine = slice(start, start + size)
            z, g = x[n, mine].astype(float), grad_out[n, mine]
            d = z - z.mean()
            v = (d * d).mean()
            i = (v + eps) ** -0.5
            grad_weight[mine] += (g * d * i).sum(axis=(1, 2))
            grad_bias[mine] += g.sum(axis=(1, 2))
            gh = g * weight[mine].reshape(-1, 1, 1)
            gv = (gh * d).sum() * -0.5 * (v + eps) ** -1.5
            gd = gh * i
            gd += gv * 2 * d / d.size
            grad_x[n, mine] = gd - gd.mean()
    return grad_x, grad_weight, grad_bias
