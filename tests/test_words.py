"""The field's words are in the glossary and where it says; translated German is on no page."""

import re

import pytest

from course_utils.checking.questions import answers_of
from course_utils.checking.registry import page_folders
from course_utils.editions.compose import source_files
from course_utils.paths import course_root

ENTRY = re.compile(r"- \*\*([^*]+)\*\*: (.+) \(\[(\d\d|a\d)\]\(\.\./notebooks/(\w+)\.ipynb\)\)")
GLOSSARY = (course_root() / "docs" / "glossary.md").read_text(encoding="utf-8")
ENTRIES = [ENTRY.fullmatch(line) for line in GLOSSARY.splitlines() if line.startswith("- ")]
SOURCES = {path.stem: path.read_text(encoding="utf-8") for path in source_files()}
NINE = "09_training_recipes"
FIELD = """
    activation function, non-linearity, feature map, activation map, affine, overfitting,
    generalisation, regularisation, vanishing gradient, exploding gradient, autograd,
    computation graph, reverse-mode differentiation, test time, inference, root mean square,
    standard deviation, downsampling, upsampling, tolerance, invariance, equivariance, loss, patch,
    window, position, filter, kernel
"""


# What translated German says, and what English says; each is a pattern in small letters.
INSTEAD = {
    r"tak(?:e|es|en|ing) away": "subtract, leave out",
    r"turn(?:s|ed|ing)? over": "flip",
    r"dear(?:er|est)?": "expensive",
    r"by lot": "at random",
    r"by heart": "memorise",
    r"in place of": "instead of",
    r"(?:one|two|three) \w+ more(?= than|,)": "one more",
    r"a rest": "what is left over",
    r"nobody ha[sd]": "no one has",
    r"(?<!we )shall": "should, will",
    r"cited": "looked up, with the place; or from memory",
}


def prose(text):
    """The words of a page on one line, without its code cells."""
    return " ".join(re.sub(r"^```.*?^```", " ", text, flags=re.DOTALL | re.MULTILINE).split())


def occurs(term, text):
    return re.search(rf"\b{re.escape(term)}", prose(text), re.IGNORECASE) is not None


def test_every_line_of_the_glossary_is_an_entry_in_the_order_of_the_alphabet():
    assert None not in ENTRIES
    terms = [entry[1].lower() for entry in ENTRIES]
    assert terms == sorted(set(terms))
    assert 60 <= len(terms) <= 130
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


def habits(text):
    """The words that the pages do without, with what stands there."""
    words = prose(text).lower()
    return [f"{words[max(0, m.start() - 30) : m.end() + 20]} ({better})"
            for pattern, better in INSTEAD.items()
            for m in re.finditer(rf"\b(?:{pattern})\b", words)]  # fmt: skip


@pytest.mark.parametrize("stem", SOURCES)
def test_pages_do_without_translated_german(stem):
    assert habits(SOURCES[stem]) == []


@pytest.mark.parametrize("number", page_folders())
def test_so_do_the_answers_to_their_questions(number):
    assert habits(" ".join(answers_of(number))) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Learning it by\nheart", 1),
        ("we shall see, and you shall not", 1),
        ("two rows more than one", 1),
        ("Two in place of one.", 1),
        ("dearth, allotted, arrest, the place of one more", 0),
        ("```\ndrawn by lot\n```", 0),
    ],
)
def test_the_search_for_them_finds_what_it_looks_for(text, found):
    assert len(habits(text)) == found


def test_that_one_training_proves_nothing_is_said_in_09_alone():
    said = re.compile(
        r"(?:one|a|single|pair of) (?:training|seed|curve)s?[^.]*proves? nothing", re.I
    )
    assert said.search("One pair of trainings proves nothing.")
    assert [stem for stem, text in SOURCES.items() if said.search(prose(text))] in ([], [NINE])
