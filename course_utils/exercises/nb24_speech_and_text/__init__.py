"""Exercises of notebook 24: spectrograms, convolution and max over time, words as numbers."""

EXERCISES = (
    "spectrogram",
    "mel_filterbank",
    "conv_over_time",
    "conv_over_time_backward",
    "max_over_time",
    "max_over_time_backward",
    "pad_and_mask",
)  # in the order of the page
