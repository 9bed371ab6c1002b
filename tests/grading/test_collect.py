"""Finding the answers, whatever has happened to the notebook."""

import json
import os
import textwrap
import time

import pytest

from course_utils.grading import grade, reading, sandbox
from course_utils.grading.collect import collect, notebook_number
from course_utils.grading.files import load
from course_utils.grading.reading import Unreadable, parse
from course_utils.grading.run import students_under
from course_utils.grading.student import grade_student
from submissions import NUMPY, as_bytes, edition, graded, write

RIGHT = "def relu(x):\n    return np.maximum(x, 0)"


def cut_at(least):
    """An answer that needs something of the notebook."""
    return f"def relu(x):\n    return np.maximum(x, {least})"


STUB = 'def relu(x):\n    """Doc."""\n    ...  # your code here'


@pytest.fixture(scope="module")
def grader():
    with grade.Grader(sandbox.probe(), seed=1) as made:
        yield made


@pytest.fixture
def state(grader):
    """The state of `relu` in a notebook of these cells."""
    return lambda *cells, **extra: grader.grade(parse(as_bytes(*cells, **extra)), "00")[0].state


# ------------------------------------------------------------------------------------- the cells
@pytest.mark.parametrize(
    "cells",
    [
        (NUMPY, RIGHT),
        (RIGHT,),  # the import was deleted: np is there anyway
        (RIGHT, NUMPY),
        ("import numpy", "def relu(x):\n    return numpy.maximum(x, 0)"),
        ("from numpy import maximum as top", "def relu(x):\n    return top(x, 0)"),
        ("from numpy import *", "def relu(x):\n    return maximum(x, 0)"),
        (NUMPY, "relu = lambda x: np.maximum(x, 0)"),
        ("LEAST = 0", "def cut(x):\n    return np.maximum(x, LEAST)",
         "def relu(x):\n    return cut(x)"),
        ("table = {}\ntable['k'] = 0", "def relu(x):\n    return np.maximum(x, table['k'])"),
        ("k = 5\nk -= 5", "def relu(x):\n    return np.maximum(x, k)"),
        ("for k in (3, 0): pass", "def relu(x):\n    return np.maximum(x, k)"),
        ("least: int = 0", "def relu(x):\n    return np.maximum(x, least)"),
        ("if True:\n    def relu(x):\n        return np.maximum(x, 0)",),
        ("try:\n    import nothing_such\nexcept ImportError:\n    k = 0",
         "def relu(x):\n    return np.maximum(x, k)"),
        ("def twice(f):\n    return lambda x: f(f(x))", f"@twice\n{RIGHT}"),
        (RIGHT, "relu = np.vectorize(relu, otypes=[float])"),
        ("class Cut:\n    def __call__(self, x):\n        return np.maximum(x, 0)", "relu = Cut()"),
        (STUB, RIGHT),
        (RIGHT, STUB),  # the answer was written above, in a cell of its own
        ("def relu(x):\n    return x", RIGHT),  # the last one counts
        (RIGHT, "relu = check(relu)", "check(relu)", "hint(relu)"),
        (f"{RIGHT}\n\n\nrelu = check(relu)\nprogress('00')",),
        ("1/0", RIGHT, "undefined_name"),  # cells that fail
        ("while True: pass", RIGHT),  # a heavy demonstration is not run
        ("this is no python", RIGHT, "def broken(:"),
        ("%matplotlib inline\nimport numpy as np", f"%%time\n{RIGHT}"),
        ("!pip install something\nk = 0", "def relu(x):\n    return np.maximum(x, k)"),
        ("files = !ls\nk = 0", "def relu(x):\n    !echo hello\n    return np.maximum(x, k)"),
        ("%load_ext autoreload\n%autoreload 2", f"%%capture out\n{RIGHT}"),
        (f"{RIGHT}\n\nrelu?",),
        ("größe = 0", "def relu(x):\n    return np.maximum(x, größe)"),
        ("from course_utils.exercises import check, hint\nfrom course_utils.widgets import slider",
         RIGHT),
        ("def relu(x: np.ndarray) -> 'array':\n    'Wörter…'\n    return np.maximum(x, 0)",),
        ("def relu(x):\n    global seen\n    seen = 1\n    return np.maximum(x, 0)",),
        # a later line that only uses the name
        (RIGHT, "[1 - relu for relu in (1, 2)]"),
        (RIGHT, "print([relu for relu in (1, 2)], {relu for relu in (1,)})"),
        (RIGHT, "print({relu: 1 for relu in (1,)}, sum(relu for relu in (1,)))"),
        (RIGHT, "plt.plot(rates, [1 - relu for relu in rates])"),
        ("k = 0", "print([k for k in (1, 2)])", cut_at("k")),
        (RIGHT, "for relu in (0.0, 0.3):\n    pass"),
        (RIGHT, "for relu in forever():\n    train(relu)"),
        (RIGHT, "relu = 0.5"),
        (RIGHT, "relu, other = 1, 2"),
        (RIGHT, "k = 3\nrelu = float(k)"),
        (RIGHT, "with open('x') as relu:\n    pass"),
        (RIGHT, "relu += 1"),
        (RIGHT, "del relu"),
        # pasted
        ("    def relu(x):\n        return np.maximum(x, 0)",),
        ("\n\n  k = 0\n  def relu(x):\n      return np.maximum(x, k)",),
        (">>> def relu(x):\n...     return np.maximum(x, 0)\n",),
        ("In [3]: def relu(x):\n   ...:     return np.maximum(x, 0)",),
        # magics
        (f"%%time\n%%capture\n{RIGHT}",),
        (f"%%capture out\n\n%%time\n{RIGHT}",),
        ("%time k = 0", cut_at("k")),
        ("text = \"\"\"\n%no magic\n\"\"\"\nk = 0\n%pwd", cut_at("k")),
        ("k = (7\n  % 7)\n%pwd", cut_at("k")),
        ("!pip install a \\\n  b\nk = 0", cut_at("k")),
        # what changes a value without binding its name
        ("K = []", "K.append(0)", cut_at("K[0]")),
        ("K = []", "for i in range(3):\n    K.append(0)", cut_at("K[2]")),
        ("C = {}", "C.update(k=0)", cut_at("C['k']")),
        ("C = {}", "if True:\n    C.setdefault('k', 0)", cut_at("C['k']")),
        ("R = {}\ndef register(f):\n    R[f.__name__] = f\n    return f",
         "@register\ndef cut(x):\n    return np.maximum(x, 0)",
         "def relu(x):\n    return R['cut'](x)"),
        ("K = []\ndef fill():\n    K.append(0)", "fill()", cut_at("K[0]")),
        ("def setup():\n    global k\n    k = 0", "setup()", cut_at("k")),
        # imports of which one is not there, and hints that name what is not there
        ("import numpy as np, nothing_such as n, math", cut_at("math.sin(0)")),
        ("import nothing_such, math", cut_at("math.sin(0)")),
        ("from __future__ import annotations",
         "def relu(x: Tensor) -> torch.Tensor:\n    return x.clip(0)"),
        ("import torch", "def relu(x: torch.Tensor):\n    return x.clip(0)"),
        # what only shows something
        ("import matplotlib.pyplot as plt, math",
         "def relu(x):\n    fig, ax = plt.subplots()\n    ax.plot(x)\n    return x.clip(0)"),
        ("from tqdm.auto import tqdm, trange",
         "def relu(x):\n    for _ in tqdm(range(2)):\n        for _ in trange(3):\n"
         "            y = x.clip(0)\n    return y"),
        ("def relu(x):\n    from IPython.display import clear_output\n    clear_output(wait=True)\n"
         "    return x.clip(0)",),
        ("@check\n" + RIGHT,),
        ("def helper(v):\n    return v\ncut = check(helper)", RIGHT),
        # nested as deeply as one likes
        ("y = " + " + ".join(["1"] * 600), RIGHT),
        ("y = a" + ".b()" * 300, RIGHT),
        ("y = a" + "[0]" * 490, RIGHT),
        ("if a:\n    pass\n" + "elif a:\n    pass\n" * 490, RIGHT),
        ("s = " + " + ".join(["'a'"] * 600), RIGHT),
        ("!echo hello\n" * 501 + RIGHT,),
        ("x =%'''", RIGHT),
        ("x?\n" * 501 + RIGHT,),
    ],
)  # fmt: skip
def test_right_answers_are_found(state, cells):
    assert state(*cells) == "full"


