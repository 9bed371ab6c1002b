"""Answers to the questions at the end of notebook 16."""

ANSWERS = (
    r"""
The line $x_{l+1} = x_l + F_l$: at that block it becomes $\max(x_l, 0) + F_l$. From there on the
states can no longer be "an earlier state plus all branches since": what was negative in $x_l$ is
gone, and only $F$ can make a state negative again. Backwards the gradient passes that shortcut
only where $x_l$ was positive. Hence the sum over blocks holds on each side of it, but not across
it.
""",
    r"""
A grouped 3 × 3 with $D$ maps in and out and $g$ groups has $9\,D \cdot D/g$ weights. With $2D$
and $2g$ that is $9 \cdot 4D^2/2g$: twice as many. (The groups keep their width, and there are
twice as many.) The two 1 × 1 layers lead from the outer maps to the inner ones and back: if only
the inner width doubles, they have twice as many weights; if the outer one doubles as well, four
times.
""",
    """
The first one, with its single convolution: it meets one join only, the last. Its chance is 0.85,
and a bit more, because a join never drops everything. The second column passes two joins: 0.72.
The third and the fourth pass four, at the ends of the second, fourth, sixth and last convolution
of the deepest column, and come to 0.54. At the last join all four have the same chance. The
differences arise before it.
""",
)
