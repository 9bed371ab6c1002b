"""Answers to the questions at the end of notebook 19."""

ANSWERS = (
    r"""
The true box lies inside, so the intersection is $wh$ and the union $2w \cdot 2h$: the IoU is ¼,
for whatever box. The L2 depends on the size. Each edge is off by half a side, so the squared
errors of the four edges sum to $(w^2 + h^2)/2$. A large box pays more for the same mistake of
shape.
""",
    """
The weight 10. The same image in units from −1 to 1 has coordinates twice as large, and so are all
differences. Squared, they are four times as large, and $40/4 = 10$. (If the loss took absolute
values, it would be 20.)
""",
    """
A head for "is there anything?", or one more class, *nothing*. The loss of the box is counted only
where there is one: choose those images with a mask, and divide by their number. The target of an
empty canvas needs no box at all; whatever numbers fill its row, the mask must keep them out. With
four zeros as the target the network would learn to put a small box into the corner, and half of
the images would pull it there.
""",
)
