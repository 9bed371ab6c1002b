"""Answers to the questions at the end of notebook 06."""

ANSWERS = (
    """
Each pixel becomes a block of 2 × 2 pixels that all have a quarter of its value: the picture twice
as large, coarse, and four times as dark. You wrote it as `meanpool2d_backward`. Take the pooling
of that, and you get a quarter of the image back, not the image: the transpose is not the inverse.
""",
    """
One stamp for each output: the stamps lie side by side like tiles. So each 2 × 2 block knows one
input pixel only, and the layer cannot make a smooth passage from one block to the next. With a
filter of 4 and stride 2, four stamps reach each output away from the border (two in each
direction), and the layer can be bilinear interpolation.
""",
    """
$(H - 1) + K - 2(K - 1) = H - K + 1$, the size of a valid convolution. It *is* one: the padding
cuts off everything but the places where a stamp lies wholly inside. Its filter is rotated by
180°, and the two channel axes of the weight have changed roles.
""",
)
