"""Answers to the questions at the end of notebook 02."""

ANSWERS = (
    """
`grad_x` says how the loss changes with the *input* of a layer, and the layer before needs it.
Before the first layer there is none: the input is the image, and we do not change the image.
Leaving it out saves one product of matrices. (Notebook 12 does want it: there the question is
which pixels matter.)
""",
    r"""
A network that knows nothing and says so gives every class 0.1, and its loss is $\ln 10 = 2.303$.
A loss of 9.7 means that it gives the right class $e^{-9.7}$, 6 in 100,000: it is *sure*, and
wrong. Its scores are too far apart, so look at the size of the first weights, and at the inputs:
bytes from 0 to 255 that were not divided by 255 do it, too. If the network was already trained,
the labels may be in another order than the images.
""",
    """
Each digit comes at two places then, and the same weights must serve both. So the strokes in the
pictures would be doubled, two pixels apart, or blurred from left to right. The network would need
more hidden neurons for the same digits. That is the waste that notebook 03 ends, with one filter
for all places.
""",
)
