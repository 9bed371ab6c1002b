"""The pages around the notebooks: texts of the repository, the audit, the library's reference."""

import importlib
import os
import re
from pathlib import Path

from course_utils.paths import course_root

# Texts of the repository that are pages of the site: where they are, and where they go.
TEXTS = {
    "docs/setup.md": "guide/setup.md",
    "docs/instructors.md": "guide/instructors.md",
    "docs/slides.md": "guide/slides.md",
    "docs/grading.md": "guide/grading.md",
    "docs/networks.md": "guide/networks.md",
    "docs/speed.md": "guide/speed.md",
    "docs/glossary.md": "guide/glossary.md",
    "CONTRIBUTING.md": "guide/contributing.md",
    "CHANGELOG.md": "guide/changelog.md",
    "course_utils/zoo/README.md": "zoo/index.md",
}
PARTS = (
    ("From a neuron to a network", "00", "02"),
    ("Convolution, forwards and backwards", "03", "08"),
    ("Training real networks", "09", "10"),
    ("The architectures", "11", "18"),
    ("Beyond one label", "19", "99"),
    ("Appendices", "a0", "a9"),
)  # each with its first and its last number
REFERENCE = {
    "numpy_nn": "The library that the notebooks build, each layer beside its backward pass",
    "training": "Training: `fit`, schedules, checkpoints, records",
    "zoo": "Every architecture by name",
    "anatomy": "What a network is made of: tables, drawings, receptive fields",
    "inside": "What a network looks at",
    "augment": "Images, boxes and points that move",
    "datasets": "Data sets",
    "checking": "Exercises and their answers",
    "widgets": "Figures that move",
    "audit": "Claims and their verdicts",
}
_LINK = re.compile(r"\[([^\]]+)\]\(([^)#\s]*)((?:#[^)\s]*)?)\)")


def write_texts(folder: Path, stems: list[str]) -> None:
    """Copy the texts, with links that lead to pages of the site; stems: notebooks with a page."""
    root, moved = course_root(), TEXTS | _pages(stems)
    for origin, target in TEXTS.items():
        path = root / origin
        if not path.exists():
            continue
        text = _relinked(path.read_text(encoding="utf-8"), Path(origin), Path(target), moved)
        out = folder / target
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(text, encoding="utf-8")


def _pages(stems: list[str]) -> dict[str, str]:
    """Where notebooks are, and where their pages go."""
    return {f"notebooks/{stem}.ipynb": f"notebooks/{stem}.ipynb" for stem in stems}


def with_links_to(stems: list[str], text: str) -> str:
    """A notebook's text in which links to notebooks that have no page are plain words."""
    place = Path("notebooks/this.ipynb")
    return _relinked(text, place, place, _pages(stems))


def _relinked(text: str, origin: Path, target: Path, moved: dict[str, str]) -> str:
    """Links between files as links between pages; a link to a file that is no page is its name."""

    def page(match: re.Match) -> str:
        words, address, place = match.groups()
        if not address or re.match(r"[a-z]+:", address):
            return match[0]
        there = moved.get(os.path.normpath(origin.parent / address))
        return f"[{words}]({os.path.relpath(there, target.parent)}{place})" if there else words

    return _LINK.sub(page, text)


def write_audit(folder: Path, stems: list[str]) -> None:
    """The audit's own page, and one of the site that leads to it; stems: notebooks with a page."""
    from course_utils import audit
    from course_utils.audit.command import summary
    from course_utils.audit.page import html_page

    findings = [claim.check() for claim in audit.claims()]
    extra = folder / "_extra"
    extra.mkdir(exist_ok=True)
    page = extra / "audit.html"
    site = {"": "index.html"} | {stem[:2]: f"notebooks/{stem}.html" for stem in stems}
    page.write_text(html_page(findings, page, site), encoding="utf-8")
    text = (
        "# The lecture audit\n\nEvery number that the lectures state, computed again by the "
        "course's own counting code, or looked up where that cannot be done: "
        f"{summary(findings)}.\n\n"
        '<p><a href="../audit.html">All claims with their verdicts, filters and code</a></p>\n'
    )
    (folder / "guide" / "audit.md").write_text(text, encoding="utf-8")


def write_reference(folder: Path) -> None:
    """One page for each part of the package, from its docstrings."""
    (folder / "reference").mkdir(parents=True, exist_ok=True)
    seen: set[int] = set()
    listed = []
    for name, title in REFERENCE.items():
        module = importlib.import_module(f"course_utils.{name}")
        members = {n: getattr(module, n) for n in module.__all__}
        again = [n for n, member in members.items() if id(member) in seen]
        seen |= set(map(id, members.values()))
        options = ["   :members:", "   :imported-members:"]
        options += [f"   :exclude-members: {', '.join(again)}"] if again else []
        directive = "\n".join([f".. automodule:: {module.__name__}", *options])
        text = f"# `{module.__name__}`\n\n{title}.\n\n```{{eval-rst}}\n{directive}\n```\n"
        (folder / "reference" / f"{name}.md").write_text(text, encoding="utf-8")
        listed.append(f"- [`{module.__name__}`]({name}.md): {title}.")
    text = "# The package `course_utils`\n\n" + "\n".join(listed)
    text += "\n\n" + _toctree("", list(REFERENCE))
    (folder / "reference" / "index.md").write_text(text + "\n", encoding="utf-8")


def list_families(folder: Path, families: list[str]) -> None:
    """Put the pages of the families under that of the zoo."""
    page = folder / "zoo" / "index.md"
    text = page.read_text(encoding="utf-8")
    page.write_text(f"{text}\n{_toctree('', families)}\n", encoding="utf-8")


def write_index(folder: Path, stems: list[str], first: str) -> None:
    """The first page: what this is, a figure that moves, and the way to everything."""
    there = {target: target for target in (*TEXTS.values(), "reference/numpy_nn.md")}
    place = Path("index.md")
    blocks = [_relinked(_index_text(first), place, place, there | _pages(stems))]
    for title, first_of_it, last in PARTS:
        pages = [f"notebooks/{stem}" for stem in stems if first_of_it <= stem[:2] <= last]
        blocks.append(_toctree(title, pages))
    guide = [t.removesuffix(".md") for t in TEXTS.values() if (folder / t).exists()]
    guide = [page for page in guide if page.startswith("guide/")]
    blocks.append(_toctree("Guide", [*guide[:-2], "guide/audit", *guide[-2:]]))
    blocks.append(_toctree("Reference", ["zoo/index", "reference/index"]))
    (folder / "index.md").write_text("\n\n".join(blocks) + "\n", encoding="utf-8")


def _toctree(caption: str, pages: list[str]) -> str:
    options = (f":caption: {caption}\n" if caption else "") + ":hidden:\n:maxdepth: 1"
    return f"```{{toctree}}\n{options}\n\n" + "\n".join(pages) + "\n```" if pages else ""


def _index_text(figure: str) -> str:
    text = (course_root() / "course_utils/editions/site/assets/index.md").read_text(
        encoding="utf-8"
    )
    return text.replace("<!-- figure -->", figure)
