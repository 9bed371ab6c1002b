"""Exercises of notebook 14: what a convolution and an inception module cost; pooling it all."""

EXERCISES = (
    "conv_macs",
    "inception_macs",
    "InceptionModule",
    "global_average_pool",
)  # in the order of the page
