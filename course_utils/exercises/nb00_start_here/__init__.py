"""Exercises of notebook 00: the warm-up."""

EXERCISES = (
    "relu",
    "negative",
)  # in the order of the page
