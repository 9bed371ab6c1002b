"""The glossary has the field's words, and each of them occurs in the notebook that it names."""

import re

import pytest

from course_utils.editions.compose import source_files
from course_utils.paths import course_root

ENTRY = re.compile(r"- \*\*([^*]+)\*\*: (.+) \(\[(\d\d)\]\(\.\./notebooks/(\w+)\.ipynb\)\)")
GLOSSARY = (course_root() / "docs" / "glossary.md").read_text(encoding="utf-8")
ENTRIES = [ENTRY.fullmatch(line) for line in GLOSSARY.splitlines() if line.startswith("- ")]
SOURCES = {path.stem: path.read_text(encoding="utf-8") for path in source_files()}
FIELD = """
    activation function, non-linearity, feature map, activation map, affine, overfitting,
    generalisation, regularisation, vanishing gradient, exploding gradient, autograd,
    computation graph, reverse-mode differentiation, test time, inference, root mean square,
    standard deviation, downsampling, upsampling, tolerance, invariance, equivariance, loss, patch,
    window, position, filter, kernel
"""


def prose(text):
    """The words of a page on one line, without its code cells."""
    return " ".join(re.sub(r"^```.*?^```", " ", text, flags=re.DOTALL | re.MULTILINE).split())


def occurs(term, text):
    return re.search(rf"\b{re.escape(term)}", prose(text), re.IGNORECASE) is not None


def test_every_line_of_the_glossary_is_an_entry_in_the_order_of_the_alphabet():
    assert None not in ENTRIES
    terms = [entry[1].lower() for entry in ENTRIES]
    assert terms == sorted(set(terms))
    assert 60 <= len(terms) <= 120
    headings = re.findall(r"^## (\w)$", GLOSSARY, re.MULTILINE)
    assert headings == sorted({term[0].upper() for term in terms})


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry[1] if entry else "")
def test_a_term_occurs_in_the_notebook_that_introduces_it(entry):
    term, text, number, stem = entry.groups()
    assert stem.startswith(number)
    assert occurs(term, SOURCES[stem])
    assert text.endswith((".", ".)"))
    assert len(re.findall(r"[.:!?](?= |$)", text)) <= 4  # a sentence or two


def test_the_words_of_the_field_are_in_the_glossary():
    assert {term.strip() for term in FIELD.split(",")} <= {entry[1] for entry in ENTRIES}


@pytest.mark.parametrize(
    ("text", "is_there"),
    [
        ("a **feature\nmap** of", True),
        ("feature  maps", True),
        ("```python\nfeature map\n```", False),
    ],
)
def test_a_term_is_looked_for_in_the_text_and_not_in_code(text, is_there):
    assert occurs("feature map", text) is is_there
