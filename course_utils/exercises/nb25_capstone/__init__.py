"""Exercises of notebook 25: teaching a network something new, and judging its answers."""

EXERCISES = (
    "linear_probe",
    "two_rates",
    "confusion_matrix",
    "calibration_error",
)  # in the order of the page
