"""A class of notebooks for `relu`: right and wrong answers, and what comes of them."""

import csv

from click.testing import CliRunner

from course_utils import cli
from course_utils.grading import run, sandbox

RIGHT = "def relu(x):\n    return np.maximum(x, 0)"
ABS = "def relu(x):\n    return np.abs(x)"
LEVELS = [sandbox.Sandbox(sandbox.SUBPROCESS, "for a test")]
if sandbox.probe().level == sandbox.BUBBLEWRAP:
    LEVELS.append(sandbox.probe())


def grade(*args):
    """`course grade` with these arguments."""
    return CliRunner().invoke(cli.main, ["grade", *map(str, args)], prog_name="course")


def rows(path):
    """A table as a list of dictionaries."""
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


def points_of(folder, **settings):
    """Student -> points in notebook 00."""
    done = run.grade_class([folder], number="00", **settings)
    return {s.student: s.points for s in done.students}
