"""The exercise `backward_graph` of notebook 02."""

import math
from functools import partial

import numpy as np

from course_utils.checking.exercise import case, exercise
from course_utils.exercises.nb02_backprop_and_training.graphs import (
    from_the_inputs,
    graph_at_random,
    order_of,
    reached_from_the_end,
    visited,
    walk,
)
from course_utils.exercises.slips import reordered


@exercise(
    notebook="02",
    optional=True,
    points=4,
    minutes=60,
    returns=("values", "gradients"),
    explanation="First an order in which each node comes after all that it uses: visit what a node "
    "uses, then note the node. Along this order the values are known when they are needed. Against "
    "it a gradient is complete when it is passed on, since all users of a node come after it: each "
    "has added its share by then. The rest is the table of local slopes.",
)
def backward_graph(nodes, output):
    """All values of a graph, and the slope of one of them with respect to each.

    nodes: a tuple of K nodes, in any order. A node is a number, or what is done with the nodes of
    these places: ("add", i, j), ("multiply", i, j), ("max", i, j) or ("exp", i); i may equal j.
    output: the place of the node whose slopes are asked for.
    -> values, gradients, both arrays (K,): gradients[k] is the slope of values[output] with respect
    to values[k], 0 where it does not depend on it. If both are equal, max passes on the first.
    """
    order, values, gradients = [], np.zeros(len(nodes)), np.zeros(len(nodes))

    def visit(k):
        if k not in order:
            for used in nodes[k][1:] if isinstance(nodes[k], tuple) else ():
                visit(used)
            order.append(k)

    for k in range(len(nodes)):
        visit(k)
    slopes = {}  # node -> (used node, local slope), once for each use
    for k in order:
        if not isinstance(nodes[k], tuple):
            values[k] = nodes[k]
            continue
        kind, i, j = nodes[k][0], nodes[k][1], nodes[k][-1]
        a, b = values[i], values[j]
        if kind == "add":
            values[k], slopes[k] = a + b, ((i, 1), (j, 1))
        elif kind == "multiply":
            values[k], slopes[k] = a * b, ((i, b), (j, a))
        elif kind == "max":
            values[k], slopes[k] = max(a, b), ((i, a >= b), (j, a < b))
        else:
            values[k] = np.exp(a)
            slopes[k] = ((i, values[k]),)
    gradients[output] = 1
    for k in reversed(order):
        for used, slope in slopes.get(k, ()):
            gradients[used] += gradients[k] * slope
    return values, gradients


@backward_graph.cases
def _(rng):
    yield case((3.0, ("multiply", 0, 0)), 1, label="x · x")
    yield case((2.0, -1.0, ("add", 0, 1)), 2, label="x + y")
    yield case((3.0, 2.0, ("multiply", 0, 1)), 2, label="x · y")
    yield case((3.0, 5.0, ("max", 0, 1)), 2, label="max(x, y)")
    yield case((0.5, ("exp", 0)), 1, label="exp(x)")
    fork = (3.0, -4.0, 2.0, ("add", 0, 1), ("max", 1, 2), ("multiply", 3, 4))
    yield case(fork, 5, label="(x + y) · max(y, z), z is larger")
    yield case((1.0, 2.0, -1.0, *fork[3:]), 5, label="(x + y) · max(y, z), y is larger and forks")
    yield case((2.5, 2.5, ("max", 0, 1), ("multiply", 2, 1)), 3, label="a tie")
    yield case((("add", 2, 1), ("multiply", 2, 2), 1.5), 0, label="the output comes first: x + x·x")
    late = (("multiply", 3, 1), ("exp", 2), -0.5, ("add", 1, 2), 7.0, ("add", 4, 0))
    yield case(late, 0, label="a node that the output does not need")
    chain = (1.25, *(("add", k, k) for k in range(40)))
    yield case(chain, 40, label="2⁴⁰ ways from the input to the output")
    for size in (6, 9, 14):
        yield case(*graph_at_random(rng, size), label=f"{size} nodes at random")


@backward_graph.oracle
def _(nodes, output):
    values = _forward(nodes)
    return values, np.array([_pushed(nodes, values, output, k) for k in range(len(nodes))])


def _forward(nodes):
    """All values, found by asking again and again which node can be computed."""
    values = {}
    while len(values) < len(nodes):
        for k, node in enumerate(nodes):
            if not isinstance(node, tuple):
                values[k] = float(node)
            elif all(i in values for i in node[1:]):
                given = [values[i] for i in node[1:]]
                values[k] = {"add": sum, "multiply": math.prod, "max": max,
                             "exp": lambda g: math.exp(g[0])}[node[0]](given)  # fmt: skip
    return np.array([values[k] for k in range(len(nodes))])


