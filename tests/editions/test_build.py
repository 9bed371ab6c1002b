"""From source to notebook: what is built, what is executed again, what is refused."""

import json
import re
import shutil
from pathlib import Path

import nbformat
import pytest

from course_utils.checking import reference
from course_utils.editions import build, compose, dependencies, execution
from course_utils.errors import CourseError
from course_utils.paths import course_root, pages_in

SOURCE = """# A title

Some text.


## A section

More text.

```python
import numpy as np

from course_utils.checking import check
```

```python
relu = reference("relu")
```

```python tags=["nbval-ignore-output"]
print(relu(-1))
```
"""


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course with one notebook, 00_try.md, in a folder of its own."""
    folder = tmp_path / "notebooks"
    (folder / "source").mkdir(parents=True)
    for module in (build, compose):
        monkeypatch.setattr(module, "notebooks_folder", lambda: folder)
    source = folder / "source" / "00_try.md"
    source.write_text(SOURCE, encoding="utf-8")
    return source


def edit(path, before, after):
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")


def answer(notebook_path, body="    return max(x, 0)"):
    notebook = nbformat.read(notebook_path, 4)
    cell = next(c for c in notebook.cells if c.id == "exercise-relu")
    cell.source = cell.source.replace("    ...  # your code here", body)
    build.write_notebook(notebook, notebook_path)


# -------------------------------------------------------------------------------- composing cells
def test_cells_come_with_stable_ids_and_no_metadata_but_their_slides(course):
    cells = build.compose(course).cells
    assert [c.id for c in cells] == [
        "a-title-1", "a-section-1", "setup", "a-section-2", "exercise-relu", "a-section-3",
    ]  # fmt: skip
    kinds = [cell.metadata.pop("slideshow")["slide_type"] for cell in cells]
    assert kinds == ["slide", "slide", "skip", "skip", "skip", "subslide"]
    assert cells[0].metadata == cells[3].metadata == {}
    assert cells[5].metadata == {"tags": ["nbval-ignore-output"]}


def test_the_learners_edition_gets_the_stub(course):
    cell = next(c for c in build.compose(course).cells if c.id == "exercise-relu")
    assert cell.source.endswith("    ...  # your code here\n\n\nrelu = check(relu)")
    assert "np.maximum" not in cell.source
    assert cell.metadata["course"] == {"exercise": "relu"}


def test_the_solved_edition_gets_the_reference(course):
    cell = next(c for c in build.compose(course, solved=True).cells if c.id == "exercise-relu")
    assert reference("relu").source in cell.source
    assert cell.source.endswith("relu = check(relu)")


def test_an_inserted_section_does_not_change_the_ids_of_others(course):
    before = {c.id: c.source for c in build.compose(course).cells}
    edit(course, "## A section", "## Another one\n\nNew.\n\n\n## A section")
    after = {c.id: c.source for c in build.compose(course).cells}
    assert before.items() <= after.items()


def test_headings_that_come_twice_get_ids_of_their_own(course):
    edit(course, "More text.", "More text.\n\n\n## A section\n\nAgain.")
    ids = [c.id for c in build.compose(course).cells]
    assert len(set(ids)) == len(ids)
    nbformat.validate(build.compose(course))


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (
            'sigmoid = reference("sigmoid")',
            'expected sigmoid = reference("sigmoid") in notebook 01',
        ),
        ('relu2 = reference("relu")', 'expected relu = reference("relu")'),
        ('rellu = reference("rellu")', "no exercise is called 'rellu'; did you mean relu"),
    ],
)
def test_a_misplaced_exercise_is_refused(course, line, message):
    edit(course, 'relu = reference("relu")', line)
    with pytest.raises(CourseError, match=re.escape(message)):
        build.compose(course)


# ------------------------------------------------------------------------------ building, executing
@pytest.fixture
def runs(monkeypatch):
    """Counts executions; the kernel itself is not started."""
    done = []

    def execute(notebook, environment, *, name):
        done.append(name)
        for cell in notebook.cells:
            if cell.cell_type == "code":
                cell.outputs = [nbformat.v4.new_output("stream", text=f"{len(done)}\n")]
                cell.execution_count = len(done)
        return 1.0

    monkeypatch.setattr(execution, "execute", execute)
    return done


def test_a_rebuild_gives_the_same_bytes_without_running(course, runs):
    (first,) = build.build()
    before = first.path.read_bytes()
    (second,) = build.build()
    assert (first.action, second.action) == ("executed", "unchanged")
    assert first.path.read_bytes() == before
    assert runs == ["00_try"]


def test_new_prose_keeps_the_outputs(course, runs):
    build.build()
    edit(course, "Some text.", "Some better text.")
    (built,) = build.build()
    assert built.action == "text only"
    notebook = nbformat.read(built.path, 4)
    assert "better" in notebook.cells[0].source
    assert notebook.cells[2].outputs[0].text == "1\n"
    assert notebook.cells[2].execution_count == 1
    assert len(runs) == 1


def test_new_code_is_executed(course, runs):
    build.build()
    edit(course, "print(relu(-1))", "print(relu(-2))")
    assert build.build()[0].action == "executed"
    assert len(runs) == 2


def test_a_change_in_the_package_counts_where_it_is_used(course, runs, tmp_path, monkeypatch):
    root = tmp_path / "copy"
    shutil.copytree(course_root() / "course_utils", root / "course_utils",
                    ignore=shutil.ignore_patterns("__pycache__"))  # fmt: skip
    shutil.copy(course_root() / "requirements.txt", root)
    monkeypatch.setattr(dependencies, "course_root", lambda: root)
    build.build()
    used = root / "course_utils/checking/judging.py"
    unused = root / "course_utils/editions/update.py"
    unused.write_text(unused.read_text() + "\nSOMETHING = 1\n")
    used.write_text(used.read_text() + "\n# a comment changes no output\n")
    assert build.build()[0].action == "unchanged"
    used.write_text(used.read_text() + "\nSOMETHING = 1\n")
    assert build.build()[0].action == "executed"
    edit(root / "requirements.txt", "numpy==", "numpy==9")
    assert build.build()[0].action == "executed"


def test_a_notebook_depends_on_what_it_imports():
    behind = dependencies.course_modules
    modules = behind({"course_utils.figures.perceptron_to_mlp"})
    assert {"course_utils.figures.perceptron_to_mlp", "course_utils.figures.style"} <= set(modules)
    assert "course_utils.figures.backprop_and_training" not in modules
    assert "course_utils.checking.judging" in behind({"course_utils.checking"})
    assert "course_utils.zoo.densenet" in behind({"course_utils.zoo"})  # by a name put together
    (one,) = compose.source_files(["04"])
    imported = dependencies.modules_behind(one, compose.compose(one))
    assert "course_utils.exercises.nb04_conv_backprop.rotate180" in imported  # by its own name only
    assert not [name for name in imported if name.startswith("course_utils.exercises.nb05")]


def test_appendices_come_after_the_numbered_pages(tmp_path):
    for name in ("a1_floats.md", "10_b.md", "02_a.md", "a1_floats.ipynb", "about_a1.md", "a12_x.md",
                 "7_x.md", "glossary.md"):  # fmt: skip
        (tmp_path / name).touch()
    names = [path.name for path in pages_in(tmp_path, ".md")]
    assert names == ["02_a.md", "10_b.md", "a1_floats.md"]
    (appendix,) = compose.source_files(["a1"])
    assert compose.source_files()[-1] == appendix
    with pytest.raises(CourseError, match=r"there are 00, 01, .*, 25, a1$"):
        compose.source_files(["a7"])


def test_a_damaged_lock_only_costs_time(course, runs):
    build.build()
    (course.parent / "built.json").write_text("{")
    assert build.build()[0].action == "executed"


# ------------------------------------------------------------------------------- answers are safe
def test_answers_are_not_overwritten(course, runs):
    (built,) = build.build()
    answer(built.path)
    before = built.path.read_bytes()
    edit(course, "Some text.", "Other text.")
    with pytest.raises(CourseError, match=r"overwrite answers \(00_try.ipynb: relu\)"):
        build.build()
    assert built.path.read_bytes() == before
    build.build(force=True)
    assert "your code here" in built.path.read_text(encoding="utf-8")


def test_a_half_typed_answer_counts(course, runs):
    (built,) = build.build()
    answer(built.path, "    return max(x,")
    with pytest.raises(CourseError, match="overwrite answers"):
        build.build()


def test_a_build_that_fails_leaves_the_old_notebook(course, monkeypatch):
    (built,) = build.build()
    before = built.path.read_bytes()
    edit(course, "print(relu(-1))", "print(1 / 0)")
    with pytest.raises(CourseError, match=r"00_try does not run: ZeroDivisionError.*1 / 0"):
        build.build()
    assert built.path.read_bytes() == before
    assert list(built.path.parent.glob(".*")) == []


# ----------------------------------------------------------------------------------- real kernels
def test_a_real_run_stores_tidy_outputs(course):
    (built,) = build.build()
    notebook = json.loads(built.path.read_text(encoding="utf-8"))
    code = [c for c in notebook["cells"] if c["cell_type"] == "code"]
    assert [c["execution_count"] for c in code] == [1, 2, 3, 4]
    assert code[3]["outputs"][0]["text"] == ["0\n"]
    assert "not attempted" in code[2]["outputs"][0]["data"]["text/plain"][0]
    assert notebook["metadata"]["language_info"] == {"name": "python"}


def test_warnings_are_refused(course):
    edit(course, "print(relu(-1))", 'import warnings\nwarnings.warn("old news")')
    with pytest.raises(CourseError, match=r"cell a-section-3 writes to stderr.*old news"):
        build.build()


def test_what_a_cell_cannot_show_is_refused(course):
    shown = "    def _repr_html_(self):\n        raise ValueError('no room')"
    broken = f"class Broken:\n{shown}\n\n\ndisplay(Broken())"
    edit(course, "print(relu(-1))", broken)
    with pytest.raises(CourseError, match=r"cell a-section-3 shows ValueError: no room"):
        build.build()


def test_what_a_machine_says_about_itself_is_not_stored(course):
    edit(course, '["nbval-ignore-output"]', '["this-machine"]')
    (built,) = build.build()
    assert nbformat.read(built.path, 4).cells[-1].outputs == []


def test_the_solved_edition_fails_on_a_wrong_answer(course, tmp_path):
    (built,) = build.build_solved(folder=tmp_path / "solved")
    assert "✓ relu" in built.path.read_text(encoding="utf-8")
    edit(course, "print(relu(-1))", "relu = check(abs)")
    with pytest.raises(CourseError, match="no exercise is called 'abs'"):
        build.build_solved(folder=tmp_path / "solved")


def test_unknown_names_and_broken_notebooks_are_said(course, tmp_path):
    with pytest.raises(CourseError, match="no notebook source is called '77'; there are 00"):
        build.build(["77"])
    broken = tmp_path / "broken.ipynb"
    broken.write_text("{", encoding="utf-8")
    with pytest.raises(CourseError, match="is not a notebook that can be read"):
        build.read_notebook(broken)
    with pytest.raises(CourseError, match="there is no notebook"):
        build.read_notebook(tmp_path / "none.ipynb")


def test_a_record_that_a_cell_reads_is_a_part_of_what_it_depends_on(monkeypatch, tmp_path):
    (source,) = build.source_files(["13"])
    notebook, name = build.compose(source), "data/runs/13_depth.json"
    before = build.fingerprint(source, notebook)
    read_text = Path.read_text

    def changed(path, *args, **settings):
        text = read_text(path, *args, **settings)
        return text + " " if str(path).endswith(name) else text

    monkeypatch.setattr(Path, "read_text", changed)
    assert build.fingerprint(source, notebook) != before
