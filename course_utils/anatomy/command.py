"""`course zoo`: the zoo as a list, one network as a table or as a drawing."""

from collections.abc import Callable
from pathlib import Path

from course_utils import zoo
from course_utils.anatomy import overview
from course_utils.errors import CourseError


def run(name: str | None, depth: int | None, svg: Path | None, markdown: bool,
        report: Callable[[str], None]) -> None:  # fmt: skip
    """What `course zoo` does; `report` gets the lines."""
    if markdown:
        overview.write_readme()
        report(f"{overview.README}: {len(zoo.names())} networks")
    elif name is None:
        for family in dict.fromkeys(zoo.entry(n).family for n in zoo.names()):
            members = [n for n in zoo.names() if zoo.entry(n).family == family]
            report(f"{family:12s} {' '.join(members)}")
    elif svg is None:
        report(str(overview.table_of(name, depth)))
        report(_origin(zoo.entry(name)))
    else:
        _draw(zoo.entry(name), depth, svg, report)


def _origin(entry: zoo.Entry) -> str:
    printed = f"; it prints {entry.published} parameters" if entry.published else ""
    note = f" ({entry.note})" if entry.note else ""
    return f"After {entry.source}{printed}{note}."


def _draw(entry: zoo.Entry, depth: int | None, svg: Path, report) -> None:
    import torch

    from course_utils.anatomy.draw import draw

    with torch.device("meta"):
        network = entry.build()
    drawing = draw(network, (entry.channels, entry.size, entry.size), depth)
    try:
        drawing.save(svg)
    except OSError as error:
        raise CourseError(f"{svg} cannot be written: {error.strerror}.") from None
    report(f"{svg}: {entry.name}")
