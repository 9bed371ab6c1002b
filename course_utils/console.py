"""What commands print, on terminals and in files that do not know every character.

On Windows, output that goes into a file or a pipe is in the code page of the country (cp1252 and
the like), where many of the course's characters do not exist.
"""

import codecs
import sys
import unicodedata

_PLAIN = {
    "−": "-", "–": "-", "—": "-", "‑": "-", "→": "->", "←": "<-", "≤": "<=", "≥": ">=", "≠": "!=",
    "≈": "~", "×": "x", "·": "*", "…": "...", "✓": "+", "✗": "x", "○": "o", "●": "*", "“": '"',
    "”": '"', "„": '"', "’": "'", "‘": "'", "█": "#", "▏": "|", "│": "|", "─": "-", "∞": "inf",
    "└": "+", "├": "+", "∂": "d", "∑": "sum", "√": "sqrt", "\N{MICRO SIGN}": "u",
}  # fmt: skip


def say_it_plainly() -> None:
    """Let stdout and stderr write what they cannot encode with plainer characters."""
    codecs.register_error("course-plain", _plainer)
    for stream in (sys.stdout, sys.stderr):
        if getattr(stream, "errors", "") in ("strict", "surrogateescape"):
            stream.reconfigure(errors="course-plain")


def _plainer(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    text = error.object[error.start : error.end]
    return "".join(_plain(character, error.encoding) for character in text), error.end


def _plain(character: str, encoding: str) -> str:
    """A likeness that the encoding has: from the list, the letter below an accent, or a "?"."""
    alike = _PLAIN.get(character) or unicodedata.normalize("NFKD", character)
    kept = "".join(c for c in alike if not unicodedata.combining(c))
    return kept.encode(encoding, errors="replace").decode(encoding) or "?"
