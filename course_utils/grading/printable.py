"""Text from a submission, made fit for a terminal, a web page, a log and a file."""

import re

MOST = 600  # characters of one sentence

# what GitHub Actions takes for a command of its own, also in the middle of what a job prints
_COMMAND = re.compile(r"::(?=[\w-]+(?:::| \w))|##(?=\[)")


def printable(text: str, most: int = MOST) -> str:
    """One line of visible characters: a blank for each line end, <U+001B> for what has no shape."""
    text = re.sub(r"\s+", " ", text[: 2 * most]).strip()
    text = "".join(c if c.isprintable() else visible(c) for c in text)
    text = _COMMAND.sub(lambda found: " ".join(found[0]), text)
    return text if len(text) <= most else text[: most - 1] + "…"


def visible(character: str) -> str:
    """What stands for a character that has no shape: <U+200B> for a blank of no width."""
    return f"<U+{ord(character):04X}>"
