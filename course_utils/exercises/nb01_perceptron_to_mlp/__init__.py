"""Exercises of notebook 01: perceptron, sigmoid, layers, weights by hand, counting."""

EXERCISES = (
    "perceptron_step",
    "sigmoid",
    "mlp_forward",
    "xor_by_hand",
    "count_mlp_parameters",
)  # in the order of the page
