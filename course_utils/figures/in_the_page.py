"""What a notebook shows beside each of its figures: the words that were said of it."""

import os
from typing import Any

from course_utils.figures.words import words_of


def with_words(shell: Any) -> None:
    """Let every matplotlib figure that this notebook shows bring its words along."""

    def bundle(figure, include=None, exclude=None) -> tuple[dict, dict]:
        words = words_of(figure)
        if os.environ.get("COURSE_CHECK_FIGURES"):
            from course_utils.figures.faults import check  # only when figures are looked at

            check(figure)
        return ({"text/plain": words}, {"image/png": {"alt": words}}) if words else ({}, {})

    # this one is asked before that of PNG, and matplotlib's inline backend leaves it in its place
    by_name = shell.display_formatter.mimebundle_formatter.for_type_by_name
    by_name("matplotlib.figure", "Figure", bundle)
