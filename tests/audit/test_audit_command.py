import json

import pytest
from click.testing import CliRunner

from course_utils import audit, cli


@pytest.fixture
def course(monkeypatch):
    """Runs `course audit ARGS`."""
    monkeypatch.delenv("COURSE_DEBUG", raising=False)
    return lambda *args: CliRunner().invoke(cli.main, ["audit", *args], prog_name="course")


def refused(result):
    assert result.exit_code != 0
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    return result.stderr


def test_prints_a_lecture_and_sums_it_up(course):
    result = course("--lecture", "003")
    assert result.exit_code == 0
    assert result.stdout.startswith("003  Convolutional Neural Nets")
    assert "✓ right       01  parameters-47 " in result.stdout
    assert "101,756,003 and 407.0 MB" in result.stdout
    assert result.stdout.endswith("16 claims: 12 right, 2 rounded, 1 wrong, 1 looked up\n")
    assert max(map(len, result.stdout.split("\n"))) <= 100


def test_groups_by_lecture(course):
    heads = [line[:4] for line in course("parameters-3", "digit-inputs").stdout.split("\n")]
    assert heads.index("000 ") < heads.index("003 ")


def test_one_claim_comes_with_its_places_and_its_code(course):
    said = course("three-threes").stdout
    assert "002: “Stack of three 3x3 conv layers”" in said
    assert "000: “Why use smaller filters?" in said
    assert "_field(3, 3, 3)" in said
    assert "1 claim: 1 right" in said


def test_json_has_the_numbers(course):
    (entry,) = json.loads(course("photo-1000", "--json").stdout)
    assert entry["stated"] == [102e6, 400e6]
    assert entry["recomputed"] == [101_756_003, 407_024_012]
    assert entry["verdict"] == "rounded"


@pytest.mark.parametrize(
    ("id", "looked_up"), [("resnet-rate", True), ("adam", False), ("photo-1000", None)]
)
def test_json_says_whether_a_source_was_read(course, id, looked_up):
    (entry,) = json.loads(course(id, "--json").stdout)
    assert entry["looked_up"] is looked_up


def test_one_citation_comes_with_what_was_read(course):
    assert "looked up: He et al. 2016, section 3.4" in course("resnet-rate").stdout
    assert "from memory: Kingma and Ba 2015" in course("adam").stdout


def test_json_of_every_kind_of_number(course):
    entries = json.loads(course("--json").stdout)
    assert len(entries) == len(audit.claims())


def test_html_is_written(course, tmp_path):
    page = tmp_path / "audit.html"
    said = course("--lecture", "003", "--html", str(page)).stdout
    assert said == f"{page}: 16 claims: 12 right, 2 rounded, 1 wrong, 1 looked up\n"
    assert 'id="parameters-47"' in page.read_text(encoding="utf-8")


def test_an_unknown_claim_gets_close_matches(course):
    assert "did you mean vgg16-memory" in refused(course("vgg-memory"))


def test_an_unknown_lecture_is_refused(course):
    assert "There is no lecture 7" in refused(course("--lecture", "7"))


def test_a_claim_of_another_lecture_is_refused(course):
    assert "None of these claims stands in lecture 003" in refused(
        course("vgg16-memory", "--lecture", "003")
    )


def test_a_file_that_cannot_be_written(course, tmp_path):
    page = tmp_path / "nowhere" / "audit.html"
    assert "cannot be written: No such file" in refused(course("parameters-3", "--html", str(page)))


def test_html_or_json(course, tmp_path):
    assert "say --html or --json" in refused(course("--json", "--html", str(tmp_path / "a")))
