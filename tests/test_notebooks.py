"""The notebooks as they are committed: up to date, tidy, and solvable from top to bottom."""

import ast
import re

import pytest

from course_utils.editions import build
from live_names import names_bound_later

SOURCES = build.source_files()
every_notebook = pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)


@every_notebook
def test_it_is_what_its_source_builds(source):
    assert build.is_current(source), "run `course build`"


@every_notebook
def test_the_solved_edition_runs_with_every_check_passing(source, tmp_path, passed_before):
    if passed_before.knows("solved", source):
        pytest.skip("unchanged since it passed (--fresh runs it again)")
    (built,) = build.build_solved([source.stem], tmp_path)
    cells = build.read_notebook(built.path).cells
    said = "".join(str(output) for cell in cells for output in cell.get("outputs", []))
    exercises = [c.metadata["course"]["exercise"] for c in cells if "course" in c.metadata]
    assert exercises or source.stem.startswith("a")  # an appendix has none
    assert all(f"✓ {name}: right" in said for name in exercises)
    passed_before.keep("solved", source)


@every_notebook
def test_it_has_no_errors_and_no_warnings(source):
    for cell in build.read_notebook(build.target_of(source)).cells:
        for output in cell.get("outputs", []):
            assert output.output_type != "error", cell.id
            assert output.get("name") != "stderr", cell.id


@every_notebook
def test_it_opens_and_closes_like_all_others(source):
    text = source.read_text(encoding="utf-8")
    opening = ["What you will be able to do", "What you need first", "How long it takes"]
    for promise in [*opening, "Which lecture it mirrors", "## In short", "**Ask yourself**",
                    "**Read on.**"]:  # fmt: skip
        assert promise in text, promise
    assert len(re.findall(r"^\d\. ", text.split("**Ask yourself**")[1], re.MULTILINE)) == 3


@every_notebook
def test_its_cells_are_short(source):
    for cell in build.compose(source).cells:
        if cell.cell_type != "code":
            continue
        assert len(cell.source.splitlines()) <= 20, cell.id
        assert max(map(len, cell.source.splitlines())) <= 100, cell.id
        assert "!pip" not in cell.source
        ast.parse(cell.source)


@every_notebook
def test_an_interactive_figure_still_moves_when_the_notebook_has_run_to_its_end(source):
    cells = [c for c in build.compose(source, solved=True).cells if c.cell_type == "code"]
    found = names_bound_later([cell.source for cell in cells])
    assert [(cells[i].id, name, cells[k].id) for i, name, k in found] == []


def test_a_name_that_a_figure_needs_and_a_later_cell_changes_is_found():
    codes = [
        "shape = 3\ndef inner():\n    return shape",
        "def draw(figure, k):\n    shade = k\n    return inner() + shade\ninteractive(draw, k=1)",
        "def other():\n    shape = 4\nshade = 1\nk = 2\ndraw = None",
    ]
    assert list(names_bound_later(codes)) == []
    codes += ["for shape, _ in []:\n    pass", "def inner():\n    return 1"]
    assert list(names_bound_later(codes)) == [(1, "shape", 3), (1, "inner", 4)]


@every_notebook
def test_every_picture_says_what_it_shows(source):
    """In words that its drawing function set: a whole sentence."""
    said = []
    for cell in build.read_notebook(build.target_of(source)).cells:
        for output in cell.get("outputs", []):
            data, about = output.get("data", {}), output.get("metadata", {})
            if "image/png" in data:
                words = about.get("image/png", {}).get("alt", "")
                assert len(words.split()) >= 5, (cell.id, words)
                assert words.endswith("."), (cell.id, words)
                assert data["text/plain"] == words, cell.id
                said.append(words)
            page = "".join(data.get("text/html", ""))
            assert all(re.search(r'alt="[^"]+"', tag) for tag in re.findall(r"<img[^>]*>", page))
    assert not [words for words in said if words.startswith(("An interactive", "Draw", "Show"))]


@every_notebook
def test_no_figure_is_too_wide(source):
    import base64
    import struct

    for cell in build.read_notebook(build.target_of(source)).cells:
        for output in cell.get("outputs", []):
            if "image/png" in output.get("data", {}):
                head = base64.b64decode(output["data"]["image/png"])[:24]
                width, height = struct.unpack(">II", head[16:24])
                assert width <= 720, (cell.id, width)
                assert height <= 560, (cell.id, height)


def test_all_notebooks_together_stay_small():
    size = sum(build.target_of(source).stat().st_size for source in SOURCES)
    assert size < 25_000_000
