"""Claims about poses (notebook 20)."""

# A claim reads best in two or three lines.
# fmt: off

import numpy as np

from course_utils.audit.claim import claim, found


@claim("same-mechanism", "Can use the same mechanism to predict the joints of a stick model",
       notebook="20", lecture="004", where="Pose estimation")
def _():
    from course_utils.datasets import stick_figures

    data = stick_figures(count=(600, 1, 200))
    inputs, targets = zip(*map(_flattened, (data.train, data.test)), strict=True)
    head = np.linalg.solve(inputs[0].T @ inputs[0] + 10 * np.eye(inputs[0].shape[1]),
                           inputs[0].T @ targets[0])
    errors = [np.square(guess - targets[1]).mean()
              for guess in (inputs[1] @ head, targets[0].mean(axis=0))]
    return found(bool(errors[0] < 0.6 * errors[1]), why="One linear layer with 28 outputs, fitted "
                 "to the squared error on a flattened image, is already far better than the mean "
                 "pose. Notebook 20 trains a network: better still, and heat maps are better than "
                 "coordinates.")


def _flattened(figures):
    """Images (N, 1, 64, 64) as means of 4 × 4 pixels with a 1 added, (N, 257); joints (N, 28)."""
    from course_utils.datasets import as_float

    small = as_float(figures.images).reshape(-1, 16, 4, 16, 4).mean(axis=(2, 4))
    small = small - np.median(small, axis=(1, 2), keepdims=True)  # grounds differ in brightness
    ones = np.ones((len(figures), 1))
    return np.concatenate([small.reshape(len(figures), -1), ones], axis=1), figures.joints.reshape(
        len(figures), -1)
