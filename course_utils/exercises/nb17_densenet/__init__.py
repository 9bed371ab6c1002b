"""Exercises of notebook 17: the maps of a dense block, the block itself, and the transitions."""

EXERCISES = (
    "dense_block_channels",
    "dense_block_forward",
    "transition_channels",
    "DenseLayer",
)  # in the order of the page
