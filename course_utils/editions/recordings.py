"""`course measure NAME`: what a notebook has measured for a record, measured once more.

A record in data/runs that a notebook's own functions have made says how in `call`, an expression:
"measure(network, seed)". The names in it that are fields of a run are that run's settings; all else
is what the notebook has defined by then. The expression gives the results as a dictionary. A record
without `runs` is measured as a whole, and its own fields are the settings.
"""

import ast
import datetime
import json
import re
from collections.abc import Callable
from pathlib import Path

import nbformat
import numpy as np
from nbformat import NotebookNode

from course_utils.editions.compose import compose, source_files
from course_utils.errors import CourseError, did_you_mean
from course_utils.paths import course_root, state_folder, write_whole

HEAD = ("what", "command", "call", "when", "where", "versions")  # of a record, in this order
DIGITS = 4


def folder() -> Path:
    return course_root() / "data" / "runs"


def measure(name: str, file: Path | None = None, *, most: int | None = None,
            report: Callable[[str], None] = lambda line: None) -> Path:  # fmt: skip
    """Run the notebook up to the function that measures, then measure -> the file of the numbers.

    file: [.course/experiments/NAME.json]; most: only so many trainings, to try it out. Raises
    CourseError for a name that there is not, and for a record that another command makes.
    """
    from course_utils.editions.build import BUILD_ENVIRONMENT
    from course_utils.editions.execution import execute

    record = load(name)
    (source,) = source_files([name[:2]])
    file = Path(file or state_folder() / "experiments" / f"{name}.json").absolute()
    notebook = compose(source, solved=True)
    notebook.cells = [*cells_before(notebook, record["call"]), _last_cell(name, file, most)]
    runs = record.get("runs", [record])
    report(f"{name}: notebook {name[:2]}, then `{record['call']}` for {len(runs[:most])} of "
           f"{len(runs)} runs; this can take minutes to hours")  # fmt: skip
    seconds = execute(notebook, BUILD_ENVIRONMENT, name=source.stem, patience=None)
    report(f"measured in {seconds:.0f} s; the numbers are in {file}")
    return file


def load(name: str) -> dict:
    """The record of that name, if a notebook measures it. Raises CourseError if not."""
    name = Path(name).name.removesuffix(".json")
    known = {path.stem: json.loads(path.read_text(encoding="utf-8"))
             for path in sorted(folder().glob("*.json"))}  # fmt: skip
    if name not in known:
        ours = ", ".join(key for key, record in known.items() if "call" in record)
        hint = did_you_mean(name, known, f"there are {ours}.")
        raise CourseError(f"There is no record {name!r} in data/runs: {hint}")
    if "call" not in known[name]:
        raise CourseError(f"{name} is not measured by a notebook: `{known[name]['command']}`")
    return known[name]


def cells_before(notebook: NotebookNode, call: str) -> list[NotebookNode]:
    """The notebook's cells up to the one that defines the function of the call."""
    functions = [node.func.id for node in ast.walk(ast.parse(call, mode="eval"))
                 if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]  # fmt: skip
    for number, cell in enumerate(notebook.cells, start=1):
        if cell.cell_type != "code":
            continue
        if any(re.search(rf"^def {name}\(", cell.source, re.MULTILINE) for name in functions):
            return notebook.cells[:number]
    raise CourseError(f"The notebook has none of the functions of `{call}`.")


def _last_cell(name: str, file: Path, most: int | None) -> NotebookNode:
    text = (
        "from course_utils.editions import recordings\n\n"
        f"recordings.write({name!r}, {str(file)!r}, globals(), {most!r})"
    )
    return nbformat.v4.new_code_cell(text, id="measured")


# ------------------------------------------------------------------------- within the notebook
def write(name: str, file: str, names: dict, most: int | None = None) -> None:
    """Measure with what the notebook has defined, and write the record with the new numbers."""
    from course_utils.device import device, hardware, versions

    record = load(name)
    kept = {key: value for key, value in record.items() if key not in (*HEAD, "runs")}
    if "runs" in record:
        found = {"runs": [measured(record["call"], run, names) for run in record["runs"][:most]]}
    else:
        found = measured(record["call"], record, names)
    head = {"when": datetime.date.today().isoformat(), "where": hardware(device()),
            "versions": versions()}  # fmt: skip
    head = {key: {**record, **head}[key] for key in HEAD}
    Path(file).parent.mkdir(parents=True, exist_ok=True)
    write_whole(Path(file), readable({**head, **kept, **found}))


def measured(call: str, fields: dict, names: dict) -> dict:
    """The settings among the fields that the call names, and the results that it gives."""
    tree = ast.parse(call, mode="eval")
    named = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    settings = {key: value for key, value in fields.items() if key in named}
    results = eval(compile(tree, "call", "eval"), {**names, **settings})
    return {**settings, **plain(results)}


def plain(value):
    """Numbers, lists and dictionaries for a JSON file, rounded to 4 digits after the point."""
    if isinstance(value, dict):
        return {str(key): plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple | np.ndarray):
        return [plain(part) for part in value]
    if isinstance(value, float | np.floating):
        return round(float(value), DIGITS)
    return value.item() if isinstance(value, np.generic) else value


def readable(record: dict) -> str:
    """JSON with a line for each run and for each list, so that a change can be read."""
    head = {key: value for key, value in record.items() if key != "runs"}
    text = json.dumps(head, indent=1, ensure_ascii=False)
    text = re.sub(r"\[\s+([^\[\]{}]+?)\s+\]", _on_one_line, text)
    if "runs" not in record:
        return text + "\n"
    runs = ",\n".join(f"  {json.dumps(run, ensure_ascii=False)}" for run in record["runs"])
    return f'{text[:-2]},\n "runs": [\n{runs}\n ]\n}}\n'


def _on_one_line(found: re.Match) -> str:
    return f"[{' '.join(found[1].split())}]"
