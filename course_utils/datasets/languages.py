"""Words of twenty languages: names of countries, languages and currencies out of Unicode's CLDR.

The Common Locale Data Repository has the same names in all of them. Babel, which comes with
JupyterLab, carries it, so nothing is downloaded.
"""

import re
import unicodedata
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from course_utils.datasets.core import read_only
from course_utils.errors import CourseError

LANGUAGES = {  # all of them written in Latin letters: the script alone gives nothing away
    "en": "English", "de": "German", "nl": "Dutch", "sv": "Swedish", "nb": "Norwegian",
    "da": "Danish", "is": "Icelandic", "fi": "Finnish", "hu": "Hungarian", "fr": "French",
    "es": "Spanish", "pt": "Portuguese", "it": "Italian", "ro": "Romanian", "pl": "Polish",
    "cs": "Czech", "hr": "Croatian", "lt": "Lithuanian", "tr": "Turkish", "cy": "Welsh",
}  # fmt: skip
KINDS = ("territories", "languages", "currencies")
LETTERS = (4, 20)  # a word is at least and at most so long
SHARES = (7, 8, 10)  # of ten names 7 are for training, 1 for validation, 2 for the test


@dataclass(frozen=True, eq=False, repr=False)
class Words:
    """Words with their languages.

    words   a tuple of N texts: small letters, nothing else, composed as far as Unicode can
    labels  int64 (N,), indices into the set's `class_names`; read-only

    Raises CourseError when there is not one label for each word.
    """

    words: tuple[str, ...]
    labels: np.ndarray

    def __post_init__(self):
        if self.labels.shape != (len(self.words),):
            raise CourseError(
                f"Words expects one label per word, got {len(self.words)} words and labels of "
                f"shape {self.labels.shape}."
            )
        object.__setattr__(self, "labels", read_only(self.labels))

    def __len__(self) -> int:
        return len(self.words)

    def __repr__(self) -> str:
        return f"Words({len(self)} words)"


@dataclass(frozen=True)
class WordSet:
    """Words in three parts, and the names of their languages."""

    name: str
    train: Words
    validation: Words
    test: Words
    class_names: tuple[str, ...]


def language_words() -> WordSet:
    """About 10,700 words, each of which is a word of one of the twenty languages only.

    The names are shared out, not the words: all that belongs to Austria, in all languages, is in
    one part. A word that is in names of several parts goes into the first of them, so no word is
    in two. How many there are depends on the version of Babel. Raises CourseError without Babel.
    """
    owners: dict[str, set[str]] = {}
    parts: dict[str, set[int]] = {}
    for code in LANGUAGES:
        for topic, name in _names(code):
            for word in words_of(name):
                owners.setdefault(word, set()).add(code)
                parts.setdefault(word, set()).add(_part(topic))
    codes = list(LANGUAGES)
    split: list[list[tuple[str, int]]] = [[], [], []]
    for word in sorted(owners):
        if len(owners[word]) == 1:
            split[min(parts[word])].append((word, codes.index(min(owners[word]))))
    return WordSet("language_words", *map(_shuffled, split), tuple(LANGUAGES.values()))


def words_of(name: str) -> list[str]:
    """The words of a name that are long enough, in small letters.

    "Saint-Barthélemy (FR)" -> ["saint", "barthélemy"]
    """
    plain = unicodedata.normalize("NFC", name.replace("İ", "i").lower())
    return [w for w in re.findall(r"[^\W\d_]+", plain) if LETTERS[0] <= len(w) <= LETTERS[1]]


def _names(code: str) -> Iterator[tuple[str, str]]:
    """All names of a language: what they are about, and the name."""
    locale = _babel().Locale.parse(code)
    for kind in KINDS:
        for key, name in getattr(locale, kind).items():
            if not key.isdigit():  # numbers are continents
                yield topic_of(kind, key), name


def topic_of(kind: str, key: str) -> str:
    """What names have to do with each other: CH (Schweiz), CHF (Franken) and de_CH share a topic.

    kind "territories", "languages" or "currencies"; key a code of that kind
    """
    if kind == "languages":
        land = key.split("_")[-1]
        return land if land.isupper() and len(land) == 2 else f"language {key.split('_')[0]}"
    return key[:2]


def _part(topic: str) -> int:
    """0, 1 or 2: the same for a topic on every computer, whatever else there is."""
    place = zlib.crc32(topic.encode()) % 10
    return next(part for part, end in enumerate(SHARES) if place < end)


def _shuffled(pairs: list[tuple[str, int]]) -> Words:
    """In an order that has nothing to do with the alphabet, and is the same on every computer."""
    pairs = sorted(pairs, key=lambda pair: zlib.crc32(pair[0].encode()))
    words, labels = zip(*pairs, strict=True)
    return Words(words, np.array(labels, dtype=np.int64))


def _babel():
    try:
        import babel
    except ImportError:
        raise CourseError(
            "language_words() needs Babel: install it with `pip install babel`."
        ) from None
    return babel
