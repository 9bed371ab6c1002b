"""Exercises of notebook 10: drawing factors, one matrix for six transforms, boxes that move along,
AlexNet's colour noise, ten crops."""

EXERCISES = (
    "log_uniform",
    "affine_matrix",
    "transform_box",
    "pca_color_jitter",
    "ten_crop",
)  # in the order of the page
