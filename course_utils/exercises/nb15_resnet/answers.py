"""Answers to the questions at the end of notebook 15."""

ANSWERS = (
    """
The deeper network is worse on its *training* images. That is not overfitting but degradation, and
dropout fights overfitting: it would raise both training errors. Ask for shortcuts instead, or at
least for batch normalisation, He's starting weights and a rate that is tuned for 80 layers. Only
when 80 layers train better than 40 is it time to look at the validation error.
""",
    """
The first line goes: the gradient of the sum is `grad_out` itself, and no longer `grad_out` where
the output is positive. The rest stays. The shortest path takes every shortcut. With the last ReLU
it passes one ReLU after each addition; without it, none at all. (Notebook 16 builds its blocks
like that.)
""",
    """
With $F = 0$ the block hands on $x$, and the gradient comes back through the shortcut unharmed. If
it is the *last* scale of the body that is 0, that scale has a gradient of its own, since what it
multiplies is not 0; after one step the rest of the body gets one, too. In a plain network of
zeros every output is 0, and so is every gradient of a weight, except for the last bias: each is a
product with a zero in it. Nothing can begin. (A body in which *all* layers are 0 is stuck as
well.)
""",
)
