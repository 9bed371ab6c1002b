"""`course update` cut short, and in a locale that knows no UTF-8."""

import os
import subprocess
import sys

import pytest
from edition_helpers import (
    ANSWER,
    answer,
    copies,
    git,
    new_edition,
    read,
    sources,
    use,
)

from course_utils.editions import planning, repository
from course_utils.errors import CourseError
from course_utils.paths import course_root


class Cut(BaseException):
    """Ctrl-C, or the power."""


STEPS = ["backup", "write_whole", "set_entries", "checkout-index", "update-ref"]


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("committed", [False, True], ids=["uncommitted", "committed"])
def test_interrupted_anywhere_nothing_is_lost_and_the_next_one_finishes(
    clones, monkeypatch, updated, step, after, committed
):
    upstream, mine = clones
    first = answer(mine, relu=ANSWER, own=["helper = 1"])
    second = answer(mine, "01_other")
    if committed:
        git(mine, "commit", "-qam", "mine")
    for name in ("00_try", "01_other"):
        answer(upstream, name, text="New text.")
    (upstream / "README.md").write_text("The new course.")
    (upstream / "more.txt").write_text("More.")
    git(upstream, "add", "-A")
    git(upstream, "commit", "-qm", "second")
    _cut_at(monkeypatch, step, after)
    with pytest.raises(Cut):
        updated()
    kept = "".join(p.read_text() for p in (mine / "notebooks").glob("*.ipynb"))
    assert kept.count("max(x, 0)") >= 2
    assert "helper = 1" in kept
    monkeypatch.undo()
    use(monkeypatch, mine)
    updated()
    assert sources(read(first))[:3] == ["New text.", ANSWER, "helper = 1"]
    assert sources(read(second))[:2] == ["New text.", ANSWER]
    assert (mine / "README.md").read_text() == "The new course."
    assert (mine / "more.txt").read_text() == "More."
    changed = [line for line in git(mine, "status", "--porcelain").splitlines() if line[:2] != "??"]
    assert changed == (
        [] if committed else [" M notebooks/00_try.ipynb", " M notebooks/01_other.ipynb"]
    )
    assert sorted(len(sources(read(copy))) for copy in copies(mine)) == [3, 4]
    assert all(sources(read(copy))[0] == "Old text." for copy in copies(mine))


def _cut_at(monkeypatch, step, after):
    def cutting(real):
        def run(*arguments, **more):
            mine = step not in STEPS[3:] or arguments[1] == step
            if mine and not after:
                raise Cut
            result = real(*arguments, **more)
            if mine:
                raise Cut
            return result

        return run

    if step in ("backup", "write_whole"):
        monkeypatch.setattr(planning, step, cutting(getattr(planning, step)))
    else:
        name = step if step == "set_entries" else "data"
        real = getattr(repository.Repository, name)
        if step == "set_entries":  # not the one on the index of the merge
            guarded = cutting(real)

            def set_entries(self, entries, **more):
                return real(self, entries, **more) if more else guarded(self, entries)

            monkeypatch.setattr(repository.Repository, name, set_entries)
        else:
            monkeypatch.setattr(repository.Repository, name, cutting(real))


def test_a_half_written_file_of_the_edition_is_written_again(clones, updated):
    upstream, mine = clones
    (upstream / "README.md").write_text("The new course.")
    new_edition(upstream)
    (mine / "README.md").write_text("The ne")
    updated()
    assert (mine / "README.md").read_text() == "The new course."


@pytest.mark.parametrize("step", ["backup", "write_whole"])
def test_a_full_disk_is_said_and_costs_nothing(clones, monkeypatch, updated, step):
    upstream, mine = clones
    path = answer(mine)
    new_edition(upstream)

    def full(*arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(planning, step, full)
    with pytest.raises(CourseError, match=r"No space left .* run `course update` again"):
        updated()
    assert sources(read(path))[1] == ANSWER
    monkeypatch.undo()
    use(monkeypatch, mine)
    updated()
    assert sources(read(path))[:2] == ["New text.", ANSWER]


# --------------------------------------------------------------------------------------- the locale
@pytest.mark.parametrize("variables", [
    {"PYTHONUTF8": "0", "LC_ALL": "C", "PYTHONIOENCODING": "cp1252", "PYTHONCOERCECLOCALE": "0"},
    {"PYTHONUTF8": "1"},
])  # fmt: skip
def test_in_a_locale_that_is_not_utf8(clones, variables):
    upstream, mine = clones
    strange = "Učení ≤ ∂E/∂w — 学习 \u0081"
    path = answer(mine, relu=ANSWER + f"\n# {strange}")
    git(mine, "commit", "-qam", strange)
    new_edition(upstream, text=strange)
    program = (
        "import sys; from pathlib import Path; from course_utils import cli\n"
        "from course_utils.editions import update\n"
        "update.course_root = lambda: Path(sys.argv[1])\n"
        "cli.main(['update'], prog_name='course')"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(mine)], cwd=course_root(), capture_output=True,
        env={**os.environ, **variables}, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert sources(read(path))[:2] == [strange, ANSWER + f"\n# {strange}"]
