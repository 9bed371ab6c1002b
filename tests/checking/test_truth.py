"""What `check` says is true: no wrong answer passes, no name is false, no promise is broken."""

import signal
import sys
import threading

import numpy as np
import pytest

from course_utils.checking import board, check, progress, reference, reveal
from course_utils.checking.judging import STOPPED, TIME_LIMIT, examine
from course_utils.checking.lending import foreign_names
from course_utils.checking.report import verdict_card
from course_utils.checking.watchdog import TimeLimit, limit


def defined(source: str, **scope):
    """The function that a cell with this text defines, as the notebook has it."""
    scope = {"np": np, "__name__": "__main__", **scope}
    exec(source, scope)
    return next(v for k, v in reversed(scope.items()) if callable(v) and k not in ("np",))


# -------------------------------------------------------------------- whatever the notebook has set
NAIVE = "def sigmoid(x):\n    return 1 / (1 + np.exp(-x))"


@pytest.mark.parametrize("setting", ["ignore", "warn", "raise"])
def test_numpys_error_state_does_not_change_a_verdict(setting):
    before = np.geterr()
    with np.errstate(all=setting):
        assert examine(defined(NAIVE), reference("sigmoid")).problem.kind == "warning"
        for name in ("sigmoid", "multitask_loss", "ensemble_vote", "softmax_cross_entropy"):
            assert examine(reference(name).reference, reference(name)).passed
    assert np.geterr() == before


def test_what_an_answer_sets_is_put_back(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path.parent)
    np.random.seed(5)  # noqa: NPY002
    expected = np.random.random()  # noqa: NPY002
    np.random.seed(5)  # noqa: NPY002
    limit_before = sys.getrecursionlimit()
    answer = defined(
        "import os, random, sys\n"
        "def relu(x):\n"
        "    np.seterr(all='ignore'); np.set_printoptions(precision=1); np.random.seed(1)\n"
        f"    os.chdir({str(tmp_path)!r}); os.environ['MINE'] = '1'; sys.setrecursionlimit(5000)\n"
        "    return np.maximum(x, 0)"
    )
    assert examine(answer, reference("relu")).passed
    assert np.random.random() == expected  # noqa: NPY002
    assert np.geterr()["over"] == "warn"
    assert np.get_printoptions()["precision"] == 8
    assert sys.getrecursionlimit() == limit_before
    import os

    assert "MINE" not in os.environ
    assert os.getcwd() == str(tmp_path.parent)


def test_random_answers_draw_the_same_in_each_run():
    answer = defined("def relu(x):\n    return np.maximum(x, 0) + np.random.random(x.shape)")
    first, second = (examine(answer, reference("relu")) for _ in range(2))
    assert first.problem == second.problem


# ------------------------------------------------------------------------------ loops without end
ENDLESS = "def relu(x):\n    while True:\n        pass"


def test_an_endless_loop_gets_a_card_and_counts_as_an_attempt(monkeypatch, capsys):
    monkeypatch.setattr(reference("relu"), "seconds", 0.2)
    answer = defined(ENDLESS)
    assert check(answer) is reference("relu")
    said = capsys.readouterr().out
    assert "it did not come to an end" in said
    assert "stopped after 0.2 seconds. Is there a loop that never ends?" in said
    assert "It happened in this case" in said
    assert board.attempts("relu") == 1
    reveal("relu")
    assert "np.maximum" in capsys.readouterr().out


@pytest.mark.parametrize("body", [
    "    try:\n        while True: pass\n    except Exception:\n        return x",
    "    import time\n    time.sleep(30)",
    "    while True:\n        np.ones(1000) @ np.ones(1000)",
])  # fmt: skip
def test_other_loops_end_as_well(body):
    verdict = examine(defined(f"def relu(x):\n{body}"), reference("relu"), seconds=0.2)
    assert verdict.state == TIME_LIMIT


def test_the_stop_button_gets_a_card(capsys):
    def relu(x):
        raise KeyboardInterrupt

    verdict = examine(relu, reference("relu"))
    assert verdict.state == STOPPED
    assert "You stopped your function." in verdict_card(verdict).text()
    assert check(relu) is reference("relu")
    assert board.attempts("relu") == 1


def test_the_watchdog_works_in_another_thread():
    ended = []

    def work():
        try:
            with limit(0.2):
                while True:
                    pass
        except TimeLimit:
            ended.append(True)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(10)
    assert ended == [True]


def test_a_call_that_ends_in_time_leaves_nothing_behind():
    rung = []
    before = signal.getsignal(signal.SIGALRM)
    try:
        with limit(0.2):
            pass
        threading.Event().wait(0.4)
    except TimeLimit:
        rung.append("late")
    assert rung == []
    assert signal.getsignal(signal.SIGALRM) is before


