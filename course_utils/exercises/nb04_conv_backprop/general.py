"""The way back to the input through a convolution with every setting, with one thing changed."""

import numpy as np

from course_utils.exercises.settings import channels_of, filters_of


def input_grad_with(
    grad_out, weight, size, stride=(1, 1), padding=(0, 0), dilation=(1, 1), groups=1, *,
    channels=channels_of, filters=filters_of, gather=None, first=lambda P: P, turn=False,
):  # fmt: skip
    """Stamps (N, C, H, W), group by group.

    channels(numbers, groups), filters(numbers, groups): which belong to each group; gather(before,
    more): what a pixel has after a stamp; first(P): where the image begins in the padded one; turn:
    the filter was rotated by 180°
    """
    (N, F, OH, OW), (_, D, KH, KW) = grad_out.shape, weight.shape
    gather = gather or (lambda before, more: before + more)
    weight = weight[:, :, ::-1, ::-1] if turn else weight
    larger = [length + 2 * P for length, P in zip(size, padding, strict=True)]
    grad_x = np.zeros((N, groups * D, *larger), np.result_type(grad_out, weight))
    parts = zip(filters(range(F), groups), channels(range(groups * D), groups), strict=True)
    for mine, theirs in parts:
        stamped = np.zeros((N, D, *larger), grad_x.dtype)
        for i, j in np.ndindex(OH, OW):
            rows = slice(i * stride[0], i * stride[0] + dilation[0] * (KH - 1) + 1, dilation[0])
            columns = slice(j * stride[1], j * stride[1] + dilation[1] * (KW - 1) + 1, dilation[1])
            stamp = np.einsum("nf,fcuv->ncuv", grad_out[:, mine, i, j], weight[mine])
            stamped[:, :, rows, columns] = gather(stamped[:, :, rows, columns], stamp)
        grad_x[:, theirs] = stamped
    rows, columns = (slice(first(P), first(P) + length)
                     for P, length in zip(padding, size, strict=True))  # fmt: skip
    return grad_x[:, :, rows, columns]
