"""Answers to the questions at the end of notebook 21."""

ANSWERS = (
    r"""
Both get better, though the guess is off by the same pixel. What differs is a rim of about $4r$
pixels, and the discs have about $\pi r^2$: $1 -$ IoU is about $4/\pi r$. From $r = 10$ to 20 the
IoU goes from 0.88 to 0.94. The accuracy compares the same rim with the whole image, which is four
times as large: it goes from 0.990 to 0.995 (images of 64 and of 128 pixels). Twice the size
halves both errors.
""",
    """
It can learn to judge a pixel by its colour, through the path across. On the way down, pooling
still mixes: it knows what is the brightest in each window, so it sees its block, on a fixed grid,
but no edge and no shape. Both paths would be missed. Without the one that goes down, each pixel
decides by its own colour; without the one across, all blocks of the lowest level are filled from
a single column of numbers, and the outline follows the grid.
""",
    r"""
Mean IoU: ground has nearly 1, the object 0, so about one half. Dice: an empty image gives
$\varepsilon/\varepsilon = 1$, an image with an object of $n$ pixels $1/(n + 1)$, nearly 0. On
average that is one half as well. Cross-entropy asks how sure it was: with the share of object
pixels as its probability, say 5 %, it has 0.20 for each pixel and looks harmless; if it is quite
sure of "ground", each object pixel costs without limit. None of the three alone says "it finds
nothing"; the IoU of the object does.
""",
)