def test_wrong_answers_beside_right_ones_cost_only_themselves(grader):
    """Several answers in one statement: the wrong one is lent to the others, as always."""
    solved = parse(edition("03", solved=True))
    texts = {e.name: e.source for e in graded("03")}
    wrong = "def rotate180(weight):\n    return weight"
    assert "rotate180" not in texts or texts.pop("rotate180")
    inside = textwrap.indent("\n".join([*texts.values()]), "    ")
    first = next(iter(texts))
    broken = f"    def {first}(*args, **more):\n        return None"
    whole = parse(as_bytes(NUMPY, f"if True:\n{inside}\n{broken}"))
    results = {r.exercise: r.state for r in grader.grade(whole, "03")}
    assert results.pop(first) != "full"
    assert set(results.values()) == {"full"}, results
    assert len(solved.cells) > 3
    assert wrong


@pytest.mark.parametrize(
    "text",
    [
        "retrun x\n" + "\n" * 190_000,
        "%time 1\n" * 100 + "x = [\n" + "1,\n" * 20_000 + "]",
        "%time 1\n" * 499 + "x = [\n" + "1,\n" * 40_000 + "]",
        "%%time\n" * 25_000,
        "\n".join(f"x{i + 1} = x{i} + 1" for i in range(8_000)) + "\nk = x8000 * 0",
    ],
    ids=["empty lines", "magics", "more magics", "cell magics", "a chain"],
)
def test_reading_takes_time_that_grows_with_the_length(state, text):
    """Half of the length takes a good part of the time: nothing here is quadratic."""

    def seconds(text):
        started = time.process_time()
        parse(as_bytes(text, RIGHT)).outline.slice_for("k")
        return time.process_time() - started

    half = min(seconds(text[: len(text) // 2]) for _ in range(2))
    assert seconds(text) < 4 * half + 1.0


def test_only_what_an_answer_needs_is_run():
    notebook = parse(as_bytes("import torch\nx = 1", "big = load()", "k = 0", RIGHT, "print(big)"))
    answer = collect(notebook, ["relu"])["relu"]
    assert [(title, indices) for title, _, indices in answer.statements] == [("<cell 4>", (0,))]


def test_a_local_name_drags_nothing_in():
    notebook = parse(as_bytes("data = load()", "def relu(x):\n    data = x * 2\n    return data"))
    assert len(collect(notebook, ["relu"])["relu"].statements) == 1


def test_a_name_that_is_not_there_says_so(grader):
    notebook = parse(as_bytes(NUMPY, "def relu(x):\n    return np.maximum(x, lest)"))
    (result,) = grader.grade(notebook, "00")
    assert result.state == "raised"
    assert "NameError" in result.sentence
    assert "lest" in result.sentence


def test_a_failed_import_is_explained(grader):
    notebook = parse(as_bytes("import torch", "def relu(x):\n    return torch.relu(x)"))
    (result,) = grader.grade(notebook, "00")
    assert "import torch" in result.sentence
    assert "without that package" in result.sentence


# ------------------------------------------------------------------------------- whole notebooks
def test_the_notebook_is_known_by_its_exercises():
    assert notebook_number(parse(edition("04"))) == "04"
    assert notebook_number(parse(as_bytes("def rotate180(w):\n    return w"))) == "04"
    assert notebook_number(parse(as_bytes("from course_utils.numpy_nn import rotate180"))) == "04"
    borrowed = as_bytes(
        "from course_utils.numpy_nn import conv2d", "def rotate180(w):\n    return w"
    )
    assert notebook_number(parse(borrowed)) == "04"  # conv2d is an exercise of 03
    with pytest.raises(Unreadable, match="none of the course's exercises"):
        notebook_number(parse(as_bytes("x = 1")))


def test_format_3_missing_ids_and_a_strange_kernel(grader):
    cells = [{"cell_type": "code", "input": [NUMPY + "\n", RIGHT], "language": "python"}]
    old = {"worksheets": [{"cells": cells}], "nbformat": 3, "metadata": {}}
    assert grader.grade(parse(json.dumps(old).encode()), "00")[0].state == "full"
    kernel = {"kernelspec": {"name": "julia-1.9", "language": "julia"}}
    bare = {"cells": [{"cell_type": "code", "source": RIGHT}], "metadata": kernel}
    assert grader.grade(parse(json.dumps(bare).encode()), "00")[0].state == "full"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b"  \n", "empty"),
        (b"{", "not JSON"),
        (b"\xff\xfe\x00", "not JSON"),
        (b"[" * 200_000, "not JSON"),
        (b"[1, 2]", "no notebook"),
        (b'"cells"', "no notebook"),
        (b"null", "no notebook"),
        (b'{"cells": 3}', "no cells"),
        (b"<html></html>", "not JSON"),
    ],
)
def test_what_is_no_notebook_is_refused_in_a_sentence(data, said):
    with pytest.raises(Unreadable, match=said):
        parse(data)


