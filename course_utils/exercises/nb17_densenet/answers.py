"""Answers to the questions at the end of notebook 17."""

ANSWERS = (
    r"""
Layer $l$ has $9\,(c_0 + kl)\,k$ weights. Summed over $L$ layers the large term goes with
$k^2L^2$, so the parameters hardly change (116,640 become 108,864 for $c_0 = 24$, $k = L = 12$).
The maps kept are $2Lc_0 + kL(L - 1)$, about half. The connections, $L(L + 1)/2$ of them, become a
quarter: 78 become 21. As many parameters, then, in fewer and wider steps.
""",
    """
Within a block it cannot: the map is there for each later layer to read. They can only give it the
weight 0. The earliest place to be rid of it is the next transition, whose 1 × 1 filters mix all
maps into half as many. A ResNet can do it in the next block: $F$ puts out $-x$ at that map, and
the sum is 0, free for something new.
""",
    """
The memory. Parameters and work are the same for each image. Nothing is kept for the backward
pass, so the copies that concatenating and normalising make can be freed at once. What must stay
are the maps of the *current* block, since each later layer of it reads all of them, and the
output of the layer at work. In a plain network two layers' maps would do.
""",
)
