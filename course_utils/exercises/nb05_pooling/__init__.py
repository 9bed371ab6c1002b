"""Exercises of notebook 05: max pooling and mean pooling, forwards and backwards."""

EXERCISES = (
    "maxpool2d",
    "maxpool2d_backward",
    "meanpool2d",
    "meanpool2d_backward",
    "lp_pool2d",
)  # in the order of the page