@pytest.mark.parametrize(
    "cell",
    [None, 7, [], {"cell_type": "code"}, {"cell_type": "code", "source": {"a": 1}},
     {"cell_type": "code", "source": [1, None]},
     {"cell_type": "code", "source": "x", "metadata": 3},
     {"cell_type": "code", "source": "x", "metadata": {"course": []}},
     {"cell_type": "code", "source": "x", "metadata": {"course": {"exercise": {}}}},
     {"cell_type": "code", "source": "x" * 300_000},
     {"cell_type": "code", "source": "(" * 5000},
     {"cell_type": "code", "source": "-" * 100_000 + "1"}],
)  # fmt: skip
def test_damaged_cells_do_not_cost_the_others(grader, cell):
    data = {"cells": [cell, {"cell_type": "code", "source": RIGHT}]}
    assert grader.grade(parse(json.dumps(data).encode()), "00")[0].state == "full"


def test_a_notebook_of_50_mb_is_graded(grader):
    heavy = {"cell_type": "code", "source": RIGHT, "outputs": [{"text": "x" * 50_000_000}]}
    data = json.dumps({"cells": [heavy]}).encode()
    assert grader.grade(parse(data), "00")[0].state == "full"


def test_a_file_that_is_far_too_large_is_not_read(tmp_path):
    path = tmp_path / "huge.ipynb"
    with open(path, "wb") as file:
        file.truncate(reading.MAX_BYTES + 1)
    with pytest.raises(Unreadable, match="200 MB"):
        reading.bytes_of(path)


