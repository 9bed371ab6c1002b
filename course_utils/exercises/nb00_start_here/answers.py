"""Answers to the questions at the end of notebook 00."""

ANSWERS = (
    """
The shape is `(4000, 1, 28, 28)`: 4,000 images, 1 channel each (grey, so one number for each
pixel), 28 rows and 28 columns. The order is always `(N, C, H, W)`. A batch of 32 colour images of
the same size would have the shape `(32, 3, 28, 28)`.
""",
    """
Nothing bad. `check` returns the course's own version instead of your empty function, so every
later cell runs as if you had solved it. Only the board knows: the exercise is "not attempted"
there, and has no points.
""",
    """
A wrong function can be right once, by luck. `x` and `abs(x)` agree on positive numbers, rows and
columns agree on a square image, and a mean over all images agrees with a mean over one if there
is only one. So the cases differ in size, sign and shape, and none is square: every mistake that
we know of fails in at least one of them.
""",
)
