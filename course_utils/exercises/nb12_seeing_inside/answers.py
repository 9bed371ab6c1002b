"""Answers to the questions at the end of notebook 12."""

ANSWERS = (
    """
A mean has no winner, so there is nothing to remember: the deconvnet spreads each number evenly
over its window, a quarter to each of four pixels. That is the transpose of the pooling, and needs
no look at the image. The pictures would become blurred, by 2 × 2 for each pooling, and they would
tell less about *this* image, since the switches are what carries its places.
""",
    r"""
The jump is the product of all strides before, so after $n$ layers it is $2^n$ times as large. The
size grows with it: each layer adds $(K - 1) \cdot$ jump, so only the first layer sees as far as
before. The start is moved to the left by $P \cdot$ jump at each padding, and those steps become
larger as well; the first one stays as it was. Without padding the start is 0 before and after.
""",
    """
First, *cover the dog*, and also cover what is around it: if the score falls only when the grass
is covered, it was the grass. Second, *make the network random*, from the top, layer by layer, and
draw the heat map again. If it still lies neatly on the dog, it shows the image and not the
network. It is also worth a look at images of dogs that the network gets wrong.
""",
)
