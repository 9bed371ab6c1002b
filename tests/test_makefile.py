"""What make does before the course is installed: each test runs it in a folder of its own."""

import os
import re
import shutil
import subprocess
import tomllib

import pytest

from course_utils import doctor
from course_utils.paths import course_root
from lowest_versions import lowest

pytestmark = pytest.mark.skipif(not shutil.which("make"), reason="make is not installed")


@pytest.fixture
def folder(tmp_path):
    """A copy of the course, as far as make looks at it, with an environment that was made there."""
    place = tmp_path / "my course"
    (place / ".venv/bin").mkdir(parents=True)
    for name in ("Makefile", "requirements.txt", "pyproject.toml"):
        shutil.copy(course_root() / name, place)
    made_at(place, place / ".venv")
    (place / ".venv/.ready").touch()
    return place


ACTIVATE = {  # as Python writes it, from version to version
    "3.11": 'deactivate () {{\n    unset VIRTUAL_ENV\n}}\nVIRTUAL_ENV="{0}"\nexport VIRTUAL_ENV\n',
    "3.12": "if cygwin; then\n    export VIRTUAL_ENV=$(cygpath '{0}')\nelse\n"
    "    export VIRTUAL_ENV='{0}'\nfi\n",
    "3.13": "if cygwin; then\n    VIRTUAL_ENV=$(cygpath {0})\n    export VIRTUAL_ENV\nelse\n"
    "    # use the path as-is\n    export VIRTUAL_ENV={0}\nfi\n",
}


def made_at(folder, environment, version="3.11"):
    script = ACTIVATE[version].format(environment)
    (folder / ".venv/bin/activate").write_text(script)


def make(folder, *arguments, **variables):
    return subprocess.run(
        ["make", *arguments], cwd=folder, capture_output=True, text=True, encoding="utf-8",
        env={**os.environ, **variables}, check=False,
    )  # fmt: skip


def test_a_folder_that_stayed_is_fine(folder):
    assert make(folder, "here").returncode == 0
    shutil.rmtree(folder / ".venv")
    assert make(folder, "here").returncode == 0


@pytest.mark.parametrize("version", ACTIVATE)
@pytest.mark.parametrize("copied", [False, True])
def test_a_folder_that_was_moved_is_told_so(folder, copied, version):
    made_at(folder, folder / ".venv", version)
    assert make(folder, "here").returncode == 0
    other = folder.with_name("other")
    (shutil.copytree if copied else shutil.move)(folder, other)
    for goal in ("lab", "lint", "build"):
        done = make(other, goal)
        assert done.returncode != 0
        assert f"was made as {folder}/.venv, and works only there" in done.stderr
        assert "Run: make clean lab" in done.stderr
        assert "not found" not in done.stderr


def test_a_link_to_the_folder_is_no_move(folder):
    link = folder.with_name("link")
    link.symlink_to(folder)
    assert make(link, "here").returncode == 0


@pytest.mark.parametrize(("user", "told"), [("0", True), ("1000", False)])
def test_root_may_start_the_lab(folder, user, told):
    programs = folder / "programs"
    programs.mkdir()
    (programs / "id").write_text(f"#!/bin/sh\necho {user}\n")
    (programs / "id").chmod(0o755)
    done = make(folder, "-n", "lab", PATH=f"{programs}:{os.environ['PATH']}")
    assert done.returncode == 0
    assert ("jupyter lab --allow-root" in done.stdout) is told


def test_settings_of_pip_do_not_lead_out_of_the_environment(folder):
    with open(folder / "Makefile", "a", encoding="utf-8") as file:
        file.write("\nshow:\n\t@env\n")
    done = make(folder, "show", PIP_USER="1", PIP_TARGET="/x", PYTHONHOME="/y", PIP_INDEX_URL="z")
    settings = dict(line.partition("=")[::2] for line in done.stdout.splitlines())
    assert settings["PIP_USER"] == "0"
    assert not {"PIP_TARGET", "PYTHONHOME"} & settings.keys()
    assert settings["PIP_INDEX_URL"] == "z"  # where packages come from is the user's choice


# ------------------------------------------------------------------------------- lowest versions
def numbers(version):
    return [int(part) for part in re.findall(r"\d+", version.split("+")[0])]


def test_every_requirement_has_a_lowest_version_below_the_tested_one():
    text = (course_root() / "pyproject.toml").read_text(encoding="utf-8")
    found = dict(line.split("==") for line in lowest(tomllib.loads(text)["project"]))
    assert {"torch", "torchvision", "numpy", "pytest"} <= found.keys()
    for name, version in found.items():
        tested = doctor.pins().get(name)
        assert tested is None or numbers(version) <= numbers(tested), name


@pytest.mark.parametrize("line", ["numpy", "numpy==2", "numpy>=2,<3"])
def test_a_requirement_without_a_lowest_version_is_refused(line):
    with pytest.raises(ValueError, match="expected name>=version"):
        lowest({"dependencies": [line]}, ())
