import numpy as np
import pytest


@pytest.fixture
def points():
    """Two clouds in the plane, with labels 1 and −1."""
    rng = np.random.default_rng(0)
    y = np.array([1, -1] * 10)
    return rng.normal(size=(20, 2)) + 3 * y[:, np.newaxis], y
