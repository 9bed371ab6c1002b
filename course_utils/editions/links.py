"""Links that the sources leave to us, so that they can be read: to other notebooks, and to papers.

"notebook 04" becomes a link to that notebook, at its first mention in a cell, and so do the numbers
in "notebooks 12 and 21". A title in italics under "Read on", or under the "To read" of an optional
exercise, becomes a link to the paper.
"""

import re
from collections.abc import Collection

from course_utils.editions.papers import address_of
from course_utils.paths import NUMBER

_GAP = r"(?:\s+(?:> )?)"  # a space, or the end of a line, also of a quoted one
_NUMBER = rf"{NUMBER}(?![\w]|[.,:]\d| ?%)"
_MENTION = re.compile(
    rf"\b[Nn]otebooks?{_GAP}{_NUMBER}(?:(?:,{_GAP}(?:and{_GAP})?|{_GAP}(?:and|or|to){_GAP}|–){_NUMBER})*"
)
# what stays as it is: code in fences and in lines, formulas, headings, links and pictures, HTML
_AS_IT_IS = re.compile(
    r"^(?P<fence>```+|~~~+)[\s\S]*?^(?P=fence)[^\n]*$"
    r"|(?P<ticks>`+)[^`][\s\S]*?(?P=ticks)"
    r"|\$\$[\s\S]*?\$\$|\$[^$\n][^$]*?\$"
    r"|^#+ [^\n]*$"
    r"|!?\[[^\]]*\]\([^)]*\)"
    r"|<a\b[\s\S]*?</a>|<[^>\n]+>",
    re.MULTILINE,
)
_NAMED_FILE = re.compile(rf"^`({NUMBER}_\w+)\.ipynb`$")
_READING = re.compile(r"\*\*(?:Read on|To read)\.\*\*")
_TITLE = re.compile(r"(?<!\*)\*([^*]+)\*(?!\*)")


def linked(text: str, stems: Collection[str], own: str = "") -> str:
    """The text of a cell with its links; `stems` are the notebooks, `own` the one it is part of."""
    files = {stem[:2]: f"{stem}.ipynb" for stem in stems if stem != own}
    seen: set[str] = set()
    parts, end = [], 0
    for kept in _AS_IT_IS.finditer(text):
        parts += [_prose(text[end : kept.start()], files, seen), _file(kept[0], files, seen)]
        end = kept.end()
    text = "".join([*parts, _prose(text[end:], files, seen)])
    start = _READING.search(text)
    return text[: start.start()] + _TITLE.sub(_paper, text[start.start() :]) if start else text


def _prose(text: str, files: dict[str, str], seen: set[str]) -> str:
    return _MENTION.sub(lambda mention: _with_links(mention[0], files, seen), text)


def _with_links(mention: str, files: dict[str, str], seen: set[str]) -> str:
    """A link of the whole for one notebook, a link of each number for several."""
    numbers = re.findall(rf"\b{NUMBER}\b", mention)
    new = [n for n in dict.fromkeys(numbers) if n in files and n not in seen]
    seen.update(new)
    if len(numbers) == 1:
        return f"[{mention}]({files[numbers[0]]})" if new else mention
    for n in new:
        mention = re.sub(rf"(?<!\w|\[){n}(?!\w)", f"[{n}]({files[n]})", mention, count=1)
    return mention


def _file(kept: str, files: dict[str, str], seen: set[str]) -> str:
    """A notebook that is named by its file, as in `04_conv_backprop.ipynb`, is a link as well."""
    named = _NAMED_FILE.match(kept)
    if not named or f"{named[1]}.ipynb" not in files.values() or named[1][:2] in seen:
        return kept
    seen.add(named[1][:2])
    return f"[{kept}]({named[1]}.ipynb)"


def _paper(italics: re.Match) -> str:
    address = address_of(italics[1])
    return f"[{italics[0]}]({address})" if address else italics[0]
