"""Exercises whose answer is a class: built, filled with the same numbers, run and compared."""

import subprocess
import sys

import pytest

from course_utils.checking import board, check, reference
from course_utils.checking.judging import NOT_ATTEMPTED, examine
from course_utils.checking.lending import foreign_names

BLOCK = reference("ResidualBlock")


def defined(source: str):
    scope = {**BLOCK.scope(), "__name__": "__main__"}
    exec(source, scope)
    return scope["ResidualBlock"]


def changed(*pairs):
    """The course's own class with some of its text exchanged."""
    text = BLOCK.source
    for before, after in pairs:
        assert before in text
        text = text.replace(before, after)
    return defined(text)


def test_right_under_other_names_and_in_another_order():
    # the shortcut is made first, so its weights come first among the parameters
    straight = (
        "        self.shortcut = nn.Identity()\n"
        "        if stride != 1 or before != maps:\n"
        "            conv = nn.Conv2d(before, maps, 1, stride, bias=False)\n"
        "            self.shortcut = nn.Sequential(conv, nn.BatchNorm2d(maps))"
    )
    first = "        self.conv1 = "
    moved = changed((f"\n{straight}", ""), (first, f"{straight}\n{first}"), ("norm1", "a_norm"))
    assert examine(moved, BLOCK).passed


def test_a_right_class_stays_and_a_wrong_one_is_replaced(capsys):
    mine = changed()
    assert check(mine) is mine
    assert "✓ ResidualBlock: right in all 4 cases. 4 points." in capsys.readouterr().out
    wrong = changed(("F.relu(out + self.shortcut(x))", "F.relu(out) + self.shortcut(x)"))
    assert check(wrong) is BLOCK.reference  # a class again, which can be built and inherited from
    said = capsys.readouterr().out
    assert "the last ReLU comes before the addition" in said
    assert board.attempts("ResidualBlock") == 2
    check(BLOCK.reference)
    assert "this ResidualBlock is the course's own version" in capsys.readouterr().out


@pytest.mark.parametrize(("pair", "words"), [
    (("bias=False)\n        self.norm1", "bias=True)\n        self.norm1"),
     "one parameter of shape (2,) is too many"),
    (("self.norm2 = nn.BatchNorm2d(maps)", "self.norm2 = nn.Identity()"),
     "parameters of these shapes are missing: (2,), (2,)"),
    (("self.norm2 = nn.BatchNorm2d(maps)", "self.norm2 = nn.BatchNorm2d(maps, affine=False)"),
     "parameters of these shapes are missing"),
    (("return F.relu(out + self.shortcut(x))", "return [out]"), "forward returned list, not"),
    (("super().__init__()", "pass"), "cannot assign module before Module.__init__() call"),
])  # fmt: skip
def test_what_does_not_fit_is_said(pair, words):
    verdict = examine(changed(pair), BLOCK)
    assert not verdict.passed
    assert words in verdict.problem.sentence


def test_a_parameter_that_is_used_twice_and_one_that_is_not_are_noticed():
    twice = changed(("self.norm2(self.conv2(out))", "self.norm1(self.conv2(out))"))
    verdict = examine(twice, BLOCK)
    assert "gradients of the parameters" in verdict.problem.sentence or (
        "buffers" in verdict.problem.sentence
    )


def test_training_and_test_time_are_both_compared():
    frozen = changed(
        ("    def forward(self, x):", "    def forward(self, x):\n        self.norm1.eval()")
    )
    verdict = examine(frozen, BLOCK)
    assert verdict.problem.sentence.startswith("the output in training")


def test_the_stub_and_other_things_than_a_module_are_understood():
    assert examine(defined(BLOCK.stub), BLOCK).state == NOT_ATTEMPTED
    plain = defined("class ResidualBlock:\n    def __init__(self, before, maps, stride): pass\n"
                    "    def forward(self, x):\n        return x")  # fmt: skip
    assert "the class is no nn.Module" in examine(plain, BLOCK).problem.sentence
    empty = defined("class ResidualBlock(nn.Module):\n    def __init__(self, b, m, s):\n"
                    "        super().__init__()")  # fmt: skip
    assert "has no method forward" in examine(empty, BLOCK).problem.sentence
    function = defined("def ResidualBlock(before, maps, stride):\n    return 3")
    problem = examine(function, BLOCK).problem
    assert problem.kind == "signature"


def test_a_block_from_elsewhere_earns_nothing():
    borrowed = defined("import torchvision\n"
                       "class ResidualBlock(torchvision.models.resnet.BasicBlock):\n"
                       "    def forward(self, x):\n        return super().forward(x)")  # fmt: skip
    assert foreign_names(borrowed, BLOCK) == ["BasicBlock"]
    assert foreign_names(changed(), BLOCK) == []


def test_reading_about_it_does_not_import_torch():
    code = ("import sys; from course_utils.checking import reference\n"
            "e = reference('ResidualBlock'); e.stub, e.source, e.summary, e.signature, e.hints\n"
            "print('torch' in sys.modules)")  # fmt: skip
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
