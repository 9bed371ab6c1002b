"""Small edits of a function: each could be the one that a learner's answer lacks.

`edits_of(function)` walks over the tree of a function. An edit puts another node into one place of
the tree (`applied`, which takes it back afterwards) and knows its category: what kind of slip it
would mend, and so which question leads there. Edits that replace what is there come before those
that add something to make up for it.
"""

import ast
import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

_SIBLINGS = (
    ("mean", "sum"), ("max", "min"), ("argmax", "argmin"), ("maximum", "minimum"),
    ("floor", "ceil"), ("zeros", "ones"), ("zeros_like", "ones_like"), ("empty", "zeros"),
    ("var", "std"), ("exp", "log"), ("sin", "cos"), ("sqrt", "square"), ("any", "all"),
    ("cumsum", "cumprod"), ("sum", "prod"), ("max", "maximum"), ("sum", "max"), ("mean", "max"),
    ("empty_like", "zeros_like"), ("append", "extend"), ("vstack", "hstack"), ("repeat", "tile"),
    ("less", "less_equal"), ("greater", "greater_equal"), ("log", "log1p"), ("exp", "expm1"),
)  # fmt: skip
_OPERATORS = {
    ast.Add: (ast.Sub, ast.Mult), ast.Sub: (ast.Add,), ast.Mult: (ast.Div, ast.MatMult, ast.Add),
    ast.Div: (ast.FloorDiv, ast.Mult), ast.FloorDiv: (ast.Div, ast.Mod), ast.Mod: (ast.FloorDiv,),
    ast.MatMult: (ast.Mult,), ast.Pow: (ast.Mult,), ast.BitAnd: (ast.BitOr,),
    ast.BitOr: (ast.BitAnd,),
}  # fmt: skip
_COMPARISONS = {
    ast.Lt: (ast.LtE, ast.Gt), ast.LtE: (ast.Lt, ast.GtE), ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.LtE), ast.Eq: (ast.NotEq, ast.GtE, ast.LtE), ast.NotEq: (ast.Eq,),
}  # fmt: skip
_AXES = (0, 1, 2, 3, -1, -2, (0, 1), (0, 2), (1, 2), (2, 3), (0, 2, 3), (1, 2, 3), (-2, -1), None)
_REDUCE = ("sum", "mean", "max", "min", "var", "std", "argmax", "argmin", "prod", "any", "all")


@dataclass
class Edit:
    """One place of a tree, and another node for it; `node` None takes the place out."""

    line: int
    category: str
    parent: ast.AST
    name: str  # of the parent's field
    index: int | None
    node: Any = field(repr=False)

    @contextlib.contextmanager
    def applied(self) -> Iterator[None]:
        """The tree with this edit, for as long as the block lasts."""
        if self.index is None:
            old = getattr(self.parent, self.name)
            setattr(self.parent, self.name, self.node)
        else:
            old = getattr(self.parent, self.name)[self.index]
            getattr(self.parent, self.name)[self.index] = self.node
        try:
            yield
        finally:
            if self.index is None:
                setattr(self.parent, self.name, old)
            else:
                getattr(self.parent, self.name)[self.index] = old


def edits_of(function: ast.FunctionDef) -> list[Edit]:
    """All edits of a function's body, the likeliest kinds first."""
    names = _names_in(function)
    found = []
    for parent, name, index, node in _places(function):
        make = _statements if isinstance(node, ast.stmt) else _expressions
        for category, new in make(node, names):
            if isinstance(new, ast.AST):
                ast.copy_location(new, node)
                ast.fix_missing_locations(new)
            line = getattr(node, "lineno", function.lineno)
            found.append(Edit(line, category, parent, name, index, new))
    found += _copies(function)
    return sorted(found, key=lambda edit: RANK.get(edit.category, 1))


# Edits that only make up for something are tried last, and count only where nothing else helps.
RANK = {"= or +=": 0, "copy": 0, "operator": 0, "function": 0, "axis": 0, "name": 1, "sign": 2,
        "off by one": 2, "transpose": 2, "half turn": 2, "part": 2, "factor": 2}  # fmt: skip
AMENDS = 2


def _names_in(function: ast.FunctionDef) -> list[str]:
    """The function's own variables, without what it calls."""
    names = {n.id for n in ast.walk(function) if isinstance(n, ast.Name)}
    names |= {argument.arg for argument in function.args.args}
    called = {n.func.id for n in ast.walk(function)
              if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}  # fmt: skip
    modules = {n.value.id for n in ast.walk(function)
               if isinstance(n, ast.Attribute) and isinstance(n.value, ast.Name)
               and n.value.id in ("np", "math", "torch", "nn", "F")}  # fmt: skip
    return sorted(names - called - modules)


