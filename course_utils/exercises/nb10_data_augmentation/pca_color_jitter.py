"""The exercise `pca_color_jitter` of notebook 10."""

from functools import partial

import numpy as np

from course_utils.checking.exercise import case, exercise


@exercise(
    notebook="10",
    points=2,
    minutes=15,
    hints=(
        "How many numbers are added to one pixel? And to its neighbour?",
        "Three steps: the lengths α₁λ₁, α₂λ₂, α₃λ₃; each times its direction, which is a *column* "
        "of eigenvectors; the three added up. `@` does the last two at once.",
        "The sum has the shape (3,), red, green and blue. Give it two more axes, so that it fits "
        "under (3, H, W).",
    ),
    explanation="The three lengths α·λ are coordinates along the principal axes; the table with "
    "the axes as columns turns them into red, green and blue. The same three numbers go to every "
    "pixel, so nothing changes between pixels.",
)
def pca_color_jitter(image, eigenvalues, eigenvectors, alphas):
    """AlexNet's colour noise: the sum over i of alphas[i] · eigenvalues[i] · axis i, everywhere.

    image (3, H, W); eigenvalues and alphas (3,); eigenvectors (3, 3), axis i in column i;
    -> (3, H, W), nothing is cut off
    """
    shift = eigenvectors @ (alphas * eigenvalues)  # (3,): red, green, blue
    return image + shift[:, np.newaxis, np.newaxis]


def _axes(rng):
    """Three axes at right angles, as columns."""
    return np.linalg.qr(rng.normal(size=(3, 3)))[0]


@pca_color_jitter.cases
def _(rng):
    image = np.array([0.5, 0.2, 0.1]).reshape(3, 1, 1)
    axes = np.array([[0.6, -0.8, 0.0], [0.8, 0.6, 0.0], [0.0, 0.0, 1.0]])
    yield case(image, np.array([0.5, 0.2, 0.1]), axes, np.array([1.0, -1.0, 2.0]),
               label="a single pixel")  # fmt: skip
    values = np.array([0.9, 0.3, 0.04])
    yield case(rng.random((3, 4, 5)), values, _axes(rng), rng.normal(size=3), label="4 × 5 pixels")
    yield case(rng.random((3, 2, 7)), values, _axes(rng), np.array([0.0, 1.5, 0.0]),
               label="noise along the second axis alone")  # fmt: skip
    yield case(rng.random((3, 3, 3)), values, _axes(rng), rng.normal(size=3),
               label="3 × 3 pixels, where broadcasting goes wrong silently")  # fmt: skip
    yield case(rng.random((3, 5, 2)), values, np.eye(3), np.array([3.0, -4.0, 5.0]),
               label="colours that leave 0 … 1")  # fmt: skip
    wide = rng.random((6, 2, 3)).astype(np.float32)
    arrays = (a.astype(np.float32) for a in (values, _axes(rng), rng.normal(size=3)))
    yield case(wide[::2].transpose(0, 2, 1), *arrays, label="float32, not in memory order")


@pca_color_jitter.oracle
def _(image, eigenvalues, eigenvectors, alphas):
    out = image.copy()
    for c in range(3):
        for i in range(3):
            out[c] += float(eigenvectors[c, i]) * float(eigenvalues[i]) * float(alphas[i])
    return out


def _tinted(
    image, eigenvalues, eigenvectors, alphas,
    *, lengths=lambda alphas, values: alphas * values, along=lambda axes, lengths: axes @ lengths,
    add=lambda image, shift: image + shift[:, None, None],
):  # fmt: skip
    """The reference with one thing exchanged."""
    return add(image, along(eigenvectors, lengths(alphas, eigenvalues)))


