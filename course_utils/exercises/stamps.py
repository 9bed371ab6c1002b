"""The gradient of the input as stamps: each output hands its gradient to the pixels it has seen."""

import numpy as np


def stamps(grad_out, weight, size, *, stride=1, step=None, add=True, by_weight=False, last=False):
    """Stamps, times grad_out, on maps of this size: filter after filter, or weight after weight.

    step: how far apart they really are; add: whether what overlaps adds up; last: only the last
    filter stamps, as if the filters before it had been overwritten
    """
    (OH, OW), (KH, KW), S = grad_out.shape[2:], weight.shape[2:], stride if step is None else step
    if last:
        grad_out, weight = grad_out[:, -1:], weight[-1:]
    grad = np.zeros((len(grad_out), weight.shape[1], *size))
    for a, b in np.ndindex((KH, KW) if by_weight else (OH, OW)):
        if by_weight:
            rows, columns = slice(a, a + S * (OH - 1) + 1, S), slice(b, b + S * (OW - 1) + 1, S)
            part = np.einsum("nfij,fc->ncij", grad_out, weight[:, :, a, b])
        else:
            rows, columns = slice(a * S, a * S + KH), slice(b * S, b * S + KW)
            part = np.einsum("nf,fcuv->ncuv", grad_out[:, :, a, b], weight)
        grad[:, :, rows, columns] = part + (grad[:, :, rows, columns] if add else 0)
    return grad
