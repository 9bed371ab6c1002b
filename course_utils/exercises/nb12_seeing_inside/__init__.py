"""Exercises of notebook 12: unpooling with switches, three rules for the way back through a ReLU,
receptive fields, occlusion."""

EXERCISES = (
    "receptive_field",
    "unpool_with_switches",
    "deconv_relu",
    "occlusion_map",
)  # in the order of the page
