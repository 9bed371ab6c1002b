"""Answers to the questions at the end of notebook 20."""

ANSWERS = (
    r"""
PCK: 90 %. The mean distance is $0.1 \cdot 30 = 3$ px, and the mean squared distance
$0.1 \cdot 900 = 90$ px². Answer the mean of both places, weighted 9 to 1, and you are always 3 px
from the usual one: the squared distance falls to $0.9 \cdot 9 + 0.1 \cdot 729 = 81$, the distance
rises to 5.4, and PCK stays at 90 %, just. The mean halfway between has 15 px, 225 px² and a PCK
of 0. So only the squared error can gain, and only by an answer that is never right.
""",
    """
The error of argmax halves: it is the distance to the middle of a cell, on average 0.38 of the
cell's side, so 1.5 px instead of 3.1. That of soft-argmax hardly matters, since it was below a
cell before: with an exact bump 0.11 px at 8 px. Keep σ the same in *pixels*, which means twice as
many cells: with σ = 1 cell the bump covers several cells, and its mean is exact to 0.001 px.
""",
    """
Flip the maps back, from left to right, since they belong to the mirror image. And exchange the
maps of left and right joints: what is a left hand in the mirror is a right hand in the image.
Then the two sets speak of the same joint at the same place. If you forget the second, each hand
gets a peak at both hands.
""",
)
