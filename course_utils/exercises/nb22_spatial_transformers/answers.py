"""Answers to the questions at the end of notebook 22."""

ANSWERS = (
    """
1.75, 2.25, and so on in steps of ½ up to 5.25; the row is 1.75, too. Each place mixes the two
pixels around it in each direction, so pixels 1 to 6 have a say, 36 of 64. The other 28, the
outermost ring, have none, and no gradient.
""",
    r"""
Those of the right half, as far as they read inside of the image, and those that read between the
edge and the black outside. The others read zeros on all sides: moving them a little changes
nothing. The loss can only use what the right half sees. If a part of the digit is in it, its
gradient pushes the crop to the right, so $\theta_{13}$ grows; if the digit is not in it yet,
everything is black, and nothing pushes.
""",
    r"""
$\theta = \begin{pmatrix} s & 0 & t_x \\ 0 & s & t_y \end{pmatrix}$. The number $s$ is used twice,
so it collects twice:
$\partial L/\partial s = \partial L/\partial\theta_{11} + \partial L/\partial\theta_{22}$. For the
shifts take $\partial L/\partial\theta_{13}$ and $\partial L/\partial\theta_{23}$ as they are. The
other two are thrown away, since these entries do not move.
""",
)
