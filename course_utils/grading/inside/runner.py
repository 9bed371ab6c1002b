"""Runs one answer on its inputs, in a process that ends afterwards. Nothing here is believed."""

import __future__

import ast
import copy
import inspect
import itertools
import linecache
import marshal
import signal
import time
import traceback
import warnings

import numpy as np
import wire

_MAX_TEXT = 300
_ONE_EDIT = 0.1  # seconds for one edited function
_HINTS = __future__.annotations.compiler_flag


def run(request: bytes, out) -> None:
    """Answer a request: one message about the setting-up, then one for each case."""
    asked = wire.unpack(request)
    scope, notes = _set_up(asked)
    if "edits" in asked:
        _try_edits(asked, scope, out)
        return
    function = scope.get(asked["name"])
    out.write(wire.pack_answer({"notes": notes[-20:], **_about(function, asked)}))
    out.flush()
    if not callable(function):
        return
    for number, args in enumerate(asked["cases"]):
        out.write(_packed({"case": number, **_call(function, _ready(args))}))
        out.flush()


def _try_edits(asked: dict, scope: dict, out) -> None:
    """What each edited text of the answer does in one case; as many of them as the time allows."""
    until = time.monotonic() + asked["edit_seconds"]
    (args,) = asked["cases"]
    signal.signal(signal.SIGALRM, _ring)
    for number, text in enumerate(asked["edits"]):
        if time.monotonic() > until:
            return
        names = dict(scope)
        try:
            signal.setitimer(signal.ITIMER_REAL, _ONE_EDIT)
            exec(compile(text, "<edited>", "exec", _HINTS, True), names)
            outcome = _call(names[asked["name"]], _ready(copy.deepcopy(args)))
        except BaseException as error:
            outcome = _failure(type(error).__name__, "")
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        out.write(_packed({"case": number, **outcome}))


def _ring(number, frame):
    raise TimeoutError


def _packed(outcome: dict) -> bytes:
    """An outcome as a message; an answer that cannot be written down counts as an error."""
    if "error" in outcome:
        return wire.pack_answer(outcome)
    try:
        return wire.pack_answer({**outcome, "value": _plain(outcome["value"])})
    except Exception as error:
        said = f"what it returned cannot be written down ({type(error).__name__})"
        return wire.pack_answer({"case": outcome["case"], **_failure("ValueError", said)})


def _failure(kind: str, message: str, line: str = "") -> dict:
    return {"error": kind[:60], "message": message, "line": line}


def _set_up(asked: dict) -> tuple[dict, list[str]]:
    """Run the statements that the answer needs. One that fails is noted, and the rest still run.

    The course's own functions stay what they are, whatever a statement makes of their names. The
    answer is the last thing of its name that can be called.
    """
    import silent  # loaded by the worker: here there are no files any more

    silent.install(asked.get("silent", ()))
    lent = {name: _defined(name, code) for name, code in asked["provided"]}
    scope = {"__name__": "__main__", "np": np, "get_ipython": _Shell, **_UNHEARD, **lent}
    answer, notes = None, []
    for title, source, indices in asked["statements"]:
        body, lines = ast.parse(source).body, source.splitlines(True)
        linecache.cache[title] = (len(source), None, lines, title)
        for node in itertools.chain.from_iterable(_one_by_one(body[i]) for i in indices):
            try:
                # hints are kept as text: they may name what is not there, such as torch.Tensor
                exec(compile(ast.Module([node], []), title, "exec", _HINTS, True), scope)
            except BaseException as error:
                line = lines[node.lineno - 1].strip()[:80]
                notes.append(f"{line}: {_described(error)}"[:_MAX_TEXT])
            scope.update(lent)
            new = scope.get(asked["name"])
            answer = new if callable(new) or not callable(answer) else answer
    scope[asked["name"]] = answer
    return scope, notes


def _defined(name: str, code) -> object:
    given = {"np": np, "__name__": name}
    exec(marshal.loads(code.tobytes()), given)
    return given[name]


def _one_by_one(node: ast.stmt) -> list[ast.stmt]:
    """Imports one after the other: where one fails, the others are there."""
    if isinstance(node, ast.Import):
        parts = [ast.Import([alias]) for alias in node.names]
    elif isinstance(node, ast.ImportFrom):
        parts = [ast.ImportFrom(node.module, [alias], node.level) for alias in node.names]
    else:
        return [node]
    return [ast.copy_location(part, node) for part in parts]


class _Shell:
    """What magics and shell lines turn to: nothing happens."""

    def __getattr__(self, name):
        return _nothing


def _nothing(*args, **kwargs) -> None:
    return None


def _as_it_is(value=None, *args, **kwargs):
    return value


_UNHEARD = {
    "display": _nothing, "hint": _nothing, "reveal": _nothing, "progress": _nothing,
    "check": _as_it_is,
}  # fmt: skip


def _about(function, asked: dict) -> dict:
    """Whether there is a function, and whether it can be called as the task says."""
    about = {"callable": callable(function), "kind": type(function).__name__[:60], "unfit": ""}
    if callable(function) and asked["cases"]:
        try:
            inspect.signature(function).bind(*asked["cases"][0])
        except Exception as error:
            about["unfit"] = str(error)[:_MAX_TEXT]
    return about


def _ready(value):
    """Arguments as the answer gets them: the source of a function becomes the function."""
    if isinstance(value, wire.Source):
        given = {"np": np}
        exec(value, given)
        function = next(v for k, v in reversed(given.items()) if callable(v) and k != "np")
        function.source = value  # to be recognised by when the arguments go back
        return function
    if isinstance(value, tuple | list):
        return type(value)(_ready(item) for item in value)
    return value


def _returned(value):
    """The arguments after the call, functions as their source again."""
    if callable(value):
        return getattr(value, "source", value)
    if isinstance(value, tuple | list):
        return type(value)(_returned(item) for item in value)
    return value


def _call(function, args) -> dict:
    """What one call did, as the grader will judge it."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", RuntimeWarning)
        try:
            value = function(*args)
        except BaseException as error:
            return _failure(type(error).__name__, _message(error), _line_of(error))
    same = [i for i, arg in enumerate(args) if value is arg]
    texts = dict.fromkeys(str(w.message)[:_MAX_TEXT] for w in caught)
    # the value comes last: however large it is, there is room for what is said beside it
    return {"after": _returned(args), "same": same[:1], "warnings": list(texts)[:5], "value": value}


def _plain(value):
    """torch's tensors become arrays, also inside tuples and lists."""
    if type(value).__module__.split(".")[0] == "torch" and hasattr(value, "detach"):
        return value.detach().cpu().numpy()
    if type(value) in (tuple, list):
        return type(value)(_plain(item) for item in value)
    return value


def _described(error: BaseException) -> str:
    message = _message(error)
    return f"{type(error).__name__}: {message}" if message else type(error).__name__


def _message(error: BaseException) -> str:
    try:
        return str(error)[:_MAX_TEXT]
    except Exception:
        return ""


def _line_of(error: BaseException) -> str:
    """`line 5: y = x @ w`, the last line of the learner's own code that the error came through."""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename[:6] == "<cell "]
    if not frames:
        return ""
    text = linecache.getline(frames[-1].filename, frames[-1].lineno).strip()
    return f"line {frames[-1].lineno}: {text}"[:_MAX_TEXT]
