"""The names that an interactive figure of a notebook looks up each time it is moved."""

import ast


def names_bound_later(codes):
    """(place of the figure's cell, name, place of a later cell that gives the name another value).

    codes: the code of a notebook's cells, in their order. A figure's function looks a global name
    up when a control is moved, also long after the notebook has run to its end.
    """
    trees = [ast.parse(code) for code in codes]
    bound = [_bound(tree) for tree in trees]
    functions = {}
    for place, tree in enumerate(trees):
        functions |= {f.name: f for f in tree.body if isinstance(f, ast.FunctionDef)}
        for call in ast.walk(tree):
            if isinstance(call, ast.Call) and ast.unparse(call.func) == "interactive":
                drawing = functions.get(ast.unparse(call.args[0]))  # or a function of the course
                used = _looked_up(drawing, functions) if drawing else set()
                for later in range(place + 1, len(trees)):
                    yield from ((place, name, later) for name in sorted(used & bound[later]))


def _bound(tree):
    """Names that a cell's own lines bind: not those inside its functions."""
    names, todo = set(), list(tree.body)
    while todo:
        node = todo.pop()
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.alias):
            names.add(node.asname or node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        else:
            scopes = ast.Lambda | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
            todo += [] if isinstance(node, scopes) else ast.iter_child_nodes(node)
    return names


def _looked_up(function, functions):
    """Global names that a function looks up, itself or through functions of the notebook."""
    used, todo = set(), [function]
    while todo:
        nodes = list(ast.walk(todo.pop()))
        names = [node for node in nodes if isinstance(node, ast.Name)]
        own = {node.arg for node in nodes if isinstance(node, ast.arg)}
        own |= {name.id for name in names if isinstance(name.ctx, ast.Store)}
        fresh = {name.id for name in names} - own - used
        used |= fresh
        todo += [functions[name] for name in fresh if name in functions]
    return used
