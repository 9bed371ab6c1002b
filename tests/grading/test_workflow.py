"""The workflow that grades learners' repositories: its steps are run here, as GitHub would."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from course_utils.grading import sandbox
from course_utils.paths import course_root
from submissions import NUMPY, as_bytes, write

FILE = course_root() / ".github" / "workflows" / "grade.yml"
# a copy of the course in which everybody gets everything
TAMPERED = b'import pathlib\npathlib.Path("tampered").touch()\nraise SystemExit(0)\n'


@pytest.fixture(scope="module")
def workflow():
    return yaml.safe_load(FILE.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def job(workflow):
    (job,) = workflow["jobs"].values()
    return job


def step(job, name):
    return next(s for s in job["steps"] if s.get("name") == name)


class Runner:
    """Runs `run:` steps in a folder, with what GitHub sets around them."""

    def __init__(self, folder: Path):
        self.folder, self.summary = folder, folder / "summary.md"
        self.environment = {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "HOME": str(folder),
            "GITHUB_REPOSITORY": "university/cnn-ada",
            "GITHUB_STEP_SUMMARY": str(self.summary),
        }

    def run(self, step) -> subprocess.CompletedProcess:
        own = {
            key: value.replace("${{ github.workspace }}", str(self.folder))
            for key, value in step.get("env", {}).items()
        }
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            cwd=self.folder, env={**self.environment, **own}, capture_output=True, text=True,
        )  # fmt: skip


@pytest.fixture
def runner(tmp_path):
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(course_root() / "course_utils", tmp_path / "course/course_utils",
                    ignore=ignored)  # fmt: skip
    answer = as_bytes(NUMPY, "def relu(x):\n    return np.abs(x)")
    files = {
        "notebooks/00_start_here.ipynb": answer,
        "notebooks/course_utils/__init__.py": TAMPERED,
        "notebooks/numpy.py": TAMPERED,
        "course_utils/__init__.py": TAMPERED,
        "course_utils/__main__.py": TAMPERED,
        "sitecustomize.py": TAMPERED,
    }
    write(tmp_path / "learner", files)
    return Runner(tmp_path)


needs_sandbox = pytest.mark.skipif(
    sandbox.probe().level != sandbox.BUBBLEWRAP, reason="bubblewrap does not work here"
)


def test_it_asks_for_little(workflow, job):
    assert workflow["permissions"] == {"contents": "read"}
    assert "permissions" not in job
    assert "secrets." not in FILE.read_text(encoding="utf-8")
    checkouts = [s for s in job["steps"] if s.get("uses", "").startswith("actions/checkout@")]
    assert [s["with"]["path"] for s in checkouts] == ["learner", "course"]
    assert all(s["with"]["persist-credentials"] is False for s in checkouts)


def test_the_course_comes_from_its_own_repository(workflow, job):
    course = step(job, "The course")["with"]
    assert course["repository"] == "${{ vars.COURSE_REPOSITORY }}"
    assert "vars.COURSE_REF" in course["ref"]
    assert "vars.COURSE_REPOSITORY != ''" in job["if"]
    assert "vars.COURSE_REPOSITORY != github.repository" in job["if"]
    triggers = workflow[True]  # YAML reads `on` as yes
    assert triggers["push"]["paths"] == ["notebooks/**.ipynb"]
    assert "workflow_dispatch" in triggers


def test_no_script_is_put_together_from_what_others_wrote(job):
    scripts = [s["run"] for s in job["steps"] if "run" in s]
    assert len(scripts) == 3
    assert not [s for s in scripts if "${{" in s]


def test_what_grading_needs_is_pinned_by_the_course(job):
    script = step(job, "What grading needs")["run"]
    pattern = re.search(r"grep -E '([^']+)'", script)[1]
    lines = (course_root() / "requirements.txt").read_text(encoding="utf-8").splitlines()
    found = [line.split("==")[0] for line in lines if re.search(pattern, line)]
    assert sorted(found) == ["click", "numpy", "tqdm"]
    assert "kernel.apparmor_restrict_unprivileged_userns=0" in script
    assert "bubblewrap" in script


@needs_sandbox
def test_the_learners_copy_of_the_grader_is_not_used(runner, job):
    graded = runner.run(step(job, "Grade"))
    assert graded.returncode == 0, graded.stderr
    assert not list(runner.folder.rglob("tampered"))
    saved = json.loads((runner.folder / "results/results/cnn-ada.json").read_text())
    assert (saved["points"], saved["max_points"]) == (0, 1)
    assert saved["sandbox"] == "bubblewrap"
    assert runner.run(step(job, "Summary")).returncode == 0
    assert "negative entries were made positive" in runner.summary.read_text(encoding="utf-8")


@needs_sandbox
def test_a_link_in_the_learners_repository_is_not_followed(runner, job):
    link = runner.folder / "learner/notebooks/01.ipynb"
    link.symlink_to(runner.folder / "learner/notebooks/00_start_here.ipynb")
    assert runner.run(step(job, "Grade")).returncode == 0
    runner.run(step(job, "Summary"))
    assert "01.ipynb was not graded: it is a symbolic link" in runner.summary.read_text()


def test_a_repository_without_notebooks_is_said_in_the_summary(runner, job):
    (runner.folder / "learner/notebooks/00_start_here.ipynb").unlink()
    graded = runner.run(step(job, "Grade"))
    assert graded.returncode == 1
    assert "no notebook (*.ipynb) was found" in graded.stderr
    assert runner.run(step(job, "Summary")).returncode == 0
    assert "Nothing was graded" in runner.summary.read_text()
