"""Which statements does a function need? A notebook's top level, cut down to what one name uses.

Cells are parsed, never run here. The needed names of a statement are read off its compiled code, so
that a local variable which happens to share its name with a notebook's variable drags nothing in.
"""

import ast
import functools
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from course_utils.checking.lending import needed_names

_DEFINITIONS = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
_COMPREHENSIONS = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
# values that are certainly no function
_DATA = (
    ast.Constant | ast.JoinedStr | ast.List | ast.Dict | ast.Set | ast.BinOp | ast.UnaryOp
    | ast.Compare | _COMPREHENSIONS
)  # fmt: skip


@dataclass(frozen=True)
class Statement:
    """One statement of a notebook's (or module's) top level: where it stands, what it binds."""

    cell: int  # counted from 0
    index: int  # within the cell
    node: ast.stmt
    binds: frozenset[str]
    changes: frozenset[str]  # names of which it may change what they hold: K.append(0)
    calls: frozenset[str]  # functions that it calls itself, or uses as decorators

    @property
    def needs(self) -> frozenset[str]:
        """The global names that it looks up, when it runs or when its functions are called."""
        return needed_names(self.node)

    @property
    def place(self) -> tuple[int, int]:
        return self.cell, self.index


def statements_of(trees: Iterable[ast.Module | None]) -> list[Statement]:
    """The top-level statements of all cells in order; None stands for a cell that has none."""
    return [
        Statement(number, i, *parts)
        for number, tree in enumerate(trees)
        for i, parts in enumerate(_top_level(tree) if tree else ())
    ]


@functools.lru_cache(maxsize=4096)
def _top_level(tree: ast.Module) -> list[tuple]:
    return [(node, *map(frozenset, _read(node))) for node in tree.body]


# ------------------------------------------------------------------------ what one statement does
def _outside_functions(node: ast.AST) -> Iterator[ast.AST]:
    """A statement's nodes, without those that run only when one of its functions is called.

    No recursion: what a learner wrote may be nested as deeply as they like.
    """
    todo = [node]
    while todo:
        found = todo.pop()
        yield found
        if isinstance(found, _DEFINITIONS):
            todo += found.decorator_list
        elif not isinstance(found, ast.Lambda):
            todo += ast.iter_child_nodes(found)


def _read(node: ast.stmt) -> tuple[set[str], set[str], set[str]]:
    """The names that a top-level statement binds, those it may change, the functions it calls."""
    binds, changes, calls, inner = set(), set(), set(), set()
    for part in _outside_functions(node):
        if isinstance(part, _DEFINITIONS):
            binds.add(part.name)
            calls.update(_root(decorator) for decorator in part.decorator_list)
        elif isinstance(part, ast.Import | ast.ImportFrom):
            binds.update(alias.asname or alias.name.split(".")[0] for alias in part.names)
        elif isinstance(part, _COMPREHENSIONS):
            targets = (name for g in part.generators for name in ast.walk(g.target))
            inner.update(map(id, targets))  # these are gone when the comprehension is done
        elif isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
            if id(part) not in inner:
                binds.add(part.id)
        elif isinstance(part, ast.Subscript | ast.Attribute) and isinstance(part.ctx, ast.Store):
            binds.add(_root(part))
        elif isinstance(part, ast.ExceptHandler) and part.name:
            binds.add(part.name)
        elif isinstance(part, ast.Call):
            called = part.func
            (changes if isinstance(called, ast.Attribute) else calls).add(_root(called))
    return binds - {""}, changes - binds - {""}, calls - {""}


