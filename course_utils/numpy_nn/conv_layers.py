"""The layers of convolutional networks; as in `layers`, the arithmetic is in the functions."""

import numpy as np

from course_utils.numpy_nn.batch_norm import batch_norm, batch_norm_backward, batch_statistics
from course_utils.numpy_nn.conv import conv2d, conv2d_backward, require_groups
from course_utils.numpy_nn.conv_transpose import conv_transpose2d, conv_transpose2d_backward
from course_utils.numpy_nn.dropout import dropout, dropout_backward, require_dropout
from course_utils.numpy_nn.dtypes import float_dtype, generator
from course_utils.numpy_nn.init import he_normal
from course_utils.numpy_nn.layers import Layer
from course_utils.numpy_nn.pooling import (
    avg_pool2d,
    avg_pool2d_backward,
    global_avg_pool2d,
    global_avg_pool2d_backward,
    max_pool2d,
    max_pool2d_backward,
    pool_settings,
)
from course_utils.shapes import number, pair, require_output_padding, require_shape, whole_number


class _Filters(Layer):
    """What both kinds of convolution share: weight, bias, and what backward needs."""

    def __init__(self, shape, biases, settings, init, rng, dtype):
        super().__init__()
        self.new_parameters(shape, biases, init, rng, dtype)
        self.settings = settings

    def forward(self, x):
        weight, bias = self.parameters["weight"], self.parameters.get("bias")
        out = self.function(x, weight, bias, *self.settings)
        self.x = x
        return out

    def backward(self, grad_out):
        x, weight = self.kept("x"), self.parameters["weight"]
        grad_x, grad_weight, grad_bias = self.function_backward(
            grad_out, x, weight, *self.settings, self.needs_input_grad
        )
        self.keep_gradients(weight=grad_weight, bias=grad_bias)
        return grad_x


