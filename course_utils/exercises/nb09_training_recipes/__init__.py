"""Exercises of notebook 09: dropout, the plateau schedule, weight decay, Adam."""

EXERCISES = (
    "plateau_schedule",
    "weight_decay_step",
    "dropout",
    "adam_step",
)  # in the order of the page
