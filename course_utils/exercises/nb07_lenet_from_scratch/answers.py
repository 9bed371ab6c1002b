"""Answers to the questions at the end of notebook 07."""

ANSWERS = (
    r"""
2.303 is $\ln 10$: the network gives every class the same. Rung 2 is passed, and that is no
comfort. Climb rung 1 first: compare the gradients with numbers. If they are all 0 on both sides,
look for weights that are 0, or for ReLUs that are all dead; if the two sides differ, the mistake
is in a `backward`. If they agree and are not 0, climb rung 3: twenty images that are not
memorised mean that the steps do not arrive, for instance because the rate is 0, or because the
optimizer has other arrays than the layers.
""",
    r"""
Batch normalisation subtracts the mean of each channel. A bias adds the same number to the whole
channel, so it is in the mean, and is subtracted again: the output does not depend on it, and its
gradient is 0. The shift $\beta$ of the normalisation takes its place.
""",
    """
Two poolings make windows of 4 × 4 pixels: a shift of two often leaves the largest number in the
same window, or moves it into the next one. Six pixels are one place and a half of the last 5 × 5
maps. There the linear layer begins, and it has weights of its own for each place: what it learned
at one place it does not know at another. So change that layer: take the maximum or the mean of
each map over all places, as the TDNN does over time. (Part of the stroke has then left the image;
no layer brings that back.)
""",
)
