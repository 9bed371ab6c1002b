"""The zoo in one table: its lines, its README, and the command `course zoo`."""

import re

import pytest
from click.testing import CliRunner

from course_utils import zoo
from course_utils.anatomy import describe, overview
from course_utils.cli import main

LIGHT = ("lenet", "alexnet", "googlenet_heads", "resnet20", "wrn_16_4", "mobilenet_025")


def course(*args):
    return CliRunner().invoke(main, ["zoo", *map(str, args)], catch_exceptions=False)


def readme_rows():
    """The README's table: name -> its other cells."""
    text = overview.README.read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \| (.+) \|$", text, flags=re.M)
    return {name: tuple(cells.split(" | ")) for name, cells in rows}


def test_the_readme_has_every_network_once():
    assert list(readme_rows()) == list(zoo.names())


def test_the_readme_has_the_registrys_words():
    """Where this fails the registry has changed: `course zoo --markdown` writes the table anew."""
    text = overview.README.read_text(encoding="utf-8")
    for name in zoo.names():
        entry = zoo.entry(name)
        assert f"\n### {entry.family}: {entry.source}\n" in text, name
        assert entry.note in text, name


@pytest.mark.parametrize("name", LIGHT)
def test_the_readme_says_what_is_counted(name):
    """Where this fails the zoo has changed: `course zoo --markdown` writes the table anew."""
    (line,) = overview.lines(name)
    assert readme_rows()[name] == line.cells[1:]


def test_a_line_counts_what_describe_counts():
    (line,) = overview.lines("googlenet_heads")
    table = describe(zoo.build("googlenet_heads"), (3, 224, 224))
    assert line.multiply_adds == table.multiply_adds
    assert line.activations == table.activations
    assert line.parameters == zoo.entry("googlenet_heads").parameters > table.parameters
    assert line.layers == 58  # 9 modules of 6, and 4: the heads do not run at test time


@pytest.mark.parametrize(
    ("count", "text"),
    [(7, "7"), (14_600, "14.6 k"), (999_499, "999 k"), (1_135_256_096, "1.14 G"), (724e6, "724 M")],
)
def test_counts_in_words(count, text):
    assert overview.in_words(count) == text


def test_written_anew_the_readme_keeps_its_words(tmp_path, monkeypatch):
    copy = tmp_path / "README.md"
    copy.write_text(f"words\n{overview.MARK}\n| an old table |\n", encoding="utf-8")
    monkeypatch.setattr(overview, "README", copy)
    monkeypatch.setattr(zoo, "names", lambda: ("lenet", "lenet_1998", "resnet20"))
    assert course("--markdown").exit_code == 0
    text = copy.read_text(encoding="utf-8")
    assert text.startswith(f"words\n{overview.MARK}\n")
    assert "an old table" not in text
    assert text.count("\n### ") == 2  # one part for each source
    assert "`lenet`: full connections instead of table I" in text


# ------------------------------------------------------------------------------------ course zoo
def test_the_list_has_every_network_behind_its_family():
    families = dict(line.split(maxsplit=1) for line in course().output.splitlines())
    assert families["alexnet"].split() == ["alexnet", "alexnet_one_tower", "alexnet_torchvision"]
    assert " ".join(families.values()).split() == list(zoo.names())


def test_one_network_is_shown_as_its_table():
    output = course("lenet").output
    assert "61,706" in output
    assert "After LeCun et al. 1998, section II.B (full connections" in output
    assert "it prints 60,000 parameters" in course("lenet_1998").output


def test_depth_makes_a_row_of_a_block():
    rows = course("resnet20", "--depth", 1).output.splitlines()
    assert sum(row.startswith("stage") for row in rows) == 3
    assert any(
        row.startswith("stage3.2.body.norm2") for row in course("resnet20").output.split("\n")
    )


def test_draw_writes_an_svg(tmp_path):
    file = tmp_path / "lenet.svg"
    assert course("lenet", "--draw", file).output == f"{file}: lenet\n"
    assert file.read_text(encoding="utf-8").startswith("<svg")


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["lenett"], "did you mean lenet"),
        (["lenet", "--depth", "0"], "depth is 1, 2"),
        (["lenet", "--draw", "/nowhere/at/all.svg"], "cannot be written"),
        (["--draw", "x.svg"], "wants the name of a network"),
        (["lenet", "--markdown"], "goes alone"),
    ],
)
def test_mistakes_get_one_sentence(args, words):
    result = course(*args)
    assert result.exit_code == (2 if "--markdown" in args or args[0] == "--draw" else 1)
    assert words in result.output
    assert "Traceback" not in result.output
