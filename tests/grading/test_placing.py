"""The line in which one change would do: found in the sandbox, told in the feedback, no points."""

import pytest

from course_utils.grading import feedback, grade, sandbox
from course_utils.grading.reading import parse
from submissions import edition

ONE_EDIT = {
    ("00", "relu"): ("def relu(x):\n    y = np.maximum(x, 0)\n    return y * 2", 3),
    ("03", "conv_output_size"): (
        "def conv_output_size(size, kernel_size, stride=1, padding=0, dilation=1):\n"
        "    span = dilation * (kernel_size - 2) + 1\n"
        "    return (size + 2 * padding - span) // stride + 1",
        2,
    ),
    ("05", "maxpool2d_backward"): (
        "def maxpool2d_backward(grad_out, positions, size):\n"
        "    N, C, OH, OW = grad_out.shape\n"
        "    grad = np.zeros((N, C, size[0] * size[1]))\n"
        "    for n, c, i, j in np.ndindex(grad_out.shape):\n"
        "        grad[n, c, positions[n, c, i, j]] += grad_out[n, c, i, j] * 3\n"
        "    return grad.reshape(N, C, *size)",
        5,
    ),
}


@pytest.fixture(scope="module")
def grader():
    with grade.Grader(sandbox.probe(), seed=3) as made:
        yield made


def result_of(grader, number, name, answer):
    results = grader.grade(parse(edition(number, {name: answer})), number)
    return {r.exercise: r for r in results}[name]


@pytest.mark.parametrize(("number", "name"), ONE_EDIT)
def test_the_line_is_found(grader, number, name):
    answer, line = ONE_EDIT[number, name]
    result = result_of(grader, number, name, answer)
    assert (result.state, result.points, result.mistake) == ("wrong", 0, "")
    text = answer.splitlines()[line - 1].strip()
    assert f"One change in line {line}, `{text}`, would make all" in result.place
    assert any(result.place.rstrip("?")[:60] in said for said in feedback.lines(result))


def test_no_line_is_better_than_a_wrong_one(grader):
    far = "def relu(x):\n    a = x + 3\n    return np.sort(a) * 7 - np.cumsum(x)"
    assert result_of(grader, "00", "relu", far).place == ""


def test_edited_answers_end(grader):
    """One of the edits makes the loop endless; the search goes on and comes to its end."""
    answer = (
        "def relu(x):\n    y, i = x.ravel().copy(), 0\n    while i < y.size:\n"
        "        if y[i] > 1:\n            y[i] = 0\n        i += 1\n    return y.reshape(x.shape)"
    )
    assert result_of(grader, "00", "relu", answer).state == "wrong"


def test_one_that_forges_its_edits_gains_nothing(grader):
    answer = (
        "import sys\ndef relu(x):\n    sys.modules['runner']._try_edits = lambda *a: None\n"
        "    return x + 1"
    )
    assert result_of(grader, "00", "relu", answer).points == 0
