"""check, hint, reveal and progress, as a learner meets them."""

import sys
import types

import numpy as np
import pytest

from course_utils.checking import board, check, classroom, hint, progress, reference, reset, reveal
from course_utils.checking.comparing import short
from course_utils.checking.judging import examine
from course_utils.checking.questions import answer_to
from course_utils.checking.report import difference_picture, verdict_card


def named(name):
    """Give a function the name of an exercise, as `def name(...)` would."""

    def rename(function):
        function.__name__ = name
        return function

    return rename


@named("relu")
def right(x):
    return np.where(x > 0, x, 0)


@named("relu")
def wrong(x):
    return np.abs(x)


@named("relu")
def stub(x):
    """Doc."""
    ...


def test_a_right_answer_stays_the_learners_own(capsys):
    assert check(right) is right
    assert "✓ relu: right in all 6 cases. 1 point." in capsys.readouterr().out


def test_a_wrong_answer_is_replaced_and_explained(capsys):
    got = check(wrong)
    assert got is reference("relu")
    assert np.array_equal(got(np.array([-1.0, 2.0])), [0, 2])
    out = capsys.readouterr().out
    assert "It looks like this mistake: negative entries were made positive." in out
    assert "Ask yourself: abs(−3) is 3. What should −3 become?" in out
    assert "x = [ 3., -3.,  0.]" in out


def test_a_stub_is_replaced_and_not_counted(capsys):
    assert check(stub) is reference("relu")
    assert "○ relu: not attempted yet" in capsys.readouterr().out
    assert board.attempts("relu") == 0


def test_checking_the_courses_own_version_is_explained(capsys):
    own = reference("relu")
    assert check(own) is own
    assert "Run the cell that defines relu again" in capsys.readouterr().out


def test_calling_the_function_first_is_explained(capsys):
    check(right(np.ones(3)))
    assert "check wants the function itself" in capsys.readouterr().out


def test_an_unknown_name_lists_close_ones(capsys):
    check(named("sigmoyd")(lambda x: x))
    assert "no exercise is called 'sigmoyd'; did you mean sigmoid" in capsys.readouterr().out


def test_strict_mode_raises(monkeypatch):
    monkeypatch.setenv("COURSE_STRICT", "1")
    assert check(right) is right
    with pytest.raises(AssertionError, match="negative entries were made positive"):
        check(wrong)
    with pytest.raises(AssertionError, match="not attempted"):
        check(stub)


def test_strict_mode_lets_a_worked_example_go_wrong(monkeypatch):
    monkeypatch.setenv("COURSE_STRICT", "1")
    negative = reference("negative")
    assert check(named("negative")(lambda image: -image)) is negative


def test_hints_come_one_by_one(capsys):
    relu = reference("relu")
    for number, text in enumerate(relu.hints, 1):
        hint(right)
        out = capsys.readouterr().out
        assert f"hint {number} of {len(relu.hints)}" in out
        assert text in out
    hint("relu")
    said = capsys.readouterr().out
    assert "no more hints. Here they are again:" in said
    assert all(text in said for text in relu.hints)


def test_reveal_asks_for_an_attempt_first(capsys):
    reveal("relu")
    assert "try it once yourself first" in capsys.readouterr().out
    check(stub)
    reveal("relu")
    assert "np.maximum" not in capsys.readouterr().out
    check(wrong)
    reveal("relu")
    out = capsys.readouterr().out
    assert "return np.maximum(x, 0)" in out
    assert reference("relu").explanation in out


@pytest.mark.parametrize(
    "asked", ["05.Q1", "5.q1", " 05.Q1 ", "05 Q1", "5.1", 5.1, "05.question 1"]
)
def test_reveal_answers_a_question_without_an_attempt(asked, capsys):
    reveal(asked)
    said = capsys.readouterr().out
    assert said.startswith("Notebook 05, question 1\n  Think first")
    assert "63 of 64 pixels" in said


@pytest.mark.parametrize("asked", ["a1.Q1", "A1.q1", " a1 Q1", "a1.1", "a1 question 1"])
def test_an_appendix_has_answers_too(asked, capsys):
    reveal(asked)
    assert capsys.readouterr().out.startswith("Notebook a1, question 1\n  Think first")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("a1.Q4", "notebook a1 has the questions Q1 to Q3, and not Q4"),
        ("a1", "a question is named by its notebook and its number"),
        ("a9.Q1", "no notebook with answers to its questions is numbered 'a9'; there are 00, 01"),
        ("05.Q4", "notebook 05 has the questions Q1 to Q3, and not Q4"),
        ("05.Q0", "notebook 05 has the questions Q1 to Q3, and not Q0"),
        ("Q2", 'which notebook is question 2 in? For notebook 05 write reveal("05.Q2")'),
        ("98.Q1", "no notebook with answers to its questions is numbered '98'; there are 00, 01"),
        ("05", 'a question is named by its notebook and its number, as in reveal("05.Q1")'),
        (5, "a question is named by its notebook and its number"),
        ("05.Qx", "got '05.Qx'"),
    ],
)
def test_a_question_that_there_is_not_gets_one_sentence(asked, said, capsys):
    reveal(asked)
    out = capsys.readouterr().out
    assert said in out
    assert out.count("\n") == 1


