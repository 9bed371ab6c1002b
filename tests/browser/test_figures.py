"""No figure of any notebook has a fault: an interactive one at both ends of each control.

It takes ten minutes or more, and so runs with the tests that need a browser (`make test-browser`).
What single drawing functions draw is looked at in `tests/figures`.
"""

import pytest

from course_utils.editions.build import BUILD_ENVIRONMENT
from course_utils.editions.compose import compose, source_files
from course_utils.editions.execution import execute

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("source", source_files(), ids=lambda path: path.stem)
def test_no_figure_of_a_notebook_has_a_fault(source, tmp_path):
    found = tmp_path / "faults"
    found.touch()
    environment = {**BUILD_ENVIRONMENT, "COURSE_CHECK_FIGURES": str(found)}
    execute(compose(source), environment, name=source.stem)
    assert found.read_text(encoding="utf-8").splitlines() == []