def _pushed(nodes, values, output, moved):
    """Forwards: how fast the output moves when the node `moved` does, one node at a time."""
    speed = {moved: 1.0}
    while len(speed) < len(nodes):
        for k, node in enumerate(nodes):
            uses = node[1:] if isinstance(node, tuple) else ()
            if k == moved or not all(i in speed for i in uses):
                continue
            if not uses:
                speed[k] = 0.0
            elif node[0] == "add":
                speed[k] = speed[uses[0]] + speed[uses[1]]
            elif node[0] == "multiply":
                i, j = uses
                speed[k] = speed[i] * values[j] + values[i] * speed[j]
            elif node[0] == "max":
                speed[k] = speed[uses[0] if values[uses[0]] >= values[uses[1]] else uses[1]]
            else:
                speed[k] = math.exp(values[uses[0]]) * speed[uses[0]]
    return speed[output]


TIES = (
    {"max": lambda a, b, value: (a >= b, b >= a)},
    {"max": lambda a, b, value: (a > b, b > a)},
    {"max": lambda a, b, value: ((a > b) + 0.5 * (a == b), (b > a) + 0.5 * (a == b))},
)
ORDERS = (  # in which contributions come, where the last one is all that is left
    {"order": lambda nodes, output: visited(nodes)},
    {"order": visited},
)

for name, hint, change in (
    (
        "at a fork the contributions overwrite each other",
        "x · x has the slope 2x, and x gets two contributions. Is it = or +=?",
        {"gather": lambda before, more: more},
    ),
    (
        "add shares the gradient among its inputs",
        "Let x grow by 1: by how much does x + y grow?",
        {"add": lambda a, b, value: (0.5, 0.5)},
    ),
    (
        "multiply does not swap: each input got its own value as slope",
        "By how much does x · y grow when x grows by 1? It is not x.",
        {"multiply": lambda a, b, value: (a, b)},
    ),
    (
        "multiply passed the gradient on as add does",
        "By how much does x · y grow when x grows by 1?",
        {"multiply": lambda a, b, value: (1.0, 1.0)},
    ),
    (
        "max passed the gradient on to both inputs",
        "If the smaller of the two moves a little, does max(x, y) move?",
        {"max": lambda a, b, value: (1.0, 1.0)},
    ),
    (
        "max passed the gradient on to the smaller input",
        "Which of the two does max(x, y) follow when it moves?",
        {"max": lambda a, b, value: (a < b, a >= b)},
    ),
    (
        "max gave the gradient to the value of the larger input, as a factor",
        "max(x, y) with x the larger is x itself. What is the slope of x with respect to x?",
        {"max": lambda a, b, value: (a * (a >= b), b * (a < b))},
    ),
    (
        "where both inputs of max are equal, the gradient went to the second, to both, or to none",
        "The docstring says who gets the gradient at a tie. Is it > or >=?",
        {"max": lambda a, b, value: (a > b, a <= b)},
    ),
    (
        "the slope of exp was taken to be its input",
        "Which function is its own slope?",
        {"exp": lambda a, b, value: (a,)},
    ),
    (
        "the slope of exp is missing",
        "exp has a local slope, too. Which of the numbers you have already is it?",
        {"exp": lambda a, b, value: (1.0,)},
    ),
    (
        "the gradient of the output itself is not 1",
        "What is the slope of f with respect to f?",
        {"first": 0.0},
    ),
    (
        "the last node was taken as the output",
        "Where does your code use output?",
        {"end": lambda nodes, output: len(nodes) - 1},
    ),
    (
        "nodes passed their gradients on in the order in which they are listed, from the end",
        "The list may be in any order. When is the gradient of a node complete?",
        {"order": lambda nodes, output: list(range(len(nodes)))},
    ),
    (
        "gradients were passed on in the order of the values, from the inputs to the output",
        "Which node knows its gradient at the beginning? Who comes next?",
        {"order": from_the_inputs},
    ),
    (
        "a node passed its gradient on before all contributions had come in",
        "In x + x·x, who has to have passed its gradient on before x knows all of its own?",
        {"order": reached_from_the_end},
    ),
):
    ways = TIES if "both inputs of max are equal" in name else ORDERS if "gather" in change else ()
    also = tuple(partial(walk, **{**change, **way}) for way in ways)
    backward_graph.mistake(name, hint=hint, also=also)(partial(walk, **change))


@backward_graph.mistake(
    "what the output does not need got a gradient: every node that nobody uses began with 1",
    hint="The slope of which number is asked for? How much does it change when a node moves that "
    "it does not depend on?",
)
def _(nodes, output):
    used = {i for node in nodes if isinstance(node, tuple) for i in node[1:]}
    values, _ = walk(nodes, output)
    ends = {*set(range(len(nodes))) - used, output}
    return values, sum(walk(nodes, end)[1] for end in ends)


@backward_graph.mistake(
    "only the inputs, the nodes that are numbers, have a gradient",
    hint="gradients has a place for each node. Which one has the gradient that has come as far as "
    "the multiplication?",
)
def _(nodes, output):
    values, gradients = walk(nodes, output)
    return values, np.where([isinstance(node, tuple) for node in nodes], 0.0, gradients)


@backward_graph.mistake(
    "values and gradients are in the order of the walk, not in that of nodes",
    hint="values[k] belongs to nodes[k]. By what number do you store it?",
)
def _(nodes, output):
    values, gradients = walk(nodes, output)
    order = order_of(nodes, output)
    return values[order], gradients[order]


backward_graph.slip(reordered(1, 0))