@pytest.mark.parametrize("ask", [hint, reset])
def test_a_question_is_no_exercise(ask, capsys):
    ask("05.Q1")
    assert "an answer is shown by reveal" in capsys.readouterr().out


def test_an_answer_is_markdown_in_a_notebook():
    shown = answer_to("14.Q1")._repr_mimebundle_()
    assert shown["text/markdown"].startswith("**Notebook 14, question 1.** *Think first")
    assert "$r = 9CF/(C + 9F)$" in shown["text/markdown"]
    assert "Think first" in shown["text/plain"]


def test_the_board_shows_every_exercise(capsys):
    check(wrong)
    check(right)
    check(wrong)
    progress("00")
    out = capsys.readouterr().out
    assert "✓ relu" in out
    assert "passed, 3 attempts" in out
    progress()
    assert "momentum_step" in capsys.readouterr().out
    progress("98")
    assert "no notebook with exercises is numbered '98'" in capsys.readouterr().out


# ------------------------------------------------------------------------------------- how it looks
def test_the_html_is_escaped():
    @named("relu")
    def nasty(x):
        raise ValueError("<script>alert(1)</script>")

    html = verdict_card(examine(nasty, reference("relu"))).html()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_image_like_answers_get_a_picture():
    negative = reference("negative")
    wrong_if_large = examine(lambda image: 255 - image * (image.size < 9), negative)
    assert difference_picture(wrong_if_large).startswith(b"\x89PNG")
    assert difference_picture(examine(lambda image: image // 2, negative)) is None  # 2×2: too small
    assert difference_picture(examine(negative.reference, negative)) is None


def test_both_forms_say_the_same():
    card = verdict_card(examine(wrong, reference("relu")))
    bundle = card._repr_mimebundle_()
    assert "made positive" in bundle["text/plain"]
    assert "made positive" in bundle["text/html"]


def test_a_right_answer_that_could_not_be_graded_is_told_so(capsys):
    from course_utils import numpy_nn as nn

    scope = {"nn": nn, "np": np}
    exec("def relu(x):\n    return nn.relu(x)", scope)
    check(scope["relu"])
    said = capsys.readouterr().out
    assert "✓ relu" in said
    assert "uses `nn`" in said
    exec("import math\ndef relu(x):\n    math.pi\n    return np.maximum(x, 0)", scope)
    check(scope["relu"])
    assert "remark" not in capsys.readouterr().out


somebodys_package = types.ModuleType("somebodys_package")
somebodys_package.relu = lambda x: np.maximum(x, 0)


@named("relu")
def borrowed(x):
    return somebodys_package.relu(x)


@named("relu")
def borrowed_inside(x):
    return np.array([somebodys_package.relu(part) for part in x])


@pytest.mark.parametrize("answer", [borrowed, borrowed_inside])
def test_an_answer_that_would_earn_nothing_is_promised_nothing(capsys, answer):
    check(answer)
    said = capsys.readouterr().out
    assert "✓ relu: right in all" in said
    assert "would earn no points" in said
    assert "1 point." not in said


def test_counts_are_written_out():
    assert short(80_621_568) == "80,621,568"
    assert short(80_621_568.5) == "8.06216e+07"
    assert short(1e20) == "1e+20"


# -------------------------------------------------------------------------------------------- reset
def test_reset_prints_the_stub_where_there_is_no_front_end(capsys):
    reset(wrong)
    assert capsys.readouterr().out == reference("relu").cell(reference("relu").stub) + "\n"


def test_reset_keeps_the_old_answer_commented(monkeypatch, capsys):
    relu = reference("relu")
    mine = relu.cell("def relu(x):\n    return x + 1")
    history = types.SimpleNamespace(input_hist_raw=[mine, "relu(3)", relu.cell(relu.stub)])
    put = []

    def set_next_input(text, replace):
        put.append((text, replace))

    shell = types.SimpleNamespace(
        history_manager=history, kernel=True, set_next_input=set_next_input
    )
    monkeypatch.setitem(sys.modules, "IPython", types.SimpleNamespace(get_ipython=lambda: shell))
    monkeypatch.setattr(classroom, "_show", lambda card: print(card.text()))
    reset("relu")
    ((text, replaced),) = put
    assert replaced
    assert text.startswith(relu.cell(relu.stub))
    assert "# your answer so far:\n# # 1 point" in text
    assert text.endswith("# def relu(x):\n#     return x + 1\n#\n#\n# relu = check(relu)")
    assert "your old answer below it" in capsys.readouterr().out


def test_reset_knows_only_exercises(capsys):
    reset("relo")
    assert "did you mean relu" in capsys.readouterr().out
