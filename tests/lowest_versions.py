"""The lowest versions that pyproject.toml allows, as a requirements file: `make test-lowest`.

Runs with any Python that can read TOML; nothing has to be installed.
"""

import re
import sys
import tomllib
from pathlib import Path


def lowest(project: dict, extras: tuple[str, ...] = ("test",)) -> list[str]:
    """The requirements `name==lower bound`, of the course and of the named extras.

    ValueError for one without a lower bound: nobody could say what it promises.
    """
    lines = list(project["dependencies"])
    for extra in extras:
        lines += project["optional-dependencies"][extra]
    return [_lowest(line) for line in lines]


def _lowest(line: str) -> str:
    found = re.fullmatch(r"([\w.-]+)\s*>=\s*([\w.]+)", line.strip())
    if not found:
        raise ValueError(f"expected name>=version, got {line!r}")
    return f"{found[1]}=={found[2]}"


if __name__ == "__main__":
    text = Path(__file__).parent.parent.joinpath("pyproject.toml").read_text(encoding="utf-8")
    sys.stdout.write("\n".join(lowest(tomllib.loads(text)["project"])) + "\n")