class Conv2d(_Filters):
    """Convolution: (N, in_channels, H, W) -> (N, out_channels, OH, OW). The biases start at 0.

    Sizes in pixels, ints or pairs. `init(shape, rng, dtype)` makes the weights; `rng` is a
    generator or a seed. Raises ValueError for settings that mean nothing.
    """

    function, function_backward = staticmethod(conv2d), staticmethod(conv2d_backward)

    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, dilation=1,
                 groups=1, bias=True, *, init=he_normal, rng=None, dtype=np.float32):  # fmt: skip
        _require_channels("Conv2d", groups, in_channels=in_channels, out_channels=out_channels)
        kernel_size = pair("Conv2d", "kernel_size", kernel_size, 1)
        _require_steps("Conv2d", stride, padding, dilation)
        shape = (out_channels, in_channels // groups, *kernel_size)
        settings = (stride, padding, dilation, groups)
        super().__init__(shape, out_channels * bool(bias), settings, init, rng, dtype)

    def __repr__(self):
        F, C, KH, KW = self.parameters["weight"].shape
        stride, padding, dilation, groups = self.settings
        unusual = _unusual(stride=stride, padding=padding, dilation=dilation, groups=groups)
        return f"Conv2d({C * groups} → {F}, {KH}×{KW}{unusual})"


class ConvTranspose2d(_Filters):
    """Transposed convolution: (N, in_channels, H, W) -> (N, out_channels, OH, OW).

    The arguments are those of `Conv2d`, and output_padding. Raises ValueError for settings that
    mean nothing.
    """

    function = staticmethod(conv_transpose2d)
    function_backward = staticmethod(conv_transpose2d_backward)

    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0,
                 output_padding=0, dilation=1, groups=1, bias=True, *, init=he_normal, rng=None,
                 dtype=np.float32):  # fmt: skip
        op = "ConvTranspose2d"
        _require_channels(op, groups, in_channels=in_channels, out_channels=out_channels)
        _require_steps(op, stride, padding, dilation)
        for setting in zip(
            pair(op, "output_padding", output_padding), pair(op, "stride", stride, 1),
            pair(op, "dilation", dilation, 1), strict=True,
        ):  # fmt: skip
            require_output_padding(op, *setting)
        shape = (in_channels, out_channels // groups, *pair(op, "kernel_size", kernel_size, 1))
        settings = (stride, padding, output_padding, dilation, groups)
        super().__init__(shape, out_channels * bool(bias), settings, init, rng, dtype)

    def __repr__(self):
        C, F, KH, KW = self.parameters["weight"].shape
        stride, padding, _, _, groups = self.settings
        unusual = _unusual(stride=stride, padding=padding, groups=groups)
        return f"ConvTranspose2d({C} → {F * groups}, {KH}×{KW}{unusual})"


def _require_channels(op, groups, **channels):
    for name, count in channels.items():
        whole_number(op, name, count, 1)
    require_groups(op, groups, **channels)


def _require_steps(op, stride, padding, dilation):
    pair(op, "stride", stride, 1)
    pair(op, "padding", padding)
    pair(op, "dilation", dilation, 1)


class _Pool(Layer):
    """What both kinds of pooling share: the settings, and how they are shown."""

    def __init__(self, kernel_size, stride=None, padding=0):
        super().__init__()
        self.settings = pool_settings(type(self).__name__, kernel_size, stride, padding)

    def __repr__(self):
        return f"{type(self).__name__}({self.settings[0]}, stride={self.settings[1]})"


class MaxPool2d(_Pool):
    """The largest number of every window: (N, C, H, W) -> (N, C, OH, OW).

    Sizes in pixels, ints or pairs; the stride is the kernel's size if not given. Raises ValueError
    for settings that mean nothing.
    """

    def forward(self, x):
        out, self.positions = max_pool2d(x, *self.settings)
        self.size = x.shape[2:]
        return out

    def backward(self, grad_out):
        return max_pool2d_backward(grad_out, self.kept("positions"), self.size)


class AvgPool2d(_Pool):
    """The mean of every window: (N, C, H, W) -> (N, C, OH, OW). The arguments of `MaxPool2d`."""

    def forward(self, x):
        out = avg_pool2d(x, *self.settings)
        self.size = x.shape[2:]
        return out

    def backward(self, grad_out):
        return avg_pool2d_backward(grad_out, self.kept("size"), *self.settings)


class GlobalAvgPool2d(Layer):
    """The mean of every map: (N, C, H, W) -> (N, C)."""

    def forward(self, x):
        out = global_avg_pool2d(x)
        self.size = x.shape[2:]
        return out

    def backward(self, grad_out):
        return global_avg_pool2d_backward(grad_out, self.kept("size"))


class BatchNorm2d(Layer):
    """Normalise every channel: (N, channels, H, W) -> the same shape.

    In training with the batch's mean and variance, at test time with running averages of them, in
    which a new batch counts `momentum`, from 0 to 1 (torch's convention; the variance is kept
    unbiased). Raises ValueError for settings that mean nothing.
    """

    def __init__(self, channels, eps=1e-5, momentum=0.1, *, dtype=np.float32):
        super().__init__()
        channels = whole_number("BatchNorm2d", "channels", channels, 1)
        number("BatchNorm2d", "eps", eps)
        number("BatchNorm2d", "momentum", momentum, 0, 1)
        dtype = float_dtype("BatchNorm2d", dtype)
        self.parameters["weight"] = np.ones(channels, dtype)
        self.parameters["bias"] = np.zeros(channels, dtype)
        self.buffers["running_mean"] = np.zeros(channels, dtype)
        self.buffers["running_var"] = np.ones(channels, dtype)
        self.eps, self.momentum = eps, momentum

    def forward(self, x):
        weight, bias = self.parameters["weight"], self.parameters["bias"]
        pixels = ("H", "W") if np.ndim(x) != 2 else ()
        require_shape("BatchNorm2d", "x", x, ("N", len(weight), *pixels))
        if self.training:
            mean, var = batch_statistics(x)
            self._update_averages(mean, var, x.size // len(mean))
        else:
            mean, var = self.buffers["running_mean"], self.buffers["running_var"]
        self.x, self.settings = x, (mean, var, self.eps, self.training)
        return batch_norm(x, weight, bias, mean, var, self.eps)

    def _update_averages(self, mean, var, count):
        unbiased = var * (count / (count - 1))
        for name, new in (("running_mean", mean), ("running_var", unbiased)):
            self.buffers[name] += self.momentum * (new - self.buffers[name])

    def backward(self, grad_out):
        weight, x = self.parameters["weight"], self.kept("x")
        grad_x, grad_weight, grad_bias = batch_norm_backward(grad_out, x, weight, *self.settings)
        self.keep_gradients(weight=grad_weight, bias=grad_bias)
        return grad_x

    def __repr__(self):
        return f"BatchNorm2d({len(self.parameters['weight'])})"


class Dropout(Layer):
    """In training, set numbers to 0 with probability p and scale up the rest; else do nothing.

    `rng` is a generator or a seed. Raises ValueError for another p or rng.
    """

    def __init__(self, p=0.5, *, rng=None):
        super().__init__()
        require_dropout("Dropout", p)
        self.p = p
        self.rng = generator("Dropout", rng)

    def forward(self, x):
        if not self.training:
            self.mask = None
            return x
        out, self.mask = dropout(x, self.p, self.rng)
        return out

    def backward(self, grad_out):
        mask = self.kept("mask")
        return grad_out if mask is None else dropout_backward(grad_out, mask)

    def __repr__(self):
        return f"Dropout({self.p})"


def _unusual(**settings):
    """The settings that differ from torch's defaults, for a repr."""
    usual = {"stride": 1, "padding": 0, "dilation": 1, "groups": 1}
    return "".join(f", {name}={value}" for name, value in settings.items() if value != usual[name])
