"""Answers to the questions at the end of notebook 10."""

ANSWERS = (
    """
The mirror images: they make a left hand of a right hand, and the label stays. For a clock,
mirroring and rotation both go: a clock that is rotated by 30° shows another hour. Shifts, scales
and colours may stay, in both cases.
""",
    r"""
No. Both rotations interpolate, so it is blurred, and what was turned out of the frame the first
time does not come back. The box is worse off, since it takes its four corners along and then
stands upright again. A square box becomes $\cos 30° + \sin 30° = 1.37$ times as wide, twice in a
row 1.87 times, and has 3.5 times its area. So put all changes into one matrix first, and then
move image and box once.
""",
    """
How sure the network is. Ten crops that agree mean that the answer does not hang on what lies at
the edge; ten that differ mean that it hangs by a thread. Such images are worth a look by a
person: there you find wrong labels, objects that are cut off, and two objects in one image. It is
no guarantee, though: the crops share most of their pixels and the network, so they can all be
wrong together.
""",
)
