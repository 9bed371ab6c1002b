"""Exercises of notebook 11: AlexNet's sizes, local response normalisation, grouped convolutions,
an ensemble's vote."""

EXERCISES = (
    "alexnet_shapes",
    "local_response_norm",
    "grouped_conv_parameters",
    "ensemble_vote",
)  # in the order of the page