def _root(node: ast.AST) -> str:
    """`table` for `table[k].x` and `table(3)`; empty where there is no name at the root."""
    while isinstance(node, ast.Subscript | ast.Attribute | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def _changed_when_called(node: ast.AST) -> set[str]:
    """The names of the notebook of which a function may change what they hold."""
    changed, own = set(), set()
    for part in ast.walk(node):
        if isinstance(part, ast.arg):
            own.add(part.arg)
        elif isinstance(part, ast.Global):
            changed.update(part.names)
        elif isinstance(part, ast.Subscript | ast.Attribute) and isinstance(part.ctx, ast.Store):
            changed.add(_root(part))
        elif isinstance(part, ast.Call) and isinstance(part.func, ast.Attribute):
            changed.add(_root(part.func))
    return changed - own - {""}


# ------------------------------------------------------------------------- the notebook as a whole
class Outline:
    """A notebook's statements, by the names that they make or change."""

    def __init__(self, statements: list[Statement]):
        self.statements = statements
        self._binding: dict[str, list[Statement]] = defaultdict(list)
        self._changing: dict[str, list[Statement]] = defaultdict(list)
        effects = {
            s.node.name: _changed_when_called(s.node)
            for s in statements
            if isinstance(s.node, ast.FunctionDef)
        }
        for s in statements:
            for name in s.binds:
                self._binding[name].append(s)
            also = (effects[called] for called in s.calls if called in effects)
            for name in s.changes.union(*also) - s.binds:
                self._changing[name].append(s)

    def slice_for(self, name: str, without: Collection = ()) -> list[Statement]:
        """The statements that define a name, and all that they need, in the notebook's order.

        What it needs is taken from above its last definition, as it was when the learner ran it;
        only what is not there is looked for below. Places in `without` are left out.
        """
        taken = {s.place: s for s in self._definitions(name, without)}
        last = max(taken, default=(0, 0))
        todo, seen = sorted(set().union(*(s.needs for s in taken.values())), reverse=True), {name}
        while todo:
            wanted = todo.pop()
            if wanted in seen:
                continue
            seen.add(wanted)
            for statement in self._origins(wanted, without, last) or self._origins(wanted, without):
                if statement.place not in taken:
                    taken[statement.place] = statement
                    todo += sorted(statement.needs - seen, reverse=True)
        return [taken[place] for place in sorted(taken)]

    def making(self, name: str) -> list[Statement]:
        """The statements that make the name anew."""
        return [s for s in self._binding.get(name, ()) if makes(s.node, name)]

    def _definitions(self, name: str, without: Collection) -> list[Statement]:
        """What makes a function of this name: the last one that certainly does, and those after it
        that may. A loop or a number that uses the name later does not take it away.
        """
        origins = self._origins(name, without)
        functions = [s for s in self.making(name) if s.place not in without and _certain(s, name)]
        if not functions or (origins and origins[0].place <= functions[-1].place):
            return origins
        first = functions[-1].place
        own = self._origins(name, without, first)
        return own + [
            s
            for s in self._binding[name]
            if s.place > first and s.place not in without and _may_make_a_function(s.node, name)
        ]

    def _origins(self, name: str, without: Collection, last: tuple | None = None):
        """The last statement that makes a name anew, and those after it that change what it holds.

        Where the new one is made of the old one (`f = vectorize(f)`), the old one belongs to it.
        """
        binding = _up_to(self._binding.get(name, []), last, without)
        anew = [i for i, s in enumerate(binding) if makes(s.node, name)]
        if not anew:
            made_inside = _up_to(self._changing.get(name, []), last, without)
            return binding or made_inside or _up_to(self._binding.get("*", []), last, without)
        while len(anew) > 1 and _is_made_of_itself(binding[anew[-1]], name):
            anew.pop()
        first = binding[anew[-1]]
        changing = [] if _is_import(first.node) else self._changing.get(name, [])
        later = [s for s in _up_to(changing, last, without) if s.place > first.place]
        return sorted([*binding[anew[-1] :], *later], key=lambda s: s.place)


def slice_for(name: str, statements: list[Statement]) -> list[Statement]:
    """The statements that define a name, and all that they need, in the order of the notebook."""
    return Outline(statements).slice_for(name)


def _up_to(statements: list[Statement], last: tuple | None, without: Collection):
    if last is not None:
        statements = statements[: bisect_left(statements, (*last, 0), key=lambda s: (*s.place, -1))]
    return [s for s in statements if s.place not in without] if without else statements


def _is_import(node: ast.stmt) -> bool:
    return isinstance(node, ast.Import | ast.ImportFrom)


def _is_made_of_itself(statement: Statement, name: str) -> bool:
    """A function that calls itself is not: it looks its name up later."""
    later = isinstance(statement.node, ast.FunctionDef | ast.ClassDef)
    return not later and name in statement.needs


def makes(node: ast.stmt, name: str) -> bool:
    """Whether a statement makes the name anew, rather than changing an entry or an attribute."""
    if isinstance(node, ast.AugAssign):
        return False
    targets = node.targets if isinstance(node, ast.Assign) else []
    return not targets or any(
        isinstance(part, ast.Name) and part.id == name
        for target in targets
        for part in ast.walk(target)
        if isinstance(getattr(part, "ctx", None), ast.Store)
    )


def _certain(statement: Statement, name: str) -> bool:
    """Whether a function (or class) of this name is there afterwards, as far as one can see."""
    return any(_defines(part, name) for part in _outside_functions(statement.node))


def _defines(node: ast.AST, name: str) -> bool:
    if isinstance(node, _DEFINITIONS):
        return node.name == name
    if isinstance(node, ast.Import | ast.ImportFrom):
        return any((alias.asname or alias.name) == name for alias in node.names)
    return (
        isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Lambda)
        and any(isinstance(target, ast.Name) and target.id == name for target in node.targets)
    )


def _may_make_a_function(node: ast.stmt, name: str) -> bool:
    """Whether an assignment may bind the name to something that can be called."""
    if isinstance(node, ast.Assign | ast.AnnAssign):
        return makes(node, name) and not isinstance(node.value, _DATA)
    return isinstance(node, ast.If | ast.Try) and any(
        isinstance(part, ast.Assign) and _may_make_a_function(part, name)
        for part in _outside_functions(node)
    )