def _places(function: ast.FunctionDef) -> Iterator[tuple[ast.AST, str, int | None, ast.AST]]:
    """Every expression and statement with where it hangs, the docstring left out."""
    documented = ast.get_docstring(function, clean=False) is not None
    todo: list[tuple[ast.AST, str, int | None, ast.AST]] = [
        (function, "body", i, node)
        for i, node in enumerate(function.body)
        if not (documented and i == 0)
    ]
    while todo:
        place = todo.pop(0)
        if isinstance(place[3], ast.expr | ast.stmt | ast.Slice):
            yield place
        for name, value in ast.iter_fields(place[3]):
            if isinstance(value, ast.AST):
                todo.append((place[3], name, None, value))
            elif isinstance(value, list):
                todo += [(place[3], name, i, v) for i, v in enumerate(value)
                         if isinstance(v, ast.AST)]  # fmt: skip


# ------------------------------------------------------------------------------------- statements
def _statements(node: ast.stmt, names: list[str]) -> Iterator[tuple[str, ast.stmt]]:
    if isinstance(node, ast.Assign) and len(node.targets) == 1:
        target = node.targets[0]
        if isinstance(target, ast.Subscript | ast.Name):
            yield "= or +=", ast.AugAssign(target, ast.Add(), node.value)
    if isinstance(node, ast.AugAssign):
        yield "= or +=", ast.Assign([node.target], node.value)
        for other in _OPERATORS.get(type(node.op), ()):
            yield "operator", ast.AugAssign(node.target, other(), node.value)
    if isinstance(node, ast.Assign | ast.AugAssign | ast.Expr):
        yield "line too many", ast.Pass()
    if isinstance(node, ast.For | ast.While | ast.If) and isinstance(node.body[-1], ast.Return):
        yield "return too deep", _without_last(node)


def _without_last(block: ast.For | ast.While | ast.If) -> ast.stmt:
    """The block, and its last statement (a return) after it instead of inside."""
    fields = dict(ast.iter_fields(block))
    inner = type(block)(**{**fields, "body": block.body[:-1] or [ast.Pass()]})
    return ast.If(ast.Constant(True), [inner, block.body[-1]], [])


def _copies(function: ast.FunctionDef) -> list[Edit]:
    """At the very beginning: work on a copy of an argument."""
    first = function.body[0]
    edits = []
    for argument in function.args.args:
        name = argument.arg
        copied = ast.parse(f"{name} = {name}.copy()").body[0]
        both = ast.If(ast.Constant(True), [copied, first], [])
        ast.copy_location(both, first)
        ast.fix_missing_locations(both)
        edits.append(Edit(function.lineno, "copy", function, "body", 0, both))
    return edits


# ------------------------------------------------------------------------------------ expressions
def _expressions(node: ast.AST, names: list[str]) -> Iterator[tuple[str, ast.AST]]:
    if isinstance(getattr(node, "ctx", None), ast.Store | ast.Del) and not isinstance(
        node, ast.Subscript
    ):
        return
    if isinstance(node, ast.BinOp):
        yield from _of_operation(node)
    elif isinstance(node, ast.Compare):
        yield from _of_comparison(node)
    elif isinstance(node, ast.Constant):
        yield from _of_constant(node)
    elif isinstance(node, ast.Name):
        yield from (("name", ast.Name(other, node.ctx)) for other in names if other != node.id)
    elif isinstance(node, ast.Call):
        yield from _of_call(node)
    elif isinstance(node, ast.Subscript):
        yield from _of_subscript(node)
    elif isinstance(node, ast.Slice):
        yield from _of_slice(node)
    elif isinstance(node, ast.Attribute):
        yield from _of_attribute(node)
    elif isinstance(node, ast.UnaryOp):
        yield "sign", node.operand
    elif isinstance(node, ast.IfExp):
        yield "branch", ast.IfExp(node.test, node.orelse, node.body)
    elif isinstance(node, ast.Tuple) and len(node.elts) > 1 and isinstance(node.ctx, ast.Load):
        yield from (("order", ast.Tuple(swapped, node.ctx)) for swapped in _swaps(node.elts))
    if isinstance(node, ast.Name | ast.Attribute | ast.Subscript | ast.Call | ast.BinOp):
        yield from _around(node)


def _of_operation(node: ast.BinOp) -> Iterator[tuple[str, ast.AST]]:
    for other in _OPERATORS.get(type(node.op), ()):
        yield "operator", ast.BinOp(node.left, other(), node.right)
    if not isinstance(node.op, ast.Add | ast.Mult):
        yield "order", ast.BinOp(node.right, node.op, node.left)
    yield "part", node.left
    yield "part", node.right
    if isinstance(node.op, ast.Add | ast.Sub):
        twice = ast.BinOp(ast.Constant(2), ast.Mult(), node.right)
        yield "factor", ast.BinOp(node.left, node.op, twice)


def _of_comparison(node: ast.Compare) -> Iterator[tuple[str, ast.AST]]:
    if len(node.ops) == 1:
        for other in _COMPARISONS.get(type(node.ops[0]), ()):
            yield "comparison", ast.Compare(node.left, [other()], node.comparators)


