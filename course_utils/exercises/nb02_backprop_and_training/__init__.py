"""Exercises of notebook 02: gradients by numbers and by hand, the loss, momentum."""

EXERCISES = (
    "numerical_gradient",
    "linear_backward",
    "sigmoid_backward",
    "softmax_cross_entropy",
    "momentum_step",
    "backward_graph",
)  # in the order of the page
