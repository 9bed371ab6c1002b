"""Exercises of notebook 13: how deep a stack must be, what it weighs, what VGG must remember."""

EXERCISES = (
    "VGGStage",
    "smallest_stack",
    "stack_parameters",
    "vgg_memory",
)  # in the order of the page
