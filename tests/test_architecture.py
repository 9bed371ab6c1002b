"""How the rooms of the house lie above one another: who may import whom, and without what."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from course_utils.paths import course_root

# A room, and the rooms below it that it may look into. `checking.exercise` (what an exercise is)
# lies below the exercises, and the rest of `checking` above them.
MAY_IMPORT = {
    "errors": "",
    "console": "",
    "paths": "",
    "shapes": "",
    "waiting": "",
    "device": "errors",
    "figures": "",
    "widgets": "errors figures",
    "numpy_nn": "shapes waiting",
    "checking.exercise": "errors",
    "checking.modules": "checking.exercise",
    "exercises": "checking.exercise checking.modules numpy_nn shapes",
    "checking": "checking.exercise checking.modules exercises errors figures paths",
    "grading": "checking.exercise checking.modules checking errors paths",
    "editions": "checking.exercise checking grading device errors paths",
    "zoo": "errors paths",
    "anatomy": "errors figures shapes zoo",
    "inside": "anatomy errors",
    "datasets": "errors paths shapes",
    "training": "anatomy datasets device errors figures paths shapes waiting zoo",
    "augment": "errors shapes training",
    "audit": "anatomy augment datasets errors numpy_nn paths shapes zoo",
    "editions.pages": "editions errors paths widgets",
    "editions.decks": "checking.exercise checking editions editions.pages errors paths",
    "editions.site": (
        "anatomy audit checking.exercise checking editions editions.pages errors paths widgets zoo"
    ),
    "doctor": "checking datasets device errors figures paths",
}
# these belong to the command line, which may import everything
COMMAND_LINE = ("cli", "commands", "__main__", "training.__main__", "training.command",
                "anatomy.command", "audit.command", "grading.command")  # fmt: skip
BY_THEMSELVES = ("checking.exercise", "checking.modules", "editions.pages", "editions.decks",
                 "editions.site")  # fmt: skip
WITHOUT_TORCH = ("shapes", "numpy_nn", "checking", "grading.command", "figures.training")


def modules(root: Path) -> dict[str, Path]:
    """Name below `course_utils` -> file; a package by its own name, and "" for the whole."""
    found = {}
    for path in root.rglob("*.py"):
        parts = path.relative_to(root).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports(path: Path, known: set[str]) -> set[str]:
    """What a file imports of the course, also within its functions."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            found |= {n if n.removeprefix("course_utils.") in known else node.module for n in names}
    inside = {name.removeprefix("course_utils").removeprefix(".") for name in found
              if name.split(".")[0] == "course_utils"}  # fmt: skip
    return inside & known


def graph(root: Path) -> dict[str, set[str]]:
    files = modules(root)
    return {name: imports(path, set(files)) - {name} for name, path in files.items()}


def room(module: str) -> str:
    own = (name for name in BY_THEMSELVES if f"{module}.".startswith(f"{name}."))
    return next(own, module.split(".")[0])


def circles(edges: dict[str, set[str]]) -> list[list[str]]:
    """Ways that lead back to where they started."""
    found, done = [], set()

    def walk(module: str, way: list[str]) -> None:
        if module in way:
            found.append([*way[way.index(module) :], module])
        elif module not in done:
            for other in sorted(edges[module]):
                walk(other, [*way, module])
            done.add(module)

    for module in sorted(edges):
        walk(module, [])
    return found


def trespasses(edges: dict[str, set[str]]) -> list[str]:
    """Imports that the table above does not allow."""
    return [
        f"{module} imports {other}"
        for module, others in sorted(edges.items())
        for other in sorted(others)
        if module not in COMMAND_LINE
        and room(module) not in COMMAND_LINE
        and other != ""  # the version number
        and room(other) != room(module)
        and room(other) not in MAY_IMPORT[room(module)].split()
    ]


@pytest.fixture(scope="module")
def edges():
    return graph(course_root() / "course_utils")


def test_no_two_modules_import_each_other(edges):
    assert circles(edges) == []


def test_imports_point_one_way(edges):
    assert trespasses(edges) == []
    rooms = list(MAY_IMPORT)
    for name, allowed in MAY_IMPORT.items():  # the table itself has no circle
        assert all(rooms.index(other) < rooms.index(name) for other in allowed.split()), name


def test_every_room_is_in_the_table(edges):
    assert {room(name) for name in edges} - {"", "cli", "commands", "__main__"} == set(MAY_IMPORT)


def test_the_search_finds_what_it_looks_for(tmp_path):
    for name, text in {
        "zoo/a.py": "def f():\n    from course_utils.zoo import b",
        "zoo/b.py": "from course_utils.zoo.a import f\nfrom course_utils.checking.board import x",
        "zoo/__init__.py": "", "checking/__init__.py": "", "checking/board.py": "",
    }.items():  # fmt: skip
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    edges = graph(tmp_path)
    assert circles(edges) == [["zoo.a", "zoo.b", "zoo.a"]]
    assert trespasses(edges) == ["zoo.b imports checking.board"]


@pytest.mark.parametrize("name", WITHOUT_TORCH)
def test_what_part_one_needs_does_not_import_torch(name):
    code = (f"import sys, course_utils.{name}\n"
            "from course_utils.checking import all_exercises\n"
            "all_exercises()\n"
            "print('torch' in sys.modules)")  # fmt: skip
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "False"


# ------------------------------------------------------------------------- texts and their encoding
def without_encoding(tree: ast.AST) -> list[int]:
    """Lines that open a text file, or start a program whose output is text, in the locale's way."""
    return [node.lineno for node in ast.walk(tree) if isinstance(node, ast.Call) and _guesses(node)]


def _guesses(call: ast.Call) -> bool:
    name = getattr(call.func, "attr", getattr(call.func, "id", ""))
    named = {keyword.arg: ast.unparse(keyword.value) for keyword in call.keywords}
    if name in ("read_text", "write_text"):
        positional = 0 if name == "read_text" else 1
        return "encoding" not in named and len(call.args) <= positional
    if {"text", "universal_newlines"} & named.keys():
        return "encoding" not in named
    is_open = name == "open" and not ast.unparse(call.func).startswith(
        ("os.", "Image.", "archive.")
    )
    is_open = is_open or (name in ("fdopen", "NamedTemporaryFile") and "mode" in named)
    if not is_open:
        return False
    places = [
        a.value for a in call.args if isinstance(a, ast.Constant) and isinstance(a.value, str)
    ]
    mode = named.get("mode", "'r'") + "".join(places)
    return "b" not in mode and "encoding" not in named


def test_no_text_depends_on_the_locale():
    """On Windows the locale's encoding is not UTF-8, and the course's texts are."""
    found = {
        str(path): lines
        for path in (course_root() / "course_utils").rglob("*.py")
        if (lines := without_encoding(ast.parse(path.read_text(encoding="utf-8"))))
    }
    assert found == {}


@pytest.mark.parametrize(
    ("line", "is_found"),
    [
        ("path.read_text()", True),
        ("path.write_text(x)", True),
        ("open(path)", True),
        ("path.open('w')", True),
        ("subprocess.run(x, text=True)", True),
        ("path.read_text(encoding='utf-8')", False),
        ("path.write_text(x, 'utf-8')", False),
        ("open(path, 'rb')", False),
        ("subprocess.run(x, text=True, encoding='utf-8')", False),
    ],
)
def test_the_search_for_encodings_finds_what_it_looks_for(line, is_found):
    assert bool(without_encoding(ast.parse(line))) is is_found
