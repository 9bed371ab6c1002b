import pytest
from edition_helpers import git, notebook, use

from course_utils.editions import build, update


@pytest.fixture
def clones(tmp_path, monkeypatch):
    """A course repository and a learner's clone of it, in which `course update` runs."""
    upstream, mine = tmp_path / "upstream", tmp_path / "mine"
    (upstream / "notebooks").mkdir(parents=True)
    build.write_notebook(notebook(), upstream / "notebooks/00_try.ipynb")
    build.write_notebook(notebook(), upstream / "notebooks/01_other.ipynb")
    (upstream / "README.md").write_text("The course.\n\nIts middle.\n\nIts end.\n")
    git(upstream, "init", "-q", "-b", "main")
    git(upstream, "add", "-A")
    git(upstream, "commit", "-qm", "first edition")
    git(tmp_path, "clone", "-q", str(upstream), str(mine))
    use(monkeypatch, mine)
    return upstream, mine


@pytest.fixture
def updated():
    """Runs `course update` -> what it says, line by line."""

    def run():
        said = []
        update.update_from_git(said.append)
        return said

    return run
