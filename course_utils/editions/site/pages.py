"""A notebook that was run becomes a page: exercises are boxes, hints and answers are folded."""

import html
import re

import nbformat
from nbformat import NotebookNode

from course_utils.checking.exercise import Exercise
from course_utils.checking.questions import answers_of
from course_utils.checking.registry import get
from course_utils.editions.cells import is_asking, is_imports, without_comments

# What the questions say of `reveal`, and the next paragraph after them.
_COMPARING = re.compile(r"^(\*\*Ask yourself\*\*), then compare: .*$", re.MULTILINE)
_AFTER_QUESTIONS = re.compile(r"^(?=\*\*Read on\.\*\*)|\Z", re.MULTILINE)


def as_page(notebook: NotebookNode, stem: str, *, pdf: bool = True) -> NotebookNode:
    """The notebook as MyST-NB reads it, with outputs, without what only a kernel can do."""
    cells: list[NotebookNode] = []
    number = stem[:2]
    for cell in notebook.cells:
        name = cell.metadata.get("course", {}).get("exercise")
        if name:
            cells += _exercise_box(get(name))
        elif cell.cell_type == "code" and not is_asking(cell) and cell.id != "setup":
            cells.append(_code(cell))
        elif cell.cell_type != "code":
            text = _with_answers(without_comments(cell.source), number)
            cells.append(nbformat.v4.new_markdown_cell(text, id=cell.id))
    cells.insert(1, nbformat.v4.new_markdown_cell(_ways(stem, pdf), id="ways-to-have-it"))
    metadata = {"kernelspec": notebook.metadata.kernelspec, "course": {"notebook": number}}
    return nbformat.v4.new_notebook(cells=cells, metadata=metadata, nbformat_minor=5)


def _ways(stem: str, pdf: bool) -> str:
    """Links to the same page in other forms."""
    printed = f'<a href="../pdf/{stem}.pdf">PDF</a> · ' if pdf else ""
    return (
        f'<p class="ways">{printed}'
        f'<a href="../ipynb/{stem}.ipynb" download>Notebook</a> · '
        '<a href="../guide/glossary.html">Glossary</a> · '
        '<a href="../guide/setup.html">Do it in JupyterLab</a>, where your answers are checked</p>'
    )


def _code(cell: NotebookNode) -> NotebookNode:
    made = nbformat.v4.new_code_cell(
        cell.source, id=cell.id, outputs=cell.outputs, execution_count=cell.execution_count
    )
    if is_imports(cell):
        made.metadata["tags"] = ["hide-input"]
    return made


def _exercise_box(exercise: Exercise) -> list[NotebookNode]:
    """The stub to copy, then hints and one solution, folded."""
    said = f"`{exercise.name}`: {exercise.worth}, "
    said += f"about {exercise.minutes} minutes. In the notebook, `check({exercise.name})` answers."
    stub = f"```python\n{exercise.cell(exercise.stub)}\n```"
    folded = [_folded(f"Hint {i}", hint) for i, hint in enumerate(exercise.hints, 1)]
    solution = f"```python\n{exercise.source.strip()}\n```\n\n{exercise.explanation}"
    folded.append(_folded("One solution", solution))
    turn = "Optional, harder, no hints" if exercise.optional else "Your turn"
    box = f":::{{admonition}} {turn}\n:class: tip exercise{' optional' * exercise.optional}"
    text = "\n\n".join([f"{box}\n{said}\n:::", stub, *folded])
    return [nbformat.v4.new_markdown_cell(text, id=f"exercise-{exercise.name}"[:64])]


def _with_answers(text: str, number: str) -> str:
    """The questions at the end of a page, with an answer to each folded below them."""
    questions = _COMPARING.search(text)
    if questions is None:
        return text
    answers = enumerate(answers_of(number), 1)
    folded = "".join(_folded(f"An answer to question {i}", a.strip()) + "\n\n" for i, a in answers)
    place = _AFTER_QUESTIONS.search(text, questions.end()).start()
    text = f"{text[:place].rstrip()}\n\n{folded}{text[place:]}".rstrip()
    return _COMPARING.sub(r"\1", text)


def _folded(title: str, text: str) -> str:
    return f"<details><summary>{html.escape(title)}</summary>\n\n{text}\n\n</details>"
