"""Exercises of notebook 13: how far a stack sees, what it weighs, and what VGG must remember."""

EXERCISES = (
    "VGGStage",
    "receptive_field_of_stack",
    "stack_parameters",
    "vgg_memory",
)  # in the order of the page
