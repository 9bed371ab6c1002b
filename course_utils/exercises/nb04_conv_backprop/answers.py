"""Answers to the questions at the end of notebook 04."""

ANSWERS = (
    """
Forgetting to rotate the filter by 180°. A filter that is symmetric about its middle is its own
rotation, so with and without it the result is the same. The same holds for rows and columns that
were exchanged, if the filters are symmetric in that way. Random filters that are not square find
both.
""",
    """
A 1 × 1 filter is its own rotation, and a full convolution pads with $K - 1 = 0$ zeros, so neither
does anything. What remains is the exchange of channels: at each pixel `grad_x` is the transposed
weight matrix times `grad_out`, as in a linear layer. That is what it is, pixel by pixel.
""",
    r"""
The bias is added: $z = \ldots + b$, so a change of $b$ changes each $z$ by just as much, whatever
the input is. The local gradient is 1 everywhere. What is left is the sum of `grad_out` over all
images and all places of the map. (`grad_out` itself depends on the input through the layers
above.)
""",
)
