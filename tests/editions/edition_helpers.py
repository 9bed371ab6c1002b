"""A small course in a git repository, and what learners do to their copies of it."""

import subprocess

import nbformat

from course_utils.editions import build, update

STUB = 'def relu(x):\n    """Doc."""\n    ...  # your code here\n\n\nrelu = check(relu)'
SIGMOID = STUB.replace("relu", "sigmoid")
ANSWER = STUB.replace("    ...  # your code here", "    return max(x, 0)")
TEXT = "Old text.\n\nIt has two parts."
CODE = "width = 3\nprint(width)"


def notebook(relu=STUB, sigmoid=SIGMOID, text="Old text.", own=(), code=None):
    """Text, two exercises, and the learner's own cells behind the first of them."""
    make = nbformat.v4
    cells = [
        make.new_markdown_cell(text, id="top-1"),
        *(
            make.new_code_cell(
                source, id=f"exercise-{name}", metadata={"course": {"exercise": name}}
            )
            for name, source in (("relu", relu), ("sigmoid", sigmoid))
            if source is not None
        ),
    ]
    if code is not None:
        cells.append(make.new_code_cell(code, id="top-2"))
    for k, source in enumerate(own):
        cells.insert(
            2 + k, make.new_code_cell(source, id=f"0badcafe-0000-4000-8000-00000000000{k}")
        )
    return make.new_notebook(cells=cells, nbformat_minor=5)


def sources(book):
    return [cell.source for cell in book.cells]


def read(path):
    return nbformat.read(path, 4)


def without_ids(book):
    """As Kaggle and older versions of Jupyter save it: format 4.4, no ids, no marks."""
    plain = nbformat.from_dict({**book, "nbformat_minor": 4})
    for cell in plain.cells:
        cell.pop("id", None)
        cell.metadata = nbformat.NotebookNode()
    return plain


def git(folder, *arguments):
    return subprocess.run(
        ["git", "-c", "user.name=t", "-c", "user.email=t@example.org", *arguments],
        cwd=folder, check=True, capture_output=True, text=True, encoding="utf-8",
    ).stdout  # fmt: skip


def new_edition(upstream, **changes):
    changes = changes or {"text": "New text."}
    build.write_notebook(notebook(**changes), upstream / "notebooks/00_try.ipynb")
    git(upstream, "commit", "-qam", "second edition")


def answer(mine, name="00_try", **changes):
    path = mine / f"notebooks/{name}.ipynb"
    build.write_notebook(notebook(**(changes or {"relu": ANSWER})), path)
    return path


def copies(mine):
    return sorted((mine / "notebooks").glob("*.before-update-*"))


def snapshot(folder):
    return {p: (p.read_bytes(), p.stat().st_mtime_ns) for p in folder.rglob("*") if p.is_file()}


def use(monkeypatch, folder):
    monkeypatch.setattr(update, "course_root", lambda: folder)
    monkeypatch.setattr(update, "notebooks_folder", lambda: folder / "notebooks")
