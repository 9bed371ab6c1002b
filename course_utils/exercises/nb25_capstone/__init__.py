"""Exercises of notebook 25: judging a network's answers, and teaching it something new."""

EXERCISES = (
    "confusion_matrix",
    "linear_probe",
    "two_rates",
    "calibration_error",
)  # in the order of the page
