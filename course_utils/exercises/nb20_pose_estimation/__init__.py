"""Exercises of notebook 20: a loss for joints, mirrored figures, how good a pose is, heat maps."""

EXERCISES = (
    "masked_joint_loss",
    "flip_joints",
    "pck",
    "heatmap",
    "soft_argmax",
)  # in the order of the page
