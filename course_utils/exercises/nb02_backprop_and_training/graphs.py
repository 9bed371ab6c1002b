"""Graphs of additions, products, maxima and exponentials, and a walk through them with one change.

A graph is a tuple of nodes: numbers, or `("add", i, j)`, `("multiply", i, j)`, `("max", i, j)` and
`("exp", i)` with the places of what they use.
"""

import numpy as np

_SLOPES = {
    "add": lambda a, b, value: (1.0, 1.0),
    "multiply": lambda a, b, value: (b, a),
    "max": lambda a, b, value: (a >= b, a < b),
    "exp": lambda a, b, value: (value,),
}


def graph_at_random(rng, size):
    """(nodes, output): a graph of at least `size` nodes, shuffled; its output needs all of them."""
    nodes = [float(number) for number in rng.normal(size=3).round(2)]
    while len(nodes) < size:
        kind = ("add", "multiply", "max", "exp")[rng.integers(4)]
        i, j = (int(k) for k in rng.integers(len(nodes), size=2))
        nodes.append((kind, i) if kind == "exp" else (kind, i, j))
        if abs(_values(nodes)[-1]) > 20:  # no number so large that others do not count beside it
            nodes[-1] = ("max", i, j)
    used = {i for node in nodes if isinstance(node, tuple) for i in node[1:]}
    unused = [k for k in range(len(nodes)) if k not in used]
    while len(unused) > 1:
        nodes.append(("add", unused.pop(), unused.pop()))
        unused.append(len(nodes) - 1)
    return _shuffled(rng, nodes, unused[0])


def _shuffled(rng, nodes, output):
    places = [int(k) for k in rng.permutation(len(nodes))]  # node k goes to places[k]
    moved = [None] * len(nodes)
    for k, node in enumerate(nodes):
        known = isinstance(node, tuple)
        moved[places[k]] = (node[0], *(places[i] for i in node[1:])) if known else node
    return tuple(moved), places[output]


def order_of(nodes, output=None):
    """The nodes, each after all that it uses."""
    order = []
    while len(order) < len(nodes):
        for k, node in enumerate(nodes):
            uses = node[1:] if isinstance(node, tuple) else ()
            if k not in order and all(i in order for i in uses):
                order.append(k)
    return order


def visited(nodes, output=None):
    """The same by a walk that notes a node once all that it uses is noted; or of one node only."""
    order = []

    def visit(k):
        if k not in order:
            for i in nodes[k][1:] if isinstance(nodes[k], tuple) else ():
                visit(i)
            order.append(k)

    for k in range(len(nodes)) if output is None else (output,):
        visit(k)
    return order


def from_the_inputs(nodes, output):
    """The nodes in the order of their values: the wrong way round for gradients."""
    return order_of(nodes)[::-1]


def reached_from_the_end(nodes, output):
    """The nodes as a walk from the output finds them, level by level, turned round."""
    found = [output]
    for k in found:
        uses = nodes[k][1:] if isinstance(nodes[k], tuple) else ()
        found += [i for i in dict.fromkeys(uses) if i not in found]
    return found[::-1]


def _values(nodes):
    values = [0.0] * len(nodes)
    for k in order_of(nodes):
        values[k] = _value(nodes[k], values)
    return values


def _value(node, values):
    if not isinstance(node, tuple):
        return node
    given = [values[i] for i in node[1:]]
    if node[0] == "exp":
        return float(np.exp(given[0]))
    a, b = given
    return {"add": a + b, "multiply": a * b, "max": max(a, b)}[node[0]]


def walk(nodes, output, *, order=order_of, gather=None, first=1.0, end=None, **slopes):
    """(values, gradients) with one thing changed.

    order(nodes, output): along which nodes pass their gradients on, from its end; gather(before,
    more): what a node has after a contribution; first: the gradient of the output; end(nodes,
    output): which node that is; add, multiply, max, exp: the local slopes from (a, b, value)
    """
    values, gradients = np.array(_values(nodes)), np.zeros(len(nodes))
    slopes = {**_SLOPES, **slopes}
    gather = gather or (lambda before, more: before + more)
    gradients[end(nodes, output) if end else output] = first
    for k in reversed(order(nodes, output)):
        if not isinstance(nodes[k], tuple):
            continue
        kind, *uses = nodes[k]
        local = slopes[kind](values[uses[0]], values[uses[-1]], values[k])
        for i, slope in zip(uses, local, strict=True):
            gradients[i] = gather(gradients[i], gradients[k] * slope)
    return values, gradients
