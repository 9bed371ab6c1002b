import numpy as np
import pytest
from matplotlib.figure import Figure

from course_utils.figures.faults import faults
from course_utils.figures.style import finish
from course_utils.figures.words import words_of


@pytest.fixture
def points():
    """Two clouds in the plane, with labels 1 and −1."""
    rng = np.random.default_rng(0)
    y = np.array([1, -1] * 10)
    return rng.normal(size=(20, 2)) + 3 * y[:, np.newaxis], y


@pytest.fixture(autouse=True)
def _no_figure_has_a_fault(monkeypatch, request):
    """Whatever a test draws by a function of the course can be read, and says what it shows."""
    made, begin = [], Figure.__init__

    def note(self, *args, **kwargs):
        begin(self, *args, **kwargs)
        made.append(self)

    monkeypatch.setattr(Figure, "__init__", note)
    yield
    if getattr(request.module, "WRONG_ON_PURPOSE", False):
        return
    ours = [figure for figure in made if words_of(figure)]
    for figure in ours:
        finish(figure)  # as in a notebook
    found = {words_of(figure): wrong for figure in ours if (wrong := faults(figure))}
    assert found == {}
