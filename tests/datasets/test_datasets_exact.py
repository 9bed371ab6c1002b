import os
import subprocess
import sys

import numpy as np
import pytest

from course_utils.datasets.exact import TURN, bilinear, cosine, sine, sine_table, turned


def test_the_table_of_sines_is_rounded_far_from_every_tie():
    """Libraries differ by 1e-12 of a step; no value is so near to the middle of two steps."""
    steps = sine_table()
    assert steps.shape == (TURN,)
    assert np.abs(np.abs(steps - np.floor(steps)) - 0.5).min() > 1e-6


def test_sine_and_cosine_at_all_angles():
    tenths = np.arange(-4000, 4000)
    np.testing.assert_allclose(sine(tenths), np.sin(np.deg2rad(tenths / 10)), atol=2**-15 + 1e-9)
    np.testing.assert_allclose(cosine(tenths), np.cos(np.deg2rad(tenths / 10)), atol=2**-15 + 1e-9)
    assert sine(np.array([0, 900, 1800, 300])).tolist() == [0, 1, 0, 0.5]


def test_turned_is_clockwise_where_y_points_down():
    x, y = turned(np.array([1.0, 0.0]), np.array([0.0, 2.0]), np.array([900, 900]))
    assert x.tolist() == [0, -2]
    assert y.tolist() == [1, 0]


@pytest.fixture
def images():
    return np.random.default_rng(2).integers(0, 256, size=(3, 5, 7), dtype=np.uint8)


def test_bilinear_at_the_pixel_centres_is_the_image(images):
    x, y = np.broadcast_arrays(np.arange(7) + 0.5, np.arange(5)[:, None] + 0.5)
    x, y = (np.broadcast_to(c, images.shape) for c in (x, y))
    np.testing.assert_array_equal(bilinear(images, x, y), images)


def test_bilinear_agrees_with_scipy_between_the_pixels_and_beyond_the_edge(images):
    from scipy.ndimage import map_coordinates

    rng = np.random.default_rng(3)
    x, y = rng.integers(-4 * 256, 11 * 256, size=(2, 3, 400)) / 256
    x[:, :3], y[:, :3] = (-1e6, 3, 1e6), (2, 1e6, 2)
    expected = [
        map_coordinates(np.pad(i, 9).astype(float), (v + 8.5, u + 8.5), order=1)
        for i, u, v in zip(images, x, y, strict=True)
    ]
    assert np.max(expected) > 200
    np.testing.assert_allclose(bilinear(images, x, y), expected, atol=0.5 + 1e-9)


def test_sets_do_not_depend_on_the_processors_vector_instructions(data_home):
    """NumPy computes some functions otherwise on older processors: pretend to be one."""
    from numpy._core._multiarray_umath import __cpu_dispatch__, __cpu_features__

    extras = [name for name in __cpu_dispatch__ if __cpu_features__.get(name)]
    program = (
        "import hashlib; from course_utils.datasets import shapes, stick_figures\n"
        "count = (30, 1, 1)\n"
        "train, figures = shapes(count).train, stick_figures(count=count).train\n"
        "arrays = (train.images, figures.images, figures.joints)\n"
        "print(*(hashlib.sha256(array.tobytes()).hexdigest() for array in arrays))"
    )

    def run(folder, disabled):
        places = {"COURSE_DATA": str(data_home / folder), "NPY_DISABLE_CPU_FEATURES": disabled}
        command = [sys.executable, "-c", program]
        done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **places})
        assert done.returncode == 0, done.stderr
        return done.stdout.split()

    newest = run("newest", "")
    assert len(newest) == 3
    assert run("oldest", " ".join(extras)) == newest
