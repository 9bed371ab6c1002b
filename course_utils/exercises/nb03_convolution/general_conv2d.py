"""The exercise `general_conv2d` of notebook 03."""

from functools import partial

import numpy as np

from course_utils.checking.exercise import case, exercise
from course_utils.exercises.nb03_convolution.conv_output_size import conv_output_size
from course_utils.exercises.nb03_convolution.general import conv2d_with
from course_utils.exercises.settings import channels_of, every_setting, filters_of, interleaved
from course_utils.exercises.slips import exchanged, given, ignored, missing, square


@exercise(
    notebook="03",
    optional=True,
    points=3,
    minutes=60,
    not_lent=("conv2d", "conv2d_loops", "im2col"),
    explanation="sliding_window_view gives every window without copying: windows as large as a "
    "filter with its holes. Then a stride is a step over the places, and a dilation is a step "
    "inside the window. For groups, split the axis of the channels, and that of the filters, in "
    "two: group and number inside it. In einsum the letter g is on both sides and in the result: "
    "each group meets only itself.",
)
def general_conv2d(x, weight, bias, stride=(1, 1), padding=(0, 0), dilation=(1, 1), groups=1):
    """The convolution layer with every setting, without a loop over places.

    x (N, C, H, W), weight (F, C // groups, KH, KW), bias (F,) -> (N, F, OH, OW)
    stride, padding, dilation: pairs (height, width). The channels and the filters are split into
    `groups` equal parts, in their order; filters of one part see only the channels of that part.
    """
    (SH, SW), (PH, PW), (DH, DW) = stride, padding, dilation
    (N, C, _, _), (F, _, KH, KW) = x.shape, weight.shape
    x = np.pad(x, ((0, 0), (0, 0), (PH, PH), (PW, PW)))
    covered = DH * (KH - 1) + 1, DW * (KW - 1) + 1
    windows = np.lib.stride_tricks.sliding_window_view(x, covered, axis=(2, 3))
    windows = windows[:, :, ::SH, ::SW, ::DH, ::DW]  # (N, C, OH, OW, KH, KW)
    windows = windows.reshape(N, groups, C // groups, *windows.shape[2:])
    filters = weight.reshape(groups, F // groups, C // groups, KH, KW)
    out = np.einsum("ngcijuv,gfcuv->ngfij", windows, filters)
    return out.reshape(N, F, *out.shape[3:]) + bias[:, np.newaxis, np.newaxis]


@general_conv2d.cases
def _(rng):
    for x, weight, settings, label in every_setting(rng):
        bias = rng.normal(size=len(weight)).astype(x.dtype)
        yield case(x, weight, bias, *settings, label=label)


@general_conv2d.oracle
def _(x, weight, bias, stride, padding, dilation, groups):
    (N, _, H, W), (F, D, KH, KW) = x.shape, weight.shape
    OH, OW = (
        conv_output_size(*numbers)
        for numbers in zip((H, W), (KH, KW), stride, padding, dilation, strict=True)
    )
    x_, weight_ = x.tolist(), weight.tolist()
    out = np.empty((N, F, OH, OW), np.result_type(x, weight))
    for n, f, i, j in np.ndindex(out.shape):
        first = f // (F // groups) * D
        total = float(bias[f])
        for c, u, v in np.ndindex(D, KH, KW):
            row = i * stride[0] + u * dilation[0] - padding[0]
            column = j * stride[1] + v * dilation[1] - padding[1]
            if 0 <= row < H and 0 <= column < W:
                total += x_[n][first + c][row][column] * weight_[f][c][u][v]
        out[n, f, i, j] = total
    return out


general_conv2d.slip(
    missing("bias", 0.0), "the bias was left out", hint="What is the output for an image of zeros?"
)
for what, neutral in (("stride", (1, 1)), ("padding", (0, 0)), ("dilation", (1, 1))):
    general_conv2d.slip(ignored(what, neutral))
    general_conv2d.slip(exchanged(what))
    general_conv2d.slip(square(what), also=(square(what, 1),))

general_conv2d.slip(
    given(lambda a: {"stride": a["dilation"], "dilation": a["stride"]}),
    "stride and dilation have changed places",
    hint="Which of the two is a step from window to window, and which a step inside one?",
)

for name, hint, change in (
    (
        "the filters went to the groups in turn, as cards are dealt",
        "With 6 filters and 2 groups, which filters see the first channels? The docstring says: in "
        "their order.",
        {"filters": interleaved},
    ),
    (
        "the channels went to the groups in turn, as cards are dealt",
        "With 6 channels and 2 groups, which channels does filter 0 see? The docstring says: in "
        "their order.",
        {"channels": interleaved},
    ),
    (
        "channels and filters both went to the groups in turn, as cards are dealt",
        "With 6 channels, 6 filters and 2 groups: which filters and which channels make the first "
        "group? Try reshape(groups, -1) on np.arange(6), and reshape(-1, groups).",
        {"filters": interleaved, "channels": interleaved},
    ),
    (
        "all filters saw the channels of the first group",
        "The last filter belongs to the last group. Which channels does it see?",
        {"channels": lambda numbers, groups: [channels_of(numbers, groups)[0]] * groups},
    ),
    (
        "the groups were read from the end",
        "Filter 0 and channel 0: are they in the same group?",
        {"channels": lambda numbers, groups: channels_of(numbers, groups)[::-1]},
    ),
    (
        "each filter saw all channels: those of all groups were added",
        "A filter has C // groups channels. With how many of those of x does it meet?",
        {"channels": lambda numbers, groups: [numbers] * groups},
    ),
    (
        "the padding was added on one side only",
        "How wide does an image of 5 columns become with padding 1?",
        {"pad": lambda P: (P, 0)},
    ),
    (
        "the holes of a filter were counted as D · K places, not as D · (K − 1) + 1",
        "How many places does a filter of 2 cover with dilation 3?",
        {"cover": lambda K, D: K * D},
    ),
    (
        "the filter was rotated by 180°",
        "Networks compute the cross-correlation. Where does your code reverse an axis?",
        {"filters": lambda numbers, groups: filters_of(numbers, groups), "turn": True},
    ),
):
    general_conv2d.mistake(name, hint=hint)(partial(conv2d_with, **change))