# ---------------------------------------------------------------- the same words as `course grade`
FOREIGN = {
    "a ufunc of SciPy": ("from scipy.special import expit\n"
                         "def sigmoid(x):\n    return expit(x)", "expit"),
    "an import inside": ("def sigmoid(x):\n    import torch\n    return torch.sigmoid("
                         "torch.tensor(np.ascontiguousarray(x))).numpy()", "torch"),
    "a helper": ("import scipy.special\ndef helper(x):\n    return scipy.special.expit(x)\n"
                 "def sigmoid(x):\n    return helper(x)", "scipy"),
    "a helper that imports": ("def helper(x):\n    from scipy import special\n"
                              "    return special.expit(x)\ndef sigmoid(x):\n    return helper(x)",
                              "scipy"),
}  # fmt: skip


@pytest.mark.parametrize("name", FOREIGN)
def test_help_that_is_not_there_when_it_is_graded_earns_nothing(name, capsys):
    source, named = FOREIGN[name]
    answer = defined(source)
    assert foreign_names(answer, reference("sigmoid")) == [named]
    check(answer)
    said = capsys.readouterr().out
    assert "would earn no points" in said
    assert "2 points" not in said
    progress("01")
    said = capsys.readouterr().out
    assert "0 of 5 exercises solved, 0 of" in said
    assert "right, but with help that earns no points, 1 attempt" in said


def test_helpers_of_ones_own_are_no_help_from_elsewhere():
    answer = defined("import math\ndef helper(x):\n    return np.maximum(x, math.floor(0.5))\n"
                     "def relu(x):\n    return helper(x)")  # fmt: skip
    assert foreign_names(answer, reference("relu")) == []


def test_the_course_lends_what_comes_before():
    conv2d = reference("conv2d_input_grad")
    answer = defined("def conv2d_input_grad(grad_out, weight):\n"
                     "    return full_convolution(grad_out, rotate180(weight).swapaxes(0, 1))",
                     full_convolution=reference("full_convolution"),
                     rotate180=reference("rotate180"))  # fmt: skip
    assert examine(answer, conv2d).passed
    assert foreign_names(answer, conv2d) == []
    later = defined("def rotate180(weight):\n    return conv2d_backward(weight)",
                    conv2d_backward=reference("conv2d_backward"))  # fmt: skip
    assert foreign_names(later, reference("rotate180")) == ["conv2d_backward"]


# ---------------------------------------------------------------------------------- the first line
def test_a_lost_default_is_noticed(capsys):
    size = reference("conv_output_size")
    body = "\n    return (size + 2 * padding - dilation * (kernel_size - 1) - 1) // stride + 1"
    lost = defined("def conv_output_size(size, kernel_size, stride, padding, dilation):" + body)
    assert check(lost) is size  # the next cell calls it with two arguments
    said = capsys.readouterr().out
    assert "✓ conv_output_size" in said
    assert "lacks the default stride=1 and padding=0 and dilation=1" in said
    other = "def conv_output_size(size, kernel_size, stride=2, padding=0, dilation=1):"
    assert check(defined(other + body)) is size
    assert "lacks the default stride=1." in capsys.readouterr().out


def test_exchanged_parameters_are_noticed():
    answer = defined(
        "def linear_backward(x, grad_out, weight):\n"
        "    return grad_out @ weight, grad_out.T @ x, grad_out.sum(axis=0)"
    )
    verdict = examine(answer, reference("linear_backward"))
    assert verdict.problem.kind == "signature"
    assert "in another order, (x, grad_out, weight)" in verdict.problem.sentence


class Callable:
    def __call__(self, x):
        return np.maximum(x, 0)


def undecorated(function):
    def wrapper(x):
        return function(x)

    return wrapper


@pytest.mark.parametrize("answer", [lambda x: np.maximum(x, 0), Callable(),
                                    undecorated(lambda x: np.maximum(x, 0))])  # fmt: skip
def test_a_function_without_the_name_is_checked_under_the_name_it_is_bound_to(
    answer, capsys, monkeypatch
):
    assert check(relu=answer) is answer
    assert "✓ relu" in capsys.readouterr().out
    check(answer)
    said = capsys.readouterr().out
    assert "no exercise is called 'wrapper'" in said or "Write def relu(…)" in said
    monkeypatch.setattr(sys.modules["__main__"], "relu", answer, raising=False)
    assert check(answer) is answer
    assert "✓ relu" in capsys.readouterr().out


# ---------------------------------------------------------------------- without a place to write
def test_attempts_count_where_nothing_can_be_written(tmp_path, monkeypatch, capsys):
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    monkeypatch.setenv("COURSE_PROGRESS", str(blocked / "progress.jsonl"))
    check(defined("def relu(x):\n    return x + 1"))
    reveal("relu")
    assert "np.maximum" in capsys.readouterr().out
