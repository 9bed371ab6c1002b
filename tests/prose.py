"""Count the habits of the notebooks' prose: no verdict, only numbers to look at.

python tests/prose.py [04 15 …]
"""

import re
import sys
from pathlib import Path

SOURCES = Path(__file__).parent.parent / "notebooks" / "source"
BEGINNINGS = ("And", "But", "So")
WORDS = ("nobody", "whoever", "behind", "stands", "in place of", "by heart", "dear", "a rest",
         "look at", "no training proves", "shall", "patient", "bend")  # fmt: skip


def prose(text: str) -> str:
    """The text without code, formulas, tables and links."""
    text = re.sub(r"```.*?```", " ", text, flags=re.DOTALL)
    text = re.sub(r"\$\$.*?\$\$|\$[^$\n]*\$|`[^`]*`", " x ", text, flags=re.DOTALL)
    return "\n".join(line for line in text.splitlines() if not line.startswith("|"))


def sentences(text: str) -> list[str]:
    plain = re.sub(r"[*_>#-]", " ", prose(text))
    return [s for s in re.split(r"(?<=[.!?:])\s+", " ".join(plain.split())) if len(s.split()) > 2]


def counts(text: str) -> dict[str, float]:
    found = sentences(text)
    begun = sum(s.split()[0].strip('("“') in BEGINNINGS for s in found)
    whole = " ".join(found).lower()
    words = {word: len(re.findall(rf"\b{word}", whole)) for word in WORDS}
    return {"sentences": len(found), "And/But/So, %": 100 * begun / max(len(found), 1), **words}


def main() -> None:
    chosen = sys.argv[1:]
    paths = [p for p in sorted(SOURCES.glob("*.md")) if not chosen or p.stem[:2] in chosen]
    rows = {p.stem[:2]: counts(p.read_text(encoding="utf-8")) for p in paths}
    names = list(next(iter(rows.values())))
    print("    " + " ".join(f"{name[:11]:>11}" for name in names))
    for number, row in rows.items():
        print(f"{number:4}" + " ".join(f"{row[name]:11.0f}" for name in names))
    total = {n: sum(row[n] for row in rows.values()) for n in names}
    total["And/But/So, %"] /= len(rows)
    print("all " + " ".join(f"{total[name]:11.0f}" for name in names))


if __name__ == "__main__":
    main()
