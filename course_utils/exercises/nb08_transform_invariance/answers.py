"""Answers to the questions at the end of notebook 08."""

ANSWERS = (
    """
At 90° each column of $R$ has a single 1: the copy has the same numbers at other places, and every
weight counts once, also the corners. At 30° a weight gets what the places around it happen to
look at. For 5 × 5 the sums go from 0.20 (corners) to 1.27 (middle): a corner is turned out of the
square for the most part, and the middle is read by several places. So forwards the shares are
fair to places, and backwards they are not fair to weights.
""",
    """
Eight rotations are the steps of 45°. Of the small letters b, d, p and q are one and the same, and
so are n and u. Of the capital ones, M and W are (if their legs are upright), and N and Z, since a
quarter turn and a mirror image are both in the orbit. Depending on the type there are more. No
training helps: the layer puts out the same numbers for both.
""",
    r"""
It has $512 \cdot 169 + 512$ parameters in the first layer and 5,130 in the last, 92,170 in all,
sixteen times as many as the orbit network. Its curve should lie above that of 128 filters, since
it has room for every pose, and it need not repeat every 90°. We measured 93.6 % over all angles
(91.6 to 95.0), the orbit network 90.7, the augmented one with 32 filters 83.9. So at equal work
augmentation wins here; it pays with parameters and with more training, and nothing promises that
the curve is flat.
""",
)
