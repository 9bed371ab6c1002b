"""Claims about LeNet-5, in the lecture and in the paper of 1998 (notebook 07)."""

# A claim reads best in two or three lines.
# fmt: off

import numpy as np

from course_utils import numpy_nn as nn
from course_utils.audit.claim import cited, claim, found
from course_utils.audit.networks import layers, model, modules, table
from course_utils.shapes import conv_output_size, pool_output_size

_CONV1 = conv_output_size(32, 5)


_POOL1 = pool_output_size(_CONV1, 2)


_CONV2 = conv_output_size(_POOL1, 5)


_POOL2 = pool_output_size(_CONV2, 2)


def _layers() -> dict[str, tuple[int, ...]]:
    """The shapes of the zoo's LeNet-5, layer by layer."""

    return [row.shape for row in layers("lenet")]


@claim("mnist-32", "Digit recognition on MNIST ({32}x{32} images)", notebook="07", lecture="004",
       where="Le-net 5")
def _():
    from course_utils.datasets import mnist_5k

    H, W = mnist_5k().train.images.shape[2:]
    return found(H, W, why=f"MNIST's images have {H} × {W} pixels; with a border of 2 they get "
                 f"LeNet's input, {H + 4} × {W + 4}.")


@claim("lenet-conv1", "{6} {5}x{5} filters in first conv layer … {6} {28}x28 maps", notebook="07",
       lecture="004", where="Conv1: 6 5x5 filters in first conv layer")
def _():

    conv = modules("lenet", "Conv2d")[0]
    maps, rows, columns = _layers()[0]
    assert (rows, columns) == (_CONV1, _CONV1)
    return found(conv.out_channels, *conv.kernel_size, maps, rows)


@claim("lenet-pool1", "2x2 max pooling, stride 2 … Result: {6} {14}x{14} maps", notebook="07",
       lecture="004", where="Pool1: 2x2 max pooling")
def _():
    assert _layers()[1] == (6, _POOL1, _POOL1)
    return found(*_layers()[1], why="The paper of 1998 averaged, with a trainable factor.")


@claim("lenet-conv2", "{16} {5}x{5} filters in second conv layer … {16} {10}x10 maps",
       notebook="07", lecture="004", where="Conv2: 16 5x5 filters")
def _():

    conv = modules("lenet", "Conv2d")[1]
    maps, rows, columns = _layers()[2]
    assert (rows, columns) == (_CONV2, _CONV2)
    return found(conv.out_channels, *conv.kernel_size, maps, rows)


@claim("lenet-pool2", "Result {16} {5}x5 maps ({400} values in all)", notebook="07",
       lecture="004", where="Pool2: 2x2 max pooling with stride 2")
def _():
    maps, rows, columns = _layers()[3]
    assert (rows, columns) == (_POOL2, _POOL2)
    return found(maps, rows, maps * rows * columns)


@claim("lenet-mlp", "Final MLP: {3} layers … {120} neurons, {84} neurons, and finally {10} output",
       notebook="07", lecture="004", where="FC: Final MLP")
def _():
    neurons = [shape[0] for shape in _layers() if len(shape) == 1]
    return found(len(neurons), *neurons)


@claim("lenet-1998-parameters", "{60,000} trainable free parameters", notebook="07",
       lecture="papers", where="LeCun et al. 1998, section II.B")
def _():

    in_1998 = sum(p.numel() for p in model("lenet_1998").parameters())
    modern = table("lenet").parameters
    return found(in_1998, why=f"The LeNet of today, with a full second convolution, a last layer "
                 f"that learns and plain pooling, has {modern:,}.")


@claim("lenet-1998-connections", "{340,908} connections", notebook="07", lecture="papers",
       where="LeCun et al. 1998, section II.B")
def _():
    seen = 6 * 3 + 9 * 4 + 1 * 6  # table I of the paper: maps that the filters of C3 look at
    convs = 6 * 26 * _CONV1**2 + (seen * 25 + 16) * _CONV2**2
    pools = (4 + 1) * (6 * _POOL1**2 + 16 * _POOL2**2)  # four pixels and a bias each
    return found(convs + pools + 120 * (400 + 1) + 84 * (120 + 1) + 10 * 84,
                 why="84 · 10 of them belong to the output layer, which does not learn.")


@claim("xavier-half", "Xavier/2 initialization from He et al.", notebook="07", lecture="002",
       where="Training ResNet in practice")
def _():

    weight = nn.he_normal((500, 400), np.random.default_rng(0), np.float64)
    ratio = float(weight.var() * 400)  # in units of 1/fan_in
    return found(
        round(ratio, 1) == 0.5,
        why=f"""He's variance is {ratio:.1f}/n, twice Xavier's 1/n, not half of it. What is halved
        is the n under the fraction line: 2/n = 1/(n/2).""",
    )


cited("batch-norm-rate", "batch norm lets you use larger learning rate", True,
      source="Ioffe and Szegedy 2015, section 3.3; measured in notebook 07", looked_up=True,
      notebook="07", lecture="004", where="Learning rate 0.1, divide by 10")
