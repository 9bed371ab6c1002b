"""What figures say: every drawing function, and how the words reach a page."""

import ast
import os
import subprocess
import sys

import numpy as np
import pytest
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from course_utils.figures import pooling, training
from course_utils.figures.words import counted, listed, number, say, trend, trends, words_of
from course_utils.paths import course_root

MODULES = sorted((course_root() / "course_utils" / "figures").glob("*.py"))
PARTS = {"draw_numbers", "draw_grid", "draw_points", "draw_line", "draw_places",
         "draw_in_the_page"}  # fmt: skip


def _drawing_functions(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {
        node.name: {getattr(call.func, "id", "") for call in ast.walk(node)
                    if isinstance(call, ast.Call)}
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and node.name.startswith(("show_", "draw_"))
    }  # fmt: skip


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_every_drawing_function_says_what_it_shows(path):
    functions = _drawing_functions(path)
    speaking = {name for name, calls in functions.items() if "say" in calls}
    through = {name for name, calls in functions.items() if calls & {*speaking, "show_history"}}
    assert functions.keys() - speaking - through - PARTS == set()


def test_the_search_finds_a_function_that_says_nothing(tmp_path):
    module = tmp_path / "silent.py"
    module.write_text("def show_x():\n    plt.plot([1])\ndef show_y():\n    say('A line.')\n")
    assert _drawing_functions(module) == {"show_x": {""}, "show_y": {"say"}}


# ------------------------------------------------------------------------------ words of a figure
def test_words_belong_to_their_figure():
    first, second = Figure(), plt.figure()
    say("one  dot\nin the middle.", first)
    say("the last one of pyplot.")
    assert words_of(first) == "One dot in the middle."
    assert words_of(second) == "The last one of pyplot."
    assert words_of(Figure()) == ""


def test_words_follow_the_numbers_that_are_drawn():
    training.show_curves({"deep": [0.2, 0.5, 0.9], "flat": [0.3, 0.3, 0.3]})
    said = words_of(plt.gcf())
    assert "deep rises from 0.2 to 0.9" in said
    assert "flat stays at about 0.3" in said
    pooling.show_number_maps({"x": np.full((2, 2), 2.5)})
    assert "which sums to 10" in words_of(plt.gcf())


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([2.3, 1.0, 0.1], "falls from 2.3 to 0.1"),
        ([1, 0.2, 0.9], "falls to 0.2 at b and rises to 0.9"),
        ([0.1, 0.9, 0.4], "rises to 0.9 at b and falls to 0.4"),
        ([5, 5.01, 5], "stays at about 5"),
        ([3], "is 3"),
        ([], "has no values"),
        ([np.nan, 1, 4], "rises from 1 to 4"),
        ([0, 0, 0], "stays at about 0"),
    ],
)
def test_the_course_of_a_curve(values, words):
    assert trend(values, "abc") == words


def test_a_curve_on_a_logarithmic_axis_is_judged_by_ratios():
    assert trend([1, 1e-6, 0.5], log=True) == "falls to 1e−06 and rises to 0.5"
    assert trend([1e-6, 2e-6, 1e-3], log=True) == "rises from 1e−06 to 0.001"


def test_parts_of_sentences():
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert listed(["a"]) == "a"
    assert listed(["a, b", "c"]) == "a, b; c"
    assert listed("abcdefgh") == "a, b, c, d, e and 3 others"
    assert counted(1, "map") == "1 map"
    assert counted(1200, "copy", "copies") == "1,200 copies"
    assert [number(v) for v in (0.1234, -2, 79510, np.inf)] == ["0.12", "−2", "79,510", "infinity"]
    assert trends({c: [1, 2] for c in "abcdefg"}).endswith("2 more curves are drawn")


# ------------------------------------------------------------------------------ words on the page
def _outputs(code, **environment):
    import nbformat
    from nbclient import NotebookClient

    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
    NotebookClient(notebook).execute(env={**os.environ, **environment})
    return notebook


def test_a_figure_in_a_notebook_has_its_words_beside_it():
    notebook = _outputs(
        "from course_utils.figures.training import show_curves\n"
        "show_curves({'one': [0.1, 0.5]})\n"
        "import matplotlib.pyplot as plt\n"
        "plt.figure().add_subplot().plot([1])\n"
        "None"
    )
    first, second = notebook.cells[0].outputs
    words = "Validation accuracy by epoch: one rises from 0.1 to 0.5."
    assert first.data["text/plain"] == words
    assert first.metadata["image/png"]["alt"] == words
    assert "alt" not in second.metadata.get("image/png", {})  # a learner's own figure
    assert second.data["text/plain"].startswith("<Figure")


def test_pages_made_by_nbconvert_say_what_their_pictures_show(tmp_path):
    from nbconvert import HTMLExporter
    from traitlets.config import Config
    from traitlets.config.loader import JSONFileConfigLoader

    code = "from course_utils.figures.pooling import show_kink\nshow_kink()"
    notebook = _outputs(code)
    folder = course_root() / "course_utils" / "widgets"
    settings = JSONFileConfigLoader("jupyter_nbconvert.json", str(folder)).load_config()
    page, _ = HTMLExporter(config=Config(settings)).from_notebook_node(notebook)
    assert 'alt="The function max(a, 1) is flat' in page
    assert "No description has been provided" not in page
    assert page.count("<img") == 1


def test_words_do_not_import_pyplot():
    code = ("import sys; from course_utils.figures import words; "
            "print('matplotlib.pyplot' in sys.modules)")  # fmt: skip
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True,
                          check=True, encoding="utf-8")  # fmt: skip
    assert said.stdout.strip() == "False"
