"""The place in the learner's own code: one edit that would make every case right."""

import ast
import linecache
import warnings

import numpy as np
import pytest

from course_utils.checking import check, reference
from course_utils.checking.edits import RANK, edits_of
from course_utils.checking.locating import QUESTIONS, locate

HEAD = "# 2 points, about 10 minutes. Stuck? Run hint(…) in a new cell.\n"


def cell(source: str, **scope):
    """The function that a notebook's cell defines, with the comment that stands above it."""
    name, text = f"<cell-{len(linecache.cache)}>", HEAD + source
    linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
    scope = {"np": np, "__name__": "__main__", **scope}
    exec(compile(text, name, "exec"), scope)
    return scope[ast.parse(source).body[-1].name]


POOL = """def maxpool2d_backward(grad_out, positions, size):
    N, C, OH, OW = grad_out.shape
    grad = np.zeros((N, C, size[0] * size[1]))
    for n, c, i, j in np.ndindex(grad_out.shape):
        grad[n, c, positions[n, c, i, j]] = grad_out[n, c, i, j]
    return grad.reshape(N, C, *size)
"""
LINEAR = """def linear_backward(grad_out, x, weight):
    grad_x = grad_out @ weight
    grad_weight = grad_out.T @ x
    grad_bias = grad_out.mean(axis=0)
    return grad_x, grad_weight, grad_bias
"""
FULL = """def full_convolution(x, weight):
    KH, KW = weight.shape[2:]
    padded = np.pad(x, ((0, 0), (0, 0), (KH - 1, KH - 1), (KH - 1, KW - 1)))
    return conv2d(padded, weight)
"""
LOOP = """def count_mlp_parameters(sizes):
    total = 0
    for a, b in zip(sizes[:-1], sizes[1:]):
        total += a * b + b
        return total
"""
IN_PLACE = """def relu(x):
    x[x < 0] = 0
    return x
"""


@pytest.mark.parametrize(("source", "line", "category"), [
    (POOL, 6, "= or +="), (LINEAR, 5, "function"), (FULL, 4, "name"), (LOOP, 4, "return too deep"),
    (IN_PLACE, 2, "copy"),
])  # fmt: skip
def test_the_line_is_found(source, line, category):
    answer = cell(source, conv2d=reference("full_convolution").reference.__globals__["conv2d"])
    (place,) = locate(answer, reference(answer.__name__))
    assert (place.line, place.category) == (line, category)
    assert place.text == (HEAD + source).splitlines()[line - 1].strip()


def test_the_card_says_where_to_look_and_not_what_to_write(capsys):
    check(cell(LINEAR))
    said = capsys.readouterr().out
    assert "One change in line 5, `grad_bias = grad_out.mean(axis=0)`, would make all" in said
    assert "look at the function that is called there: is it the right one of its kind?" in said
    assert "sum" not in said.split("One change")[1].split("\n")[0]


def test_nothing_is_found_where_more_than_one_edit_is_needed():
    twice = LINEAR.replace("grad_out @ weight", "grad_out @ weight + 1").replace(
        ".T @ x", ".T @ x * 2"
    )
    assert locate(cell(twice), reference("linear_backward")) == []


def test_an_answer_that_prints_is_not_run_again(capsys):
    chatty = LINEAR.replace("    grad_x =", "    print(x)\n    grad_x =")
    check(cell(chatty))
    assert "One change" not in capsys.readouterr().out


def test_python_does_not_complain_of_edited_code():
    """1.5[()], which one of the edits makes, has a SyntaxWarning."""
    function = cell("def relu(x):\n    return (np.maximum(x, 0) * 1.5)[()] + 1\n")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        locate(function, reference("relu"))
    assert [str(warning.message) for warning in caught] == []


def test_an_edit_that_never_ends_is_given_up():
    source = """def relu(x):
    k = 0
    while k < 1:
        k += 1
    return np.minimum(x, 0)
"""
    (place,) = locate(cell(source), reference("relu"))
    assert place.line == 6


def test_functions_without_a_source_are_left_alone():
    scope = {"np": np}
    exec("def relu(x):\n    return np.minimum(x, 0)", scope)
    assert locate(scope["relu"], reference("relu")) == []
    assert locate(lambda x: np.minimum(x, 0), reference("relu")) == []


def test_every_edit_is_taken_back():
    (tree,) = ast.parse(POOL).body
    before = ast.dump(tree)
    edits = edits_of(tree)
    for edit in edits:
        with edit.applied():
            assert ast.dump(tree) != before, edit.category
        assert ast.dump(tree) == before, edit.category
    assert len(edits) > 200


def test_every_category_has_its_question():
    sources = [reference(name).source for name in ("conv2d_backward", "softmax_cross_entropy",
               "maxpool2d", "numerical_gradient", "plateau_schedule", "box_iou")]  # fmt: skip
    trees = [ast.parse(text).body[0] for text in [*sources, LOOP, IN_PLACE]]
    found = {edit.category for tree in trees for edit in edits_of(tree)}
    assert found <= set(QUESTIONS)
    assert set(RANK) <= set(QUESTIONS)
    assert len(found) > 15
