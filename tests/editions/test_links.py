"""Links between notebooks and to papers, made when a notebook is composed."""

import re

import pytest

from course_utils.editions.compose import compose, source_files
from course_utils.editions.links import linked
from course_utils.editions.papers import PAPERS, address_of

STEMS = ("02_backprop", "04_conv", "12_inside", "16_family", "21_segments", "a1_floats")


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("as in notebook 04.", "as in [notebook 04](04_conv.ipynb)."),
        ("Notebook 04 has it.", "[Notebook 04](04_conv.ipynb) has it."),
        ("(notebook\n16), and", "([notebook\n16](16_family.ipynb)), and"),
        ("> a quote (notebook\n> 16)", "> a quote ([notebook\n> 16](16_family.ipynb))"),
        ("notebooks 12 and 21", "notebooks [12](12_inside.ipynb) and [21](21_segments.ipynb)"),
        ("notebooks 02, 04 and 12", "notebooks [02](02_backprop.ipynb), [04](04_conv.ipynb) and "
                                    "[12](12_inside.ipynb)"),
        ("Notebooks 02 to 04", "Notebooks [02](02_backprop.ipynb) to [04](04_conv.ipynb)"),
        ("notebooks 02 and 99", "notebooks [02](02_backprop.ipynb) and 99"),
        ("(see notebook a1), and", "(see [notebook a1](a1_floats.ipynb)), and"),
        ("notebooks 12 and a1", "notebooks [12](12_inside.ipynb) and [a1](a1_floats.ipynb)"),
        ("open `a1_floats.ipynb`", "open [`a1_floats.ipynb`](a1_floats.ipynb)"),
        ("open `04_conv.ipynb` now", "open [`04_conv.ipynb`](04_conv.ipynb) now"),
        ("notebook 04, later notebook 04", "[notebook 04](04_conv.ipynb), later notebook 04"),
        ("notebook 02 is $x$, notebook 04 is `y`",
         "[notebook 02](02_backprop.ipynb) is $x$, [notebook 04](04_conv.ipynb) is `y`"),
    ],
)  # fmt: skip
def test_a_mention_becomes_a_link(text, made):
    assert linked(text, STEMS) == made


@pytest.mark.parametrize(
    "text",
    [
        "notebook 99 does not exist",
        "# Notebook 04 in a heading",
        "### 1. notebook 04",
        "`notebook 04` is code",
        "```python\n# see notebook 04\n```",
        "~~~\nnotebook 04\n~~~",
        "[see notebook 04](elsewhere.html)",
        "[notebook 04](04_conv.ipynb)",
        '<a href="x">notebook 04</a>',
        '<img alt="notebook 04">',
        "$\\text{notebook 04}$",
        "notebook 1234",
        "notebook a12 and a notebook about it",
        "*Fast R-CNN* outside of the reading list",
    ],
)  # fmt: skip
def test_what_stays_as_it_is(text):
    assert linked(text, STEMS) == text


def test_a_notebook_has_no_link_to_itself():
    assert linked("notebook 04 and notebook 02", STEMS, "04_conv") == (
        "notebook 04 and [notebook 02](02_backprop.ipynb)"
    )


def test_papers_are_linked_where_one_reads_on():
    text = "*Adam* here.\n\n**Read on.** Kingma and Ba, *Adam* (2015). X, *Unknown\ntitle* (1999)."
    assert linked(text, STEMS) == text.replace(
        "Ba, *Adam*", "Ba, [*Adam*](https://arxiv.org/abs/1412.6980)"
    )
    text = text.replace("Read on", "To read")  # below an optional exercise
    assert linked(text, STEMS).count("](https://arxiv.org/abs/1412.6980)") == 1
    assert address_of("mask\nr-cnn") == address_of("Mask R-CNN") is not None
    assert address_of("Nature") is None


@pytest.mark.parametrize(("title", "identifier"), PAPERS.items())
def test_every_identifier_is_well_formed_and_used(title, identifier):
    assert re.fullmatch(r"arXiv:\d{4}\.\d{4,5}|doi:10\.\d{4,5}/[\w.()/-]+", identifier)
    sources = (" ".join(path.read_text(encoding="utf-8").split()) for path in source_files())
    assert any(f"*{title.lower()}*" in text.lower() for text in sources)


@pytest.mark.parametrize("source", source_files(), ids=lambda path: path.stem)
def test_no_link_between_notebooks_is_dead(source):
    stems = {path.stem for path in source_files()}
    found = set()
    for cell in compose(source).cells:
        if cell.cell_type == "markdown":
            found |= set(re.findall(r"\]\(([^)#:]+)\.ipynb", cell.source))
            assert not re.search(r"\[[^\[\]]*\[[^\[\]]*\]\([^)]*\)[^\[\]]*\]\(", cell.source)
    assert found <= stems
    assert source.stem not in found
    assert found or source.stem.startswith("00")


ESCAPED = re.compile(r"\\(?:text|mbox|textbf|textit)\{[^{}]*\\[^{}]*\}")


@pytest.mark.parametrize("source", source_files(), ids=lambda path: path.stem)
def test_words_in_a_formula_have_no_escapes(source):
    """MathJax shows them as they are written, with the backslash, where it has no text macros."""
    assert ESCAPED.findall(r"\text{fan\_in} + \text{fan}_{\text{in}}") == [r"\text{fan\_in}"]
    assert ESCAPED.findall(source.read_text(encoding="utf-8")) == []