for name, hint, change in (
    (
        "the rows of eigenvectors were taken, not the columns",
        "Axis i stands in *column* i, as np.linalg.eigh gives it. Which of A @ v and v @ A mixes "
        "the columns of A?",
        {"along": lambda axes, lengths: axes.T @ lengths},
    ),
    (
        "the roots of the eigenvalues were taken",
        "The root would be the spread along the axis. What does AlexNet's formula say, λ or √λ?",
        {"lengths": lambda alphas, values: alphas * np.sqrt(values)},
    ),
    (
        "the eigenvalues are missing",
        "All three axes got lengths of the same size. Along which of them do real colours spread?",
        {"lengths": lambda alphas, values: alphas},
    ),
    (
        "alphas are missing",
        "Where is the chance? Without alphas every image gets the same tint.",
        {"lengths": lambda alphas, values: values},
    ),
    (
        "alphas and eigenvalues were added",
        "α stretches the axis' own length λ. Is that a sum?",
        {"lengths": lambda alphas, values: alphas + values},
    ),
    (
        "alphas were divided by the eigenvalues",
        "Which axis should get the largest noise: the one along which colours spread widely, or "
        "the one along which they hardly do?",
        {"lengths": lambda alphas, values: alphas / values},
    ),
    (
        "only the first axis was used",
        "The formula is a sum of how many terms?",
        {"lengths": lambda alphas, values: alphas * values * [1, 0, 0]},
    ),
    (
        "the eigenvectors were not used: α·λ went to red, green and blue directly",
        "The first principal axis is a mixture of red, green and blue. Where does your code use "
        "the axes?",
        {"along": lambda axes, lengths: lengths},
    ),
    (
        "all three channels got the same number: it was summed up too far",
        "The sum goes over the three axes. How many numbers are left, one or three?",
        {"along": lambda axes, lengths: np.full(3, (axes @ lengths).sum())},
    ),
    (
        "the products were not summed up over the axes: * in place of @",
        "eigenvectors * lengths is a table (3, 3). Which sign also adds up?",
        {
            "along": lambda axes, lengths: axes * lengths,
            "add": lambda image, shift: image + shift[:, :, None, None],
        },
    ),
    (
        "the three numbers went along the columns of the image, not along its channels",
        "image is (3, H, W), and shift (3,). Under which axis does NumPy lay it? How do you give "
        "it two more axes?",
        {"add": lambda image, shift: image + shift},
    ),
    (
        "the three numbers went along the rows of the image, not along its channels",
        "shift[:, None] is (3, 1) and fits under the last *two* axes. How many more does it need?",
        {"add": lambda image, shift: image + shift[:, None]},
    ),
    (
        "the image was multiplied",
        "AlexNet *adds* the noise to each pixel. What happens to a black pixel in yours?",
        {"add": lambda image, shift: image * shift[:, None, None]},
    ),
    (
        "the image was multiplied by 1 + noise",
        "AlexNet *adds* the noise to each pixel. What happens to a black pixel in yours?",
        {"add": lambda image, shift: image * (1 + shift[:, None, None])},
    ),
    (
        "the noise was subtracted",
        "Which sign stands between the pixel and the sum?",
        {"add": lambda image, shift: image - shift[:, None, None]},
    ),
    (
        "the result was cut off at 0 and 1",
        "The docstring says: nothing is cut off. (Only a picture on the screen needs that.)",
        {"add": lambda image, shift: np.clip(image + shift[:, None, None], 0, 1)},
    ),
    (
        "the pixels stand in one row, (3, H · W)",
        "Which shape does the docstring ask for? You need no reshape at all.",
        {"add": lambda image, shift: image.reshape(3, -1) + shift[:, None]},
    ),
    (
        "the channels stand last, (H, W, 3)",
        "In which order does this course write an image's axes?",
        {"add": lambda image, shift: image.transpose(1, 2, 0) + shift},
    ),
    (
        "the noise alone was returned",
        "Where is the image?",
        {"add": lambda image, shift: np.zeros_like(image) + shift[:, None, None]},
    ),
):
    pca_color_jitter.mistake(name, hint=hint)(partial(_tinted, **change))


@pca_color_jitter.mistake(
    "the image itself was changed, with += or out=",
    hint="image += … writes into the array that came in. What does image = image + … do?",
)
def _(image, eigenvalues, eigenvectors, alphas):
    image += (eigenvectors @ (alphas * eigenvalues))[:, None, None].astype(image.dtype)
    return image
