"""The exercise `general_input_grad` of notebook 04."""

from functools import partial

import numpy as np

from course_utils.checking.exercise import case, exercise
from course_utils.exercises.nb04_conv_backprop.general import input_grad_with
from course_utils.exercises.settings import every_setting, interleaved
from course_utils.exercises.slips import averaged, exchanged, given, ignored, rotated, square


@exercise(
    notebook="04",
    optional=True,
    points=4,
    minutes=75,
    not_lent=(
        "conv2d_backward", "conv2d_input_grad", "conv2d_weight_grad", "full_convolution", "col2im",
    ),
    explanation="Who met weight [u, v]? For output (i, j) it was pixel i·SH + u·DH, j·SW + v·DW of "
    "the padded image: for fixed u and v these pixels are a slice with the step of the stride. "
    "So one loop over the few places of the filter is enough, and each step adds a whole grid of "
    "contributions. Groups are one more letter that einsum does not sum over. Rows that a stride "
    "left over keep their 0, and the padding is cut off at the end.",
)  # fmt: skip
def general_input_grad(
    grad_out, weight, size, stride=(1, 1), padding=(0, 0), dilation=(1, 1), groups=1
):
    """Gradient of a convolution with every setting, with respect to its input.

    grad_out (N, F, OH, OW), weight (F, C // groups, KH, KW) -> (N, C, H, W), where size is (H, W)
    stride, padding, dilation: pairs (height, width). Filters of a group saw only its channels;
    groups are equal parts of the channels and of the filters, in their order.
    """
    (SH, SW), (PH, PW), (DH, DW) = stride, padding, dilation
    (N, F, OH, OW), (_, D, KH, KW) = grad_out.shape, weight.shape
    grads = grad_out.reshape(N, groups, F // groups, OH, OW)
    filters = weight.reshape(groups, F // groups, D, KH, KW)
    shape = N, groups, D, size[0] + 2 * PH, size[1] + 2 * PW
    grad_x = np.zeros(shape, np.result_type(grad_out, weight))
    for u in range(KH):
        for v in range(KW):
            rows = slice(u * DH, u * DH + SH * (OH - 1) + 1, SH)
            columns = slice(v * DW, v * DW + SW * (OW - 1) + 1, SW)
            met = np.einsum("ngfij,gfc->ngcij", grads, filters[..., u, v])
            grad_x[:, :, :, rows, columns] += met
    grad_x = grad_x.reshape(N, groups * D, *shape[3:])
    return grad_x[:, :, PH : PH + size[0], PW : PW + size[1]]


@general_input_grad.cases
def _(rng):
    for x, weight, settings, label in every_setting(rng):
        grad_out = rng.normal(size=_out_shape(x, weight, *settings)).astype(x.dtype)
        if grad_out.size <= 12:  # numbers that can be followed with a pencil
            grad_out = np.arange(1.0, grad_out.size + 1).reshape(grad_out.shape)
        yield case(grad_out, weight, x.shape[2:], *settings, label=label)


def _out_shape(x, weight, stride, padding, dilation, groups):
    sizes = (
        (size + 2 * P - D * (K - 1) - 1) // S + 1
        for size, K, S, P, D in zip(
            x.shape[2:], weight.shape[2:], stride, padding, dilation, strict=True
        )
    )
    return (len(x), len(weight), *sizes)


@general_input_grad.oracle
def _(grad_out, weight, size, stride, padding, dilation, groups):
    """Pixel by pixel: which outputs saw it, and through which weight?"""
    (N, F, OH, OW), (_, D, KH, KW) = grad_out.shape, weight.shape
    seen = [_meetings(*numbers) for numbers in zip(size, (OH, OW), (KH, KW), stride, padding,
                                                   dilation, strict=True)]  # fmt: skip
    grads, weights = grad_out.tolist(), weight.tolist()
    grad_x = np.zeros((N, groups * D, *size), np.result_type(grad_out, weight))
    for n, c, i, j in np.ndindex(grad_x.shape):
        group, own = divmod(c, D)
        grad_x[n, c, i, j] = sum(
            grads[n][f][p][q] * weights[f][own][u][v]
            for f in range(group * (F // groups), (group + 1) * (F // groups))
            for p, u in seen[0][i]
            for q, v in seen[1][j]
        )
    return grad_x


def _meetings(size, outputs, K, S, P, D):
    """For each pixel of a line the pairs (output, weight) that it met."""
    pairs = [(p, u) for p in range(outputs) for u in range(K)]
    return [[(p, u) for p, u in pairs if p * S + u * D - P == pixel] for pixel in range(size)]


for what, neutral in (("dilation", (1, 1)), ("padding", (0, 0)), ("stride", (1, 1))):
    general_input_grad.slip(ignored(what, neutral))
for what in ("stride", "padding", "dilation"):
    # padding the wrong way round stops with an error, as no padding does
    more = () if what == "padding" else (exchanged(what),)
    general_input_grad.slip(square(what), also=(square(what, 1), *more))
general_input_grad.slip(
    given(lambda a: {"stride": a["dilation"], "dilation": a["stride"]}),
    "stride and dilation have changed places",
    hint="Which of the two is a step from output to output, and which one from weight to weight?",
)
general_input_grad.slip(rotated())
general_input_grad.slip(averaged())

for name, hint, change in (
    (
        "the filter was rotated by 180° once too often",
        "Stamp a filter with one weight in its upper left corner: where does the stamp leave its "
        "mark?",
        {"turn": True},
    ),
    (
        "contributions overwrite each other, where they should add up",
        "A pixel that lies in two windows: is it = or +=?",
        {"gather": lambda before, more: more},
    ),
    (
        "the padding was cut off on both sides of the wrong end",
        "With padding 1, which row of the padded image is the first row of the image?",
        {"first": lambda P: 0},
    ),
    (
        "the groups were dealt in turn, as cards are",
        "With 6 channels and 2 groups, from which filters does channel 1 get its gradient?",
        {"filters": interleaved, "channels": interleaved},
    ),
    (
        "only the filters were dealt to the groups in turn",
        "With 6 filters and 2 groups, which filters saw the first channels?",
        {"filters": interleaved},
    ),
    (
        "the channels were dealt to the groups in turn",
        "The docstring says: equal parts, in their order. Where does grad_x of group 1 begin?",
        {"channels": interleaved},
    ),
    (
        "every channel got the gradients of all filters",
        "A channel of group 0 was seen by the filters of group 0. What does it have to do with the "
        "others?",
        {"filters": lambda numbers, groups: [np.asarray(numbers)] * groups},
    ),
):
    general_input_grad.mistake(name, hint=hint)(partial(input_grad_with, **change))