# ----------------------------------------------------------------------------- files and students
@pytest.fixture
def folder(tmp_path):
    notebook = as_bytes(RIGHT)
    write(
        tmp_path,
        {
            "class/ada.ipynb": notebook,
            "class/grace/00_start_here.ipynb": notebook,
            "class/grace/.ipynb_checkpoints/00_start_here-checkpoint.ipynb": b"{}",
            "class/grace/notes.txt": b"",
            "class/Zoë Müller_77_assignsubmission_file/nb.ipynb": notebook,
            "class/lovelaceada_LATE_1234_98765_00_start_here.ipynb": notebook,
            "elsewhere/secret.ipynb": notebook,
        },
    )
    os.symlink(tmp_path / "elsewhere/secret.ipynb", tmp_path / "class/link.ipynb")
    os.symlink(tmp_path / "elsewhere", tmp_path / "class/linked_folder")
    os.mkdir(tmp_path / "class/folder.ipynb")
    os.mkfifo(tmp_path / "class/pipe.ipynb")
    return tmp_path / "class"


def test_students_are_folders_or_files(folder):
    students = students_under([folder])
    assert set(students) == {
        "ada", "grace", "Zoë Müller_77", "lovelaceada_1234",
        "link", "linked_folder", "folder", "pipe",
    }  # fmt: skip
    assert len(students["grace"]) == 1


@pytest.mark.parametrize(
    ("student", "said"),
    [
        ("link", "symbolic link"),
        ("linked_folder", "symbolic link"),
        ("folder", "a folder, not a notebook"),
        ("pipe", "not an ordinary file"),
    ],
)
def test_what_is_no_file_is_refused_by_name(folder, grader, student, said):
    result = grade_student(grader, student, load(students_under([folder])[student]))
    assert said in result.remarks[0]
    assert result.points == 0


