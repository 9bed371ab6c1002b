"""Answers to the questions at the end of notebook 23."""

ANSWERS = (
    """
Four times as many tokens. The linear layers cost four times as much, since each token costs the
same. The attention compares each with each, so 16 times as much. The table of positions gets four
times as many rows: the old one does not fit, and is usually interpolated.
""",
    """
It can tell what is left and right *within a window*: the 3 × 3 filter has an order, and an edge
from dark to bright is another token than one from bright to dark. Where a token is it knows only
at the border: there the filter meets the zeros of the padding, at each side in another way. A
token in the middle looks the same wherever it is, and the attention, which has no order, cannot
say how far the border is. Several such convolutions in a row carry the border's mark further
inside.
""",
    r"""
The mean of all values, the same for every query. $\partial L/\partial z_s = (g_s - \bar g)/S$,
where $g_s$ is the product of the output's gradient with value $s$: not 0, unless all values say
the same. So the scores are pushed apart. Whether they can move is a matter of queries and keys,
since $z = q \cdot k/\sqrt d$: if both are 0, neither gets a gradient and the head is stuck; if
one of the two is not 0, it can find its way out.
""",
)
