"""Answers to the questions at the end of notebook 05."""

ANSWERS = (
    """
One, unless there are ties. Three poolings of 2 with stride 2 make windows of 8 × 8, which are 64
pixels, and at each step the whole gradient goes to one winner. So 63 of 64 pixels get none. With
mean pooling all 64 get one, each $1/64$ of it: ¼ · ¼ · ¼.
""",
    """
On zeros every window is a tie. The test sees shapes, whether each gradient arrives once, whether
windows that overlap add up (`+=`), and which of four equal pixels wins. It cannot see whether the
*largest* pixel gets the gradient: a function that always gives it to the upper left corner of the
window passes. Use random numbers, and a map with ties besides.
""",
    """
ReLU never changes the order of two numbers, so the largest stays the largest: `relu(max(x))`
equals `max(relu(x))`. (And pooling first is cheaper: ReLU then sees a quarter of the numbers.) A
mean is another matter. For −1 and 1 the mean is 0, and ReLU leaves 0; ReLU first gives 0 and 1,
with the mean ½. ReLU first is never smaller.
""",
)
