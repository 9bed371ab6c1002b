"""Exercises of notebook 09: dropout, the plateau schedule, weight decay, Adam."""

EXERCISES = (
    "dropout",
    "plateau_schedule",
    "weight_decay_step",
    "adam_step",
)  # in the order of the page
