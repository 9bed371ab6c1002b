"""Exercises of notebook 23: patches, attention and its gradient, a convolution as heads, norms."""

EXERCISES = (
    "patchify",
    "attention",
    "attention_backward",
    "relative_attention_as_conv",
    "layer_norm",
)  # in the order of the page
