"""The guide for instructors says what the course holds."""

import json
import re
from fractions import Fraction

import pytest

from course_utils.checking.registry import all_exercises, exercise_folders
from course_utils.cli import main
from course_utils.editions import build
from course_utils.paths import course_root

TEXT = (course_root() / "docs" / "instructors.md").read_text(encoding="utf-8")
HOURS = {"An hour and a half": "1½", "90 minutes": "1½", "20 minutes": "⅓", "two hours": "2",
         "two and a half hours": "2½", "three hours": "3", "an hour and a half": "1½"}  # fmt: skip


def rows(pattern):
    found = [[cell.strip() for cell in line.strip("|\n").split("|")] for line in TEXT.splitlines()
             if re.match(pattern, line)]  # fmt: skip
    assert found
    return found


def notebooks():
    return [row for row in rows(r"\| \d\d \|") if len(row) == 7]


def graded(number):
    return [e for e in all_exercises(number) if e.points and not e.optional]


def hours(text):
    """`45⅓` as a number."""
    parts = {"½": Fraction(1, 2), "⅓": Fraction(1, 3), "⅔": Fraction(2, 3), "⅚": Fraction(5, 6)}
    whole, part = re.fullmatch(r"(\d*)(\D?)", text).groups()
    return int(whole or 0) + parts.get(part, 0)


def test_the_table_of_notebooks_is_that_of_the_course():
    table = {row[0]: row for row in notebooks()}
    assert list(table) == list(exercise_folders())
    for source in build.source_files(table):
        exercises = graded(source.stem[:2])
        promised = re.search(
            r"\*\*How long it takes\.\*\* About (.*?)( with|\.)", source.read_text("utf-8")
        )
        assert table[source.stem[:2]][2:6] == [
            HOURS[promised[1]], str(len(exercises)), str(sum(e.points for e in exercises)),
            str(sum(e.minutes for e in exercises)),
        ]  # fmt: skip
    ((*_, total, count, points, minutes, _),) = rows(r"\| +\| together")
    assert hours(total) == sum(hours(row[2]) for row in table.values())
    columns = [sum(int(row[k]) for row in table.values()) for k in (3, 4, 5)]
    assert [int(count), int(points), int(minutes)] == columns


def test_the_table_of_optional_exercises_is_complete():
    listed = [row[:4] for row in rows(r"\| \d\d \| `")]
    optional = [e for number in exercise_folders() for e in all_exercises(number) if e.optional]
    assert listed == [[e.notebook, f"`{e.name}`", str(e.points), str(e.minutes)] for e in optional]


def test_the_trial_gets_what_it_says():
    points = sum(e.points for e in graded("04"))
    bonus = sum(e.points for e in all_exercises("04") if e.optional)
    said = f"`blank` gets `0 of {points}`, `solved` gets `{points + bonus} of {points}`"
    assert said in " ".join(TEXT.split())
    assert f"maximum grade {points} |" in TEXT
    assert f"upload as autograder, {points} points |" in TEXT


def test_the_needs_are_those_of_the_pages():
    """Every notebook that the table names as needed is named under "What you need first"."""
    for number, *_, needs in notebooks():
        (source,) = build.source_files([number])
        text = source.read_text("utf-8").split("**What you need first.**")[1].split("**How long")[0]
        for needed in re.findall(r"\d\d", needs):
            assert needed in text or "02 to 05" in text, (number, needed)


def test_the_weeks_cover_parts_one_to_four():
    weeks = rows(r"\| \d{1,2} \| (?![\d`])")
    weeks = [row for row in weeks if len(row) == 5]
    assert [int(row[0]) for row in weeks] == list(range(1, 15))
    numbers = [number for row in weeks for number in row[2].split(", ")]
    assert numbers == [number for number in exercise_folders() if number < "20"]
    for row in weeks:
        points = sum(e.points for number in row[2].split(", ") for e in graded(number))
        assert int(row[3]) == points, row


def test_what_is_said_of_points_is_so():
    exercises = [exercise for number in exercise_folders() for exercise in graded(number)]
    for points, count, minutes, _ in rows(r"\| \d \| \d+ \| \d+–"):
        those = [e.minutes for e in exercises if e.points == int(points)]
        mean = sum(those) / len(those)
        assert [int(count), minutes] == [len(those), f"{min(those)}–{max(those)} ({mean:.0f})"]


def test_the_rubric_adds_up():
    points = [int(row[-1]) for row in rows(r"\| \*\*")]
    replaced = sum(e.points for number in ("16", "17", "18", "19") for e in graded(number))
    assert sum(points) == replaced == 41
    assert len(re.findall(r"\*\*(Full|Half|Poor) \(\d+ of 41\)", TEXT)) == 9


def percent(numbers):
    return ", ".join(f"{100 * number:.1f}" for number in numbers)


def test_the_samples_quote_the_recorded_runs():
    def run(name):
        return json.loads((course_root() / "data" / "runs" / name).read_text(encoding="utf-8"))

    plain = " ".join(TEXT.replace("\n> ", " ").split())
    parts = run("11_alexnet_parts.json")["accuracy"]
    for name in ("as here", "with dropout ½", "one tower"):
        assert percent(parts[name]) in plain
    assert all(percent([number]) in plain for number in parts["with response norm"])
    for each in run("15_degradation.json")["runs"]:
        assert percent([each["test"]["accuracy"]]) in plain, each["network"]


SHOWN = re.findall(r"course ([a-z]+)([^`\n#]*)", TEXT)


@pytest.mark.parametrize(("name", "words"), [pair for pair in SHOWN if pair[0] in main.commands])
def test_the_options_of_the_commands_exist(name, words):
    known = {option for parameter in main.commands[name].params for option in parameter.opts}
    assert {word for word in words.split() if word.startswith("-")} <= known
