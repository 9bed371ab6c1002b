"""Exercises of notebook 07: starting weights, LeNet-5's sizes, a whole network backwards, batch
normalisation forwards and backwards."""

EXERCISES = (
    "lenet_shapes",
    "he_init",
    "sequential_backward",
    "batchnorm_forward",
    "batchnorm_backward",
    "groupnorm_backward",
)  # in the order of the page