def test_a_link_that_appears_later_is_not_followed(folder):
    (submission,) = students_under([folder])["ada"]
    submission.path.unlink()
    os.symlink(folder.parent / "elsewhere/secret.ipynb", submission.path)
    (file,) = load([submission])
    assert file.refused
    assert not file.data


def test_the_newer_of_two_notebooks_counts(tmp_path, grader):
    wrong = as_bytes("def relu(x):\n    return x")
    write(tmp_path, {"ada/a.ipynb": as_bytes(RIGHT), "ada/b.ipynb": wrong})
    os.utime(tmp_path / "ada/b.ipynb", (1, 1))
    result = grade_student(grader, "ada", load(students_under([tmp_path])["ada"]))
    assert result.points == 1
    assert "b.ipynb was not graded" in result.remarks[0]


def test_another_notebook_than_the_wanted_one_is_a_remark(tmp_path, grader):
    write(tmp_path, {"ada.ipynb": edition("01", solved=True)})
    result = grade_student(grader, "ada", load(students_under([tmp_path])["ada"]), "00")
    assert "notebook 01, not 00" in result.remarks[0]
    assert [r.state for r in result.results] == ["missing"]


def test_two_notebooks_of_one_student_are_added_up(tmp_path, grader):
    write(tmp_path, {"ada/00.ipynb": as_bytes(RIGHT), "ada/01.ipynb": edition("01", solved=True)})
    result = grade_student(grader, "ada", load(students_under([tmp_path])["ada"]))
    assert result.points == result.max_points == 11


# ------------------------------------------------------------------------ lent by the course
def result_of(grader, number, answers, name):
    notebook = parse(edition(number, answers))
    return {r.exercise: r for r in grader.grade(notebook, number)}[name]


def test_an_earlier_exercise_that_was_not_solved_is_lent(grader):
    answer = """def batchnorm_backward(grad_out, x, weight, mean, var, eps):
    shape = (1, -1, 1, 1)
    root = np.sqrt(var + eps).reshape(shape)
    normal, _, _ = batchnorm_forward(x, np.ones(x.shape[1]), np.zeros(x.shape[1]), eps)
    axes = (0, 2, 3)
    g = grad_out * weight.reshape(shape)
    both = g.mean(axes, keepdims=True) + normal * (g * normal).mean(axes, keepdims=True)
    return (g - both) / root, (grad_out * normal).sum(axes), grad_out.sum(axes)"""
    answers = {"batchnorm_backward": answer}
    assert result_of(grader, "07", answers, "batchnorm_backward").state == "full"
    broken = "def batchnorm_forward(x, weight, bias, eps):\n    return 1 / 0"
    wrong = {**answers, "batchnorm_forward": broken}
    assert result_of(grader, "07", wrong, "batchnorm_backward").state == "full"
    assert result_of(grader, "07", wrong, "batchnorm_forward").points == 0


def test_an_exercise_that_does_the_same_is_not_lent(grader):
    answer = """def conv2d(x, weight, bias, stride=1, padding=0, dilation=1):
    return conv2d_loops(x, weight, bias, stride, padding)"""
    assert result_of(grader, "03", {"conv2d": answer}, "conv2d").points == 0


def test_what_the_notebook_offers_beside_the_reference_is_lent(grader):
    answer = """def residual_backward(grad_out, x, weight1, weight2, hidden, out):
    pad = weight1.shape[-1] // 2
    def back(g, weight):
        return conv2d(g, weight[:, :, ::-1, ::-1].swapaxes(0, 1), padding=pad)
    total = grad_out * (out > 0)
    inner = back(total, weight2) * (hidden > 0)
    window = weight1.shape[2:]
    return (back(inner, weight1) + total, conv2d_weight_grad(inner, x, window, padding=pad),
            conv2d_weight_grad(total, hidden, window, padding=pad))"""
    assert (
        result_of(grader, "15", {"residual_backward": answer}, "residual_backward").state == "full"
    )


def test_the_same_name_further_down_does_not_count(state):
    cut, relu = "def cut(x):\n    return np.maximum(x, 0)", "def relu(x):\n    return cut(x)"
    assert state(cut, relu, "def cut(x):\n    return x") == "full"


def test_what_stands_only_below_is_found(state):
    below = "def cut(x):\n    return np.maximum(x, 0)"
    assert state("def relu(x):\n    return cut(x)", below) == "full"
