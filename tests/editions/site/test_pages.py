"""What becomes of a notebook and of the repository's texts on their way to the site."""

import base64
import importlib
import importlib.util
import io
import re
from pathlib import Path

import nbformat
import pytest
from matplotlib.figure import Figure

from course_utils import zoo
from course_utils.checking.questions import answers_of
from course_utils.checking.registry import get
from course_utils.editions.compose import compose, source_files
from course_utils.editions.pages import running
from course_utils.editions.site import making, pages, texts, zoo_pages
from course_utils.errors import CourseError


def text_of(notebook):
    return "\n".join(cell.source for cell in notebook.cells)


@pytest.mark.parametrize("source", source_files(), ids=lambda path: path.stem)
def test_every_exercise_is_a_box_with_its_stub_hints_and_solution_folded(source):
    composed = compose(source)
    page = pages.as_page(composed, source.stem)
    names = [c.metadata["course"]["exercise"] for c in composed.cells
             if "course" in c.metadata]  # fmt: skip
    boxes = [cell for cell in page.cells if ":class: tip exercise" in cell.source]
    assert len(boxes) == len(names)
    for name, box in zip(names, boxes, strict=True):
        stub, *folded = box.source.split("<details>")
        optional = get(name).optional
        assert ("admonition} Your turn\n" in stub) != optional
        assert ("admonition} Optional, harder, no hints\n" in stub) == optional
        assert ("<summary>Hint 1</summary>" in box.source) != optional
        assert "return reference" not in stub
        assert f"check({name})" in stub
        assert "One solution" in folded[-1]
        assert f"def {name}(" in folded[-1] or f"class {name}" in folded[-1]
        assert all("</details>" in part for part in folded)


@pytest.mark.parametrize("source", source_files(), ids=lambda path: path.stem)
def test_the_answers_are_folded_below_the_questions(source):
    page = pages.as_page(compose(source), source.stem)
    (cell,) = (c for c in page.cells if "**Ask yourself**" in c.source)
    assert "reveal(" not in cell.source  # a page has no kernel
    before, *folded = cell.source.split("<details>")
    assert re.search(r"(?m)^3\. ", before)
    answers = answers_of(source.stem[:2])
    for number, (part, answer) in enumerate(zip(folded, answers, strict=True), 1):
        summary = f"<summary>An answer to question {number}</summary>"
        assert part.startswith(f"{summary}\n\n{answer.strip()}\n\n</details>\n\n")
    assert folded[-1].split("</details>")[1].strip().startswith("**Read on.**")


def test_a_page_has_no_cell_that_only_a_kernel_answers():
    notebook = nbformat.v4.new_notebook(
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
        cells=[
            nbformat.v4.new_markdown_cell("# 99 · Things\n\n<!-- say: Ask the room. -->\n\nText."),
            nbformat.v4.new_code_cell("hint(relu)"),
            nbformat.v4.new_code_cell('reveal("relu")\nprogress()'),
            nbformat.v4.new_code_cell("x = check(relu)"),
            nbformat.v4.new_code_cell("import numpy as np\n\nuse_house_style()"),
        ],
    )
    page = pages.as_page(notebook, "99_things")
    code = [cell for cell in page.cells if cell.cell_type == "code"]
    assert [cell.source for cell in code] == ["x = check(relu)", notebook.cells[-1].source]
    assert code[-1].metadata["tags"] == ["hide-input"]
    assert "../pdf/99_things.pdf" in page.cells[1].source
    assert ".pdf" not in pages.as_page(notebook, "99_things", pdf=False).cells[1].source
    assert "../guide/glossary.html" in page.cells[1].source
    assert page.cells[0].source == "# 99 · Things\n\nText."


def test_pictures_become_files_with_their_size_and_their_words(tmp_path):
    buffer = io.BytesIO()
    Figure(figsize=(2, 1), dpi=50).savefig(buffer, format="png")
    data = {"image/png": base64.b64encode(buffer.getvalue()).decode(), "text/plain": 'a "curve"'}
    sharp = {"image/png": {"width": 50, "height": 25}}
    outputs = [nbformat.v4.new_output("display_data", dict(data), metadata=metadata)
               for metadata in ({}, sharp)]  # fmt: skip
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("", outputs=outputs)])
    running.write_pictures(notebook, tmp_path, "../pictures/04")
    plain, sharp = (output.data["text/html"] for output in notebook.cells[0].outputs)
    assert 'width="100" height="50"' in plain
    assert 'width="50" height="25"' in sharp
    assert 'alt="a &quot;curve&quot;"' in plain
    (file,) = tmp_path.iterdir()
    assert f'src="../pictures/04/{file.name}"' in plain
    assert "image/png" not in notebook.cells[0].outputs[0].data


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[g](grading.md)", "[g](grading.md)"),
        ("[g](grading.md#late)", "[g](grading.md#late)"),
        ("[z](../course_utils/zoo/README.md)", "[z](../zoo/index.md)"),
        ("[n](../notebooks/04_conv_backprop.ipynb)", "[n](../notebooks/04_conv_backprop.ipynb)"),
        ("[code](../course_utils/cli.py)", "code"),
        ("[data](../data/README.md#own-pictures)", "data"),
        ("[no file](#a-section) and [one](../LICENSE)", "[no file](#a-section) and one"),
        ("[site](https://example.org/a.py)", "[site](https://example.org/a.py)"),
        ("[here](#a-section)", "[here](#a-section)"),
    ],
)
def test_links_between_files_become_links_between_pages(text, expected):
    moved = texts.TEXTS | {"notebooks/04_conv_backprop.ipynb": "notebooks/04_conv_backprop.ipynb"}
    got = texts._relinked(text, Path("docs/instructors.md"), Path("guide/instructors.md"), moved)
    assert got == expected


def test_every_part_of_the_package_in_the_reference_says_what_is_public(tmp_path):
    texts.write_reference(tmp_path)
    for name in texts.REFERENCE:
        assert importlib.import_module(f"course_utils.{name}").__all__
        assert f"course_utils.{name}" in (tmp_path / "reference" / f"{name}.md").read_text()


def test_a_notebook_to_run_comes_without_the_outputs_that_its_page_has(tmp_path):
    cell = nbformat.v4.new_code_cell("print(1)", execution_count=1)
    cell.outputs = [nbformat.v4.new_output("stream", text="1")]
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), tmp_path / "04_a.ipynb")
    (kept,) = nbformat.reads(making._to_run(tmp_path / "04_a.ipynb"), as_version=4).cells
    assert (kept.source, kept.outputs, kept.execution_count) == ("print(1)", [], None)


def test_every_family_of_the_zoo_has_a_title():
    assert set(zoo_pages.TITLES) == {zoo.entry(name).family for name in zoo.names()}


def test_every_notebook_has_its_place_in_the_table_of_contents(tmp_path):
    stems = [source.stem for source in source_files()]
    texts.write_index(tmp_path, stems, "")
    index = (tmp_path / "index.md").read_text(encoding="utf-8")
    assert [index.count(f"\nnotebooks/{stem}\n") for stem in stems] == [1] * len(stems)


def test_what_is_missing_is_named_with_the_command_that_installs_it(monkeypatch, tmp_path):
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec",
                        lambda name, *a: None if name == "myst_nb" else find(name, *a))  # fmt: skip
    with pytest.raises(CourseError, match=r"(?s)myst_nb.*docs/requirements\.txt"):
        making.make_site(tmp_path, report=lambda line: None)
