"""Answers to the questions at the end of notebook 01."""

ANSWERS = (
    r"""
The perceptron decides as before: it asks for the sign of $w \cdot x + b$ only, and ten times a
number has the same sign. The line is the same, too. The sigmoid still crosses ½ on that line, but
it is ten times as steep there: a point with the score 1 got $\sigma(1) = 0.73$, and now gets
$\sigma(10) = 0.99995$. The *decisions* stay, the *certainty* grows.
""",
    r"""
The proof squeezes the number of mistakes between $k\gamma$ from below and $\sqrt{k}\,R$ from
above. With $\gamma = 0$ the lower end is 0 for every $k$: a mistake need not move $\tilde w$ in
the direction of $u$ any more, so nothing limits how many there are. The bound $(R/\gamma)^2$ is
infinite. That is what happens if no line leaves room to spare, for instance because points of
both classes lie at the same place.
""",
    """
The next one is parity: 1 if an *odd* number of the three inputs is 1. Three hidden neurons with a
step are enough. They count: "at least one", "at least two", "all three"; the output is the first
minus the second plus the third. Two are not enough. The answer would then have to be cut out by
two lines (planes, here), and one plane can cut off only one of the four corners that must be 0:
between any two of them lies a point that is also between two corners that must be 1.
""",
)
