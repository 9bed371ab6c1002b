"""Exercises of notebook 19: boxes, what they have in common, and a loss with two parts."""

EXERCISES = (
    "box_iou",
    "box_to_corners",
    "multitask_loss",
    "localisation_accuracy",
)  # in the order of the page
