"""Figures that move without a kernel: which settings are drawn, and what the page is told."""

import html
import json
import math
import re
import subprocess
import sys

import pytest

from course_utils.errors import CourseError
from course_utils.figures.words import say
from course_utils.widgets import InteractiveFigure, choice, frames, slider


def draw(figure, height, colour):
    """One bar of some height."""
    figure.subplots().bar([0], [height], color=colour)


def made(**controls):
    controls = controls or {"height": slider("height", 0, 4, 3),
                            "colour": choice("colour", ["red", "green"])}  # fmt: skip
    return InteractiveFigure(draw, controls, size=(1.5, 1))


@pytest.mark.parametrize(
    ("control", "expected"),
    [
        (slider("n", 1, 5, 2), [1, 2, 3, 4, 5]),
        (slider("n", 0, 10, 4, 3), [0, 3, 4, 6, 9]),  # the start is always one of them
        (slider("x", 0, 0.3, 0.1, 0.1), [0, 0.1, 0.2, 0.3]),  # and not 0.30000000000000004
        (slider("x", -1.0, 1.0, 0.0, 0.5), [-1, -0.5, 0, 0.5, 1]),
        (choice("c", ("b", "a")), ["b", "a"]),
    ],
)
def test_a_control_takes_these_values(control, expected):
    assert frames.values_of(control) == expected


@pytest.mark.parametrize("most", [27, 40, 120])
@pytest.mark.parametrize("start", [0, 1, 50, 99, 100])
def test_a_grid_too_fine_is_thinned_and_keeps_its_ends_its_start_and_all_choices(most, start):
    controls = {
        "n": slider("n", 0, 100, start),
        "c": choice("c", (1, 2, 3)),
        "x": slider("x", 0.0, 1.0, 0.25, 0.05),
    }
    values = frames.grid(controls, most)
    assert math.prod(map(len, values.values())) <= most
    assert {0, start, 100} <= set(values["n"])
    assert {0.0, 0.25, 1.0} <= set(values["x"])
    assert values["c"] == [1, 2, 3]
    assert all(v == sorted(v) for v in values.values())


def test_a_small_grid_is_drawn_whole():
    values = frames.grid({"n": slider("n", 0, 100, 1), "x": choice("x", ("a",))})
    assert values["n"] == list(range(101))


def test_choices_alone_are_not_thinned_but_refused():
    options = tuple(range(12))
    with pytest.raises(CourseError, match="at most 120"):
        frames.grid({"a": choice("a", options), "b": choice("b", options)})


def test_many_sliders_keep_their_ends_and_their_start():
    sliders = {name: slider(name, 0, 9, 4) for name in "abcde"}
    assert frames.grid(sliders) == {name: [0, 4, 9] for name in "abcde"}
    with pytest.raises(CourseError, match="729 settings"):
        frames.grid({**sliders, "f": slider("f", 0, 9, 4)})


def test_where_the_grid_is_too_large_one_control_moves_at_a_time(tmp_path):
    controls = {name: slider(name, 0, 9, 4) for name in "abcdef"} | {"g": choice("g", "xyz", "y")}
    with pytest.raises(CourseError):
        frames.grid(controls)
    values = frames.one_at_a_time(controls, most=30)
    assert sum(map(len, values.values())) <= 30
    assert all({0, 4, 9} <= set(values[name]) for name in "abcdef")
    assert values["g"] == ["x", "y", "z"]

    def bars(figure, g, **heights):
        figure.subplots().bar(range(6), list(heights.values()), color="rgb"["xyz".index(g)])

    drawn = frames.write(InteractiveFigure(bars, controls, size=(1, 1)), tmp_path, most=30)
    start = {name: control.start for name, control in controls.items()}
    assert drawn.settings()[drawn.start()] == start
    moved = [{n for n in start if s[n] != start[n]} for s in drawn.settings()]
    assert all(len(names) <= 1 for names in moved)
    assert set.union(*moved) == set(controls)
    data = json.loads(html.unescape(re.search(r'data-figure="([^"]*)"', drawn.page("a"))[1]))
    assert data["alone"] is True
    assert len(data["frames"]) == sum(len(c["values"]) for c in data["controls"])


def test_each_setting_has_its_picture_and_equal_ones_share_a_file(tmp_path):
    written = frames.write(made(), tmp_path)
    assert len(written.names) == len(written.settings()) == 10
    where = {
        tuple(s.values()): name for s, name in zip(written.settings(), written.names, strict=True)
    }
    assert where[0, "red"] == where[0, "green"]  # nothing is drawn: a bar without height
    assert len(set(written.names)) == 9 == len(list(tmp_path.glob("*.webp")))
    assert (tmp_path / where[3, "red"]).read_bytes()[8:12] == b"WEBP"


def test_the_page_says_which_picture_belongs_to_which_setting(tmp_path):
    written = frames.write(made(), tmp_path)
    page = written.page("../frames/04")
    data = json.loads(html.unescape(re.search(r'data-figure="([^"]*)"', page)[1]))
    assert [c["label"] for c in data["controls"]] == ["height", "colour"]
    assert [c["kind"] for c in data["controls"]] == ["slider", "choice"]
    # the last control changes fastest: what moving.js reckons with
    height, colour = (c["start"] for c in data["controls"])
    start = data["frames"][height * 2 + colour]
    assert f'src="../frames/04/{start}"' in page
    assert 'width="150" height="100"' in page
    assert 'alt="One bar of some height. Shown with height = 3, colour = red."' in page


def test_a_cell_shows_the_moving_figure_while_a_page_is_built(tmp_path):
    code = (
        "from IPython.core.interactiveshell import InteractiveShell\n"
        "from course_utils.widgets import interactive, slider\n"
        "InteractiveShell.instance()\n"
        "import IPython.display as d\n"
        "d.display = lambda shown: print(shown._repr_mimebundle_()['text/html'])\n"
        "def draw(figure, n): figure.subplots().plot([n])\n"
        "interactive(draw, size=(1, 1), n=slider('n', 1, 3, 2))\n"
    )
    folder = tmp_path / "frames" / "07"
    environment = {"COURSE_FRAMES": str(folder), "PATH": "", "HOME": str(tmp_path)}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    assert done.stdout.startswith('<figure class="moving"')
    assert "../frames/07/" in done.stdout
    assert len(list(folder.glob("*.webp"))) == 3


def test_each_setting_has_its_own_words_and_equal_ones_are_stored_once(tmp_path):
    def spoken(figure, height):
        figure.subplots().bar([0], [height])
        say(f"a bar that is {height} high." if height < 3 else "a bar over the edge.", figure)

    figure = InteractiveFigure(spoken, {"height": slider("height", 0, 4, 1)}, size=(2, 1))
    drawn = frames.write(figure, tmp_path)
    page = drawn.page("there")
    data = json.loads(html.unescape(re.search(r'data-figure="([^"]*)"', page)[1]))
    assert data["words"] == ["A bar that is 0 high.", "A bar that is 1 high.",
                             "A bar that is 2 high.", "A bar over the edge."]  # fmt: skip
    assert data["says"] == [0, 1, 2, 3, 3]
    assert 'alt="A bar that is 1 high. Shown with height = 1."' in page


def test_the_ends_of_controls():
    assert frames.ends_of(slider("a", 0, 9, 4)) == [4, 0, 9]
    assert frames.ends_of(slider("a", 0, 9, 0)) == [0, 9]
    assert frames.ends_of(choice("b", ["x", "y", "z"])) == ["x", "y", "z"]
