"""The questions at the end of a notebook, and the course's answers to them.

The answers lie beside the exercises, in the order of the page:
`course_utils/exercises/nb05_pooling/answers.py` has `ANSWERS`, a tuple of Markdown texts.
"""

import importlib
import importlib.util
import re
from dataclasses import dataclass

from course_utils.checking.registry import page_folders
from course_utils.errors import CourseError

_PAGE = r"(\d{1,2}|a\d)"  # 05, 5, or a1 for an appendix
_MEANT = re.compile(rf"(?:{_PAGE}[\s.:,-]*)?(?:q|question)[\s.]*(\d+)|{_PAGE}\.(\d+)")
_NUMBER = re.compile(r"a?\d+\D?")
_THINK = "Think first: say your own answer in a sentence or two. Then compare."


@dataclass(frozen=True)
class Answer:
    """The course's answer to one question, shown as Markdown in a notebook."""

    notebook: str
    number: int
    markdown: str

    @property
    def headline(self) -> str:
        return f"Notebook {self.notebook}, question {self.number}"

    def text(self) -> str:
        body = "".join(f"\n  {line}" for line in self.markdown.strip().split("\n"))
        return f"{self.headline}\n  {_THINK}\n{body}"

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, str]:
        marked = f"**{self.headline}.** *{_THINK}*\n\n{self.markdown.strip()}\n"
        return {"text/plain": self.text(), "text/markdown": marked}


def answers_of(notebook: str) -> tuple[str, ...]:
    """The answers to the questions of a notebook (`"05"`); none where it has no `answers.py`."""
    folder = page_folders().get(notebook)
    if folder is None or importlib.util.find_spec(f"{folder}.answers") is None:
        return ()
    return importlib.import_module(f"{folder}.answers").ANSWERS


def is_question(asked: object) -> bool:
    """Whether this asks for a question (`"05.Q1"`, `"Q1"`, `5.1`) and not for an exercise."""
    if isinstance(asked, bool) or not isinstance(asked, str | int | float):
        return False
    return bool(_MEANT.fullmatch(_tidy(asked)) or _NUMBER.match(_tidy(asked)))


def answer_to(asked: str | float) -> Answer:
    """The answer to a question, named as `"05.Q1"`; `"5.q1"` and `"05.1"` mean the same.

    Raises CourseError where no notebook is named, or one that has no such question.
    """
    meant = _MEANT.fullmatch(_tidy(asked))
    notebook, number = (meant[1] or meant[3], meant[2] or meant[4]) if meant else (None, None)
    if meant and notebook is None:
        raise CourseError(
            f'which notebook is question {number} in? For notebook 05 write reveal("05.Q{number}").'
        )
    if not meant:
        raise CourseError(
            f'a question is named by its notebook and its number, as in reveal("05.Q1"); got '
            f"{asked!r}."
        )
    return _answer(notebook.zfill(2), int(number))


def _answer(notebook: str, number: int) -> Answer:
    answers = answers_of(notebook)
    if not answers:
        known = ", ".join(n for n in page_folders() if answers_of(n))
        raise CourseError(
            f"no notebook with answers to its questions is numbered {notebook!r}; there are {known}"
        )
    if not 1 <= number <= len(answers):
        raise CourseError(
            f"notebook {notebook} has the questions Q1 to Q{len(answers)}, and not Q{number}."
        )
    return Answer(notebook, number, answers[number - 1])


def _tidy(asked: str | float) -> str:
    return str(asked).strip().lower()
