"""Words of twenty languages: who owns a word, and that no name is in two parts."""

import sys
import unicodedata

import numpy as np
import pytest

from course_utils.datasets import Words, language_words, languages
from course_utils.datasets.languages import LANGUAGES, topic_of, words_of
from course_utils.errors import CourseError


@pytest.fixture(scope="module")
def words():
    return language_words()


def test_every_language_is_in_every_part(words):
    assert words.class_names == tuple(LANGUAGES.values())
    for part, least in ((words.train, 80), (words.validation, 3), (words.test, 20)):
        assert np.bincount(part.labels, minlength=20).min() >= least
        assert len(part) == len(part.words) == len(part.labels)
        with pytest.raises(ValueError, match="read-only"):
            part.labels[:] = 0
    assert len(words.train) > 6000
    assert len(words.test) > 1200


def test_a_word_is_letters_only_and_in_one_place(words):
    everything = words.train.words + words.validation.words + words.test.words
    assert len(set(everything)) == len(everything)  # one language, one part
    for word in everything:
        assert 4 <= len(word) <= 20
        assert word.isalpha()
        assert word == unicodedata.normalize("NFC", word.lower())


@pytest.mark.parametrize(("name", "found"), [
    ("Saint-Barthélemy (FR)", ["saint", "barthélemy"]), ("İtalya", ["italya"]),
    ("Zürich", ["zürich"]), ("Zu\u0308rich", ["zürich"]), ("Åland", ["åland"]), ("", []),
    ("a bc def ghij", ["ghij"]), ("x" * 21, []), ("Costa d'Avorio 2", ["costa", "avorio"]),
])  # fmt: skip
def test_words_of_a_name(name, found):
    assert words_of(name) == found


@pytest.mark.parametrize(("kind", "key", "topic"), [
    ("territories", "CH", "CH"), ("currencies", "CHF", "CH"), ("languages", "de_CH", "CH"),
    ("languages", "de", "language de"), ("languages", "zh_Hans", "language zh"),
    ("languages", "es_419", "language es"),
])  # fmt: skip
def test_what_belongs_together_is_one_topic(kind, key, topic):
    assert topic_of(kind, key) == topic


def test_no_name_of_a_test_word_is_in_the_training_words(words):
    """Each name is in one part as a whole, whatever the language."""
    test = set(words.test.words)
    for code in LANGUAGES:
        for topic, name in languages._names(code):
            if languages._part(topic) < 2:
                assert not test & set(words_of(name)), name


def test_a_word_has_the_language_that_its_names_have(words):
    label = dict(zip(words.train.words + words.test.words,
                     [*words.train.labels, *words.test.labels], strict=True))  # fmt: skip
    of_german = {w for _, name in languages._names("de") for w in words_of(name)}
    german = [w for w, k in label.items() if words.class_names[k] == "German"]
    assert german
    assert set(german) <= of_german
    of_others = {w for code in LANGUAGES if code != "de" for _, name in languages._names(code)
                 for w in words_of(name)}  # fmt: skip
    assert not set(german) & of_others


def test_the_order_says_nothing_about_the_language(words):
    first = np.bincount(words.train.labels[:2000], minlength=20) / 2000
    whole = np.bincount(words.train.labels, minlength=20) / len(words.train)
    assert np.abs(first - whole).max() < 0.03
    again = language_words()
    assert again.train.words == words.train.words
    assert np.array_equal(again.train.labels, words.train.labels)


def test_without_babel_one_sentence_says_what_to_do(monkeypatch):
    monkeypatch.setitem(sys.modules, "babel", None)
    with pytest.raises(CourseError, match="needs Babel: install it with `pip install babel`"):
        language_words()


def test_words_refuse_labels_that_do_not_fit():
    with pytest.raises(CourseError, match=r"got 2 words and labels of shape \(3,\)"):
        Words(("ab", "cd"), np.zeros(3, np.int64))
    assert repr(Words(("abcd",), np.zeros(1, np.int64))) == "Words(1 words)"
