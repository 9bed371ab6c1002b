"""Figures appear in the page, whatever the environment says; each test starts a kernel."""

import nbformat
import pytest

from course_utils import doctor
from course_utils.editions.execution import execute
from course_utils.figures import backend

PLOT = "from matplotlib import pyplot as plt\nplt.plot([1, 2])\nplt.show()"
SET_UP = "from course_utils.figures.style import use_house_style\nuse_house_style()"


def pictures(named, *cells):
    """How many pictures each cell shows in a kernel that starts with this MPLBACKEND."""
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    execute(book, {"MPLBACKEND": named}, name="it")
    return [sum("image/png" in o.get("data", {}) for o in cell.outputs) for cell in book.cells]


@pytest.mark.parametrize(
    "named", ["Agg", "agg", "TkAgg", "QtAgg", "WebAgg", "pdf", "module://ipympl.backend_nbagg",
              "foo"]
)  # fmt: skip
def test_figures_appear_whatever_the_environment_says(named):
    others = "from course_utils import anatomy, widgets"
    assert pictures(named, f"{others}\n{SET_UP}", PLOT, PLOT) == [0, 1, 1]


@pytest.mark.parametrize("before", ["import matplotlib", "from matplotlib import pyplot"])
def test_also_where_matplotlib_came_first(before):
    assert pictures("Agg", before, SET_UP, PLOT, PLOT) == [0, 0, 1, 1]


def test_what_the_learner_has_chosen_stays():
    chosen = "import matplotlib\nmatplotlib.use('svg')"
    assert pictures("Agg", chosen, SET_UP, PLOT, "print(matplotlib.get_backend())") == [0, 0, 0, 0]


def test_outside_of_a_notebook_nothing_changes(monkeypatch):
    monkeypatch.setenv("MPLBACKEND", "Agg")
    backend.draw_in_the_page()
    assert backend.os.environ["MPLBACKEND"] == "Agg"


@pytest.mark.parametrize(
    ("named", "status"),
    [("", doctor.OK), (backend.INLINE, doctor.OK), ("Agg", doctor.WARNING),
     ("foo", doctor.WARNING)],
)  # fmt: skip
def test_the_doctor_says_so(monkeypatch, named, status):
    monkeypatch.setenv("MPLBACKEND", named)
    result = doctor.check_figures()
    assert result.status == status
    assert ("unset MPLBACKEND" in result.mend) is (status != doctor.OK)
