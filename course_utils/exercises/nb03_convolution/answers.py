"""Answers to the questions at the end of notebook 03."""

ANSWERS = (
    """
It can mix the channels of each pixel: at every place the same linear layer makes $F$ numbers of
$C$. It cannot compare a pixel with its neighbours, so it finds no edge. Shuffle the pixels of the
image, and the output is shuffled in the same way; nothing else changes. (Notebook 14 uses such
layers to make maps fewer.)
""",
    """
The parameters stay: the filter does not know how large the image is. The multiplications become
four times as many (with padding that keeps the size, exactly four), since there are four times as
many places, and each one costs the same.
""",
    """
At the border. There some windows lie half on zeros, and after a shift they lie on other pixels,
or other windows lie on the zeros. With 3 × 3 and a padding of 1 the outermost row and column of
the output are wrong after one layer, and one more after each further layer. All places whose
windows see no padding, before and after the shift, agree exactly.
""",
)
