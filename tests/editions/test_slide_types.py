"""Which cells start a slide, share one, or are on none."""

import re
from collections import Counter

import nbformat
import pytest

from course_utils.editions import cells, slide_types
from course_utils.editions.compose import compose, source_files

text, code = nbformat.v4.new_markdown_cell, nbformat.v4.new_code_cell
FIGURE = "figures.show_connections()"
MOVING = "def view(figure, n):\n    figures.draw_sliding(figure, n)\n\n\ninteractive(view)"
LONG = "word " * 41


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        ([text("# 03 · A title"), text("## A part"), text("### Of it")], "slide slide subslide"),
        ([text("Some words."), code("x = 1"), code("print(x)")], "subslide subslide subslide"),
        ([code("import numpy as np\n\nuse_house_style()")], "skip"),
        ([code("from a import (\n    b,\n)\n\ntorch.set_num_threads(1)  # one core\n"
               "rng = np.random.default_rng(0)")], "skip"),
        ([code("import numpy as np\n\nx = np.zeros(3)")], "subslide"),
        ([code("import numpy as np\n\nprint(np.pi)")], "subslide"),
        ([code("hint(relu)"), code('reveal("relu")\nprogress()')], "skip skip"),
        ([code("x", metadata={"tags": ["exercise"]}), code("x", metadata={"tags": ["setup"]})],
         "skip skip"),
        # a figure is with its question, or else with its caption, and not with both
        ([text("What moves?"), code(FIGURE), text("The left one.")], "subslide - subslide"),
        ([code(MOVING), text("The left one."), code(FIGURE)], "subslide - subslide"),
        ([text(LONG), code(FIGURE), text(LONG)], "subslide subslide subslide"),
        ([text("What?"), code("hint(relu)"), code(FIGURE)], "subslide skip -"),
        ([code(FIGURE), text("## A new section")], "subslide slide"),
        ([text("One.\n\n<!-- say: " + LONG + "-->"), code(FIGURE)], "subslide -"),
    ],
)  # fmt: skip
def test_a_cell_has_its_place(made, expected):
    slide_types.mark(made)
    assert [cell.metadata["slideshow"]["slide_type"] for cell in made] == expected.split()


@pytest.mark.parametrize("source", source_files(), ids=lambda path: path.stem)
def test_every_cell_of_a_notebook_has_a_place_and_most_are_seen(source):
    notebook = compose(source)
    kinds = Counter(cell.metadata["slideshow"]["slide_type"] for cell in notebook.cells)
    assert {"slide", "subslide", "skip"} <= set(kinds) <= {"slide", "subslide", "skip", "-"}
    assert kinds["slide"] == sum(c.source.startswith(("# ", "## ")) for c in notebook.cells
                                 if c.cell_type == "markdown")  # fmt: skip
    for cell in notebook.cells:
        stub = "exercise" in cell.metadata.get("tags", []) or cell.id == "setup"
        asks = re.search(r"(?m)^from course_utils\.checking import", cell.source)
        assert not (stub or asks) or slide_types.kind_of(cell) == "skip"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (FIGURE, ""),
        (MOVING, ""),
        (f"x = 1\n\n\n{MOVING}", "x = 1"),
        (f"x = 1\n{FIGURE}\nprint(x)", "x = 1\n\nprint(x)"),
        # what a function computes is worth seeing
        ("def view(figure, n):\n    y = n**2\n    draw(figure, y)\n\n\ninteractive(view)",
         "def view(figure, n):\n    y = n**2\n    draw(figure, y)"),
        ("%time x = 1", "%time x = 1"),
    ],
)  # fmt: skip
def test_the_code_of_a_slide_is_without_what_only_shows(source, expected):
    assert cells.without_showing(source) == expected


def test_comments_are_no_part_of_a_text():
    said = "One.\n\n<!-- say: Wait\nfor an answer. -->\n\nTwo.\n<!-- a remark -->"
    assert cells.without_comments(said) == "One.\n\nTwo."