def _of_constant(node: ast.Constant) -> Iterator[tuple[str, ast.AST]]:
    if type(node.value) is bool:
        yield "flag", ast.Constant(not node.value)
    elif type(node.value) in (int, float):
        others = (node.value + 1, node.value - 1, -node.value, 0, 1, 2, 1 - node.value)
        for other in dict.fromkeys(others):
            if other != node.value:
                yield "number", ast.Constant(other)


def _of_call(node: ast.Call) -> Iterator[tuple[str, ast.AST]]:
    for swapped in _swaps(node.args):
        yield "order", ast.Call(node.func, swapped, node.keywords)
    for k, keyword in enumerate(node.keywords):
        others = node.keywords[:k] + node.keywords[k + 1 :]
        yield "argument", ast.Call(node.func, node.args, others)
        if keyword.arg == "axis":
            for axis in _AXES:
                changed = [*others, ast.keyword("axis", _constant(axis))]
                yield "axis", ast.Call(node.func, node.args, changed)
    name = getattr(node.func, "attr", "")
    given = {keyword.arg for keyword in node.keywords}
    if name in _REDUCE and "keepdims" not in given:
        kept = [*node.keywords, ast.keyword("keepdims", ast.Constant(True))]
        yield "keepdims", ast.Call(node.func, node.args, kept)
    if name in _REDUCE and "axis" not in given and len(node.args) <= 1:
        for axis in _AXES[:-1]:
            more = [*node.keywords, ast.keyword("axis", _constant(axis))]
            yield "axis", ast.Call(node.func, node.args, more)
    if isinstance(node.func, ast.Attribute) and name in ("swapaxes", "transpose", "copy", "ravel"):
        yield "part", node.func.value


def _constant(value: Any) -> ast.expr:
    if isinstance(value, tuple):
        return ast.Tuple([_constant(v) for v in value], ast.Load())
    return ast.Constant(value)


def _swaps(items: list) -> Iterator[list]:
    """The list with two of its items exchanged."""
    for i in range(len(items)):
        for j in range(i + 1, len(items)):
            swapped = list(items)
            swapped[i], swapped[j] = swapped[j], swapped[i]
            yield swapped


def _of_subscript(node: ast.Subscript) -> Iterator[tuple[str, ast.AST]]:
    if isinstance(node.slice, ast.Tuple):
        for swapped in _swaps(node.slice.elts):
            yield "order", ast.Subscript(node.value, ast.Tuple(swapped, ast.Load()), node.ctx)
    if isinstance(node.ctx, ast.Load):
        yield "part", node.value


def _of_slice(node: ast.Slice) -> Iterator[tuple[str, ast.AST]]:
    backwards = ast.UnaryOp(ast.USub(), ast.Constant(1))
    if node.step is not None:
        yield "slice", ast.Slice(node.lower, node.upper, None)
    elif node.lower is None and node.upper is None:
        yield "slice", ast.Slice(None, None, backwards)
    if node.lower is not None:
        yield "slice", ast.Slice(None, node.upper, node.step)
    else:
        yield "slice", ast.Slice(ast.Constant(1), node.upper, node.step)
    if node.upper is not None:
        yield "slice", ast.Slice(node.lower, None, node.step)
        yield "slice", ast.Slice(node.lower, _plus(node.upper, 1), node.step)
        yield "slice", ast.Slice(node.lower, _plus(node.upper, -1), node.step)
    else:
        yield "slice", ast.Slice(node.lower, backwards, node.step)


def _plus(node: ast.expr, number: int) -> ast.expr:
    return ast.BinOp(node, ast.Add() if number > 0 else ast.Sub(), ast.Constant(abs(number)))


def _of_attribute(node: ast.Attribute) -> Iterator[tuple[str, ast.AST]]:
    if node.attr == "T":
        yield "transpose", node.value
    for pair in _SIBLINGS:
        if node.attr in pair:
            other = pair[1 - pair.index(node.attr)]
            yield "function", ast.Attribute(node.value, other, node.ctx)


def _around(node: ast.expr) -> Iterator[tuple[str, ast.AST]]:
    """Something put around what is there: a sign, one more or less, a transpose, half a turn."""
    if not isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
        return
    turned = ast.Tuple([ast.Constant(...), _backwards(), _backwards()], ast.Load())
    yield "transpose", ast.Attribute(node, "T", ast.Load())
    yield "half turn", ast.Subscript(node, turned, ast.Load())
    if isinstance(node, ast.BinOp | ast.Call | ast.Subscript):
        yield "sign", ast.UnaryOp(ast.USub(), node)
        yield "off by one", _plus(node, 1)
        yield "off by one", _plus(node, -1)


def _backwards() -> ast.Slice:
    return ast.Slice(None, None, ast.UnaryOp(ast.USub(), ast.Constant(1)))
