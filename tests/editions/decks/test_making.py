"""The folder of the decks, without running a notebook."""

import importlib.util
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from course_utils.cli import main
from course_utils.editions.compose import compose
from course_utils.editions.decks import make_slides, making
from course_utils.editions.pages import running
from course_utils.errors import CourseError

# the packages of docs/requirements.txt, which only site and decks need
needs_packages = pytest.mark.skipif(
    any(importlib.util.find_spec(name) is None for name in making.NEEDED),
    reason="the decks need the packages of docs/requirements.txt",
)


@pytest.fixture(autouse=True)
def not_run(monkeypatch):
    """Notebooks come without outputs; what would have been asked of their kernels is kept."""
    asked = []

    def run_all(sources, folder, jobs, report, settings):
        asked.append((folder, jobs, settings))
        return {source.stem: compose(source) for source in sources}

    monkeypatch.setattr(running, "run_all", run_all)
    return asked


@needs_packages
def test_the_folder_has_all_that_a_deck_needs(tmp_path):
    index = make_slides(tmp_path, names=("04",), pdf=False, report=lambda line: None)
    assert index == tmp_path / "index.html"
    deck = (tmp_path / "04_conv_backprop.html").read_text(encoding="utf-8")
    needed = re.findall(r'(?:src|href)="([^"#]+\.(?:js|css))"', deck)
    assert len(needed) >= 8
    style = (tmp_path / "deck.css").read_text(encoding="utf-8")
    fonts = re.findall(r"url\(([^)]+)\)", style)
    assert [name for name in [*needed, *fonts] if not (tmp_path / name).is_file()] == []
    assert (tmp_path / "mathjax" / "output" / "chtml" / "fonts").is_dir()
    assert (tmp_path / "reveal" / "LICENSE").is_file()
    assert not re.search(r'(src=|<link [^>]*href=)"(https?:)?//', deck)


@needs_packages
def test_decks_of_earlier_calls_stay_in_the_list(tmp_path):
    for name in ("04", "00"):
        make_slides(tmp_path, names=(name,), pdf=False, report=lambda line: None)
    listed = (tmp_path / "index.html").read_text(encoding="utf-8")
    links = re.findall(r'<li><a href="([^"]+)">([^<]+)</a></li>', listed)
    assert links == [
        ("00_start_here.html", "00 · Start here"),
        ("04_conv_backprop.html", "04 · Backpropagation through a convolution"),
    ]


@needs_packages
def test_figures_are_run_with_large_letters_in_a_folder_of_their_own(tmp_path, not_run):
    done = CliRunner().invoke(
        main, ["slides", "04", "-o", str(tmp_path), "--no-pdf", "--jobs", "2"]
    )
    assert done.exit_code == 0, done.output
    assert done.output.splitlines()[-1] == str(tmp_path / "index.html")
    assert not_run == [(tmp_path, 2, {"COURSE_LETTERS": "large"})]
    options = {o.name: o.default for o in main.commands["slides"].params}
    assert Path(options["output"]) != Path(
        next(o.default for o in main.commands["site"].params if o.name == "output")
    )


def test_what_is_missing_is_named_with_the_command_that_installs_it(monkeypatch, tmp_path):
    find, gone = importlib.util.find_spec, making.NEEDED[0]
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *a: None if name == gone else find(name, *a)
    )
    with pytest.raises(CourseError, match=r"(?s)decks need sphinx_revealjs.*`make slides`"):
        make_slides(tmp_path, report=lambda line: None)
