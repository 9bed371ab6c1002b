"""Optional exercises: harder, without hints, and never a reason why a notebook looks unfinished."""

import re

import pytest

from course_utils.checking import all_exercises, board, check, hint, progress, reference, reveal
from course_utils.checking.exercise import Exercise
from course_utils.checking.lending import lendable
from course_utils.checking.report import Board
from course_utils.editions.compose import source_files
from course_utils.errors import CourseError

OPTIONAL = [e for e in all_exercises() if e.optional]
GRAPH = reference("backward_graph")


def answer(nodes, output):
    return GRAPH.reference(nodes, output)


def unknown(nodes, output):  # like no mistake that has a name
    values, gradients = GRAPH.reference(nodes, output)
    return values, gradients + 17.3


def unfinished(nodes, output):
    values, gradients = GRAPH.reference(nodes, output)
    return values, 0 * gradients


for function in (answer, unknown, unfinished):
    function.__name__ = "backward_graph"


def made(**settings):
    def task(x):
        """Nothing."""

    return Exercise(task, **{"notebook": "02", "points": 3, "minutes": 9, **settings})


def test_there_is_one_for_each_notebook_from_02_to_08():
    assert [e.notebook for e in OPTIONAL] == [f"{number:02d}" for number in range(2, 9)]


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"hints": ("Look.", "Think.")}, "comes without hints; it has 2"),
        ({"points": 0}, "a bonus of at least 1 point; it has 0"),
    ],
)
def test_a_definition_that_contradicts_itself_is_refused(settings, said):
    with pytest.raises(CourseError, match=f"task is optional, and such an exercise .*{said}"):
        made(optional=True, **settings)
    assert not made(**settings).optional


@pytest.mark.parametrize("exercise", OPTIONAL, ids=lambda e: e.name)
def test_it_has_a_heading_of_its_own_that_says_so(exercise):
    (source,) = source_files([exercise.notebook])
    before = source.read_text(encoding="utf-8").split(f'reference("{exercise.name}")')[0]
    heading = re.findall(r"^## .*$", before, re.MULTILINE)[-1]
    assert heading.startswith("## Optional, harder, no hints: ")
    assert "worth an evening" in " ".join(before.rsplit(heading)[1].split())
    after = source.read_text(encoding="utf-8").split(f'reference("{exercise.name}")')[1]
    assert "**To read.**" in after.split("\n## ")[0]


def test_its_cell_says_what_it_is_worth_and_offers_no_hint():
    head = GRAPH.cell(GRAPH.stub).splitlines()[0]
    assert head == "# Optional: 4 bonus points, about 60 minutes."
    assert "Stuck? Run hint" in reference("relu").cell("")


def test_what_everybody_has_to_do_is_lent_nothing_optional():
    names = {e.name for e in OPTIONAL}
    for exercise in all_exercises():
        assert exercise.optional or not names & set(lendable(exercise)), exercise.name


def test_hint_answers_in_a_sentence_each_time(capsys):
    for _ in range(2):
        hint(answer)
        said = capsys.readouterr().out
        assert "backward_graph is optional and comes without hints" in said
        assert "hint 1" not in said
        assert "again" not in said


def test_reveal_shows_the_solution_after_an_attempt(capsys):
    reveal("backward_graph")
    said = capsys.readouterr().out
    assert "try it once yourself first" in said
    assert "hint(" not in said
    check(unknown)
    said = capsys.readouterr().out
    assert "There are no hints here" in said
    assert "hint(" not in said
    reveal("backward_graph")
    assert GRAPH.explanation in capsys.readouterr().out


def test_a_wrong_answer_is_told_its_mistake_all_the_same(capsys):
    mistake = GRAPH.mistakes[0]
    assert check(backward_graph=mistake.function) is GRAPH
    assert f"It looks like this mistake: {mistake.name}." in capsys.readouterr().out


def test_the_board_has_it_apart_and_sums_without_it(capsys):
    asked = [e for e in all_exercises("02") if not e.optional]
    total = sum(e.points for e in asked)
    for exercise in asked:
        board.record(exercise.name, "passed")
    progress("02")
    said = capsys.readouterr().out.splitlines()
    assert said[0] == f"{len(asked)} of {len(asked)} exercises solved, {total} of {total} points"
    assert said[-2] == "optional, harder, no hints"
    assert re.fullmatch(r"  · backward_graph +notebook 02, 4 bonus points", said[-1])
    check(unfinished)
    capsys.readouterr()
    progress("02")
    said = capsys.readouterr().out.splitlines()
    assert said[0] == f"{len(asked)} of {len(asked)} exercises solved, {total} of {total} points"
    assert "✗ backward_graph" in said[-1]


def test_solved_it_is_a_bonus(capsys):
    check(backward_graph=GRAPH.reference)
    assert "right in all 14 cases. 4 bonus points." in capsys.readouterr().out
    shown = Board(tuple(board.standings("02")))
    assert shown.headline == "0 of 5 exercises solved, 0 of 11 points, and 4 bonus points"
    html = shown.html()
    assert html.index("notebook 02") < html.index("optional, harder, no hints")
    assert html.index("momentum_step") < html.index("backward_graph")


def test_the_board_of_all_notebooks_has_them_together_at_the_end(capsys):
    progress()
    said = capsys.readouterr().out
    _, apart = said.split("optional, harder, no hints\n")
    assert re.findall(r"^  · (\w+)", apart, re.MULTILINE) == [e.name for e in OPTIONAL]
