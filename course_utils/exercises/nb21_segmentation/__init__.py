"""Exercises of notebook 21: how good a mask is, upsampling, skips, a level of U-Net, Dice."""

EXERCISES = (
    "mean_iou",
    "bilinear_kernel",
    "skip_concat",
    "UNetUp",
    "dice_loss",
)  # in the order of the page
