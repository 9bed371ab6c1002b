"""The answers to the questions at the end of each page: as many as questions, readable, right."""

import math
import re
import subprocess
import sys

import numpy as np
import pytest

from course_utils import numpy_nn as nn
from course_utils.checking.questions import answers_of
from course_utils.checking.registry import page_folders
from course_utils.datasets import mnist_5k
from course_utils.editions.compose import source_files

SOURCES = source_files()
every_page = pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
BLOCK = re.compile(r"(?:\d+[.)]|[-+*#>]+|=+$|\|)(?:\s|$)")  # would begin a list …


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def answer(name):
    notebook, number = name.split(".Q")
    return " ".join(answers_of(notebook)[int(number) - 1].split())


def sentences(text):
    return re.findall(r"[.?!:]\)?\*?(?= [A-Z(*`$0-9]|$)", text)


# ------------------------------------------------------------------------------------ their form
@every_page
def test_every_question_has_an_answer_and_the_page_says_how_to_see_it(source):
    number, text = source.stem[:2], source.read_text(encoding="utf-8")
    (questions,) = re.findall(
        r"^\*\*Ask yourself\*\*(.*?)^\*\*Read on", text, re.DOTALL | re.MULTILINE
    )
    asked = re.findall(r"^\d\. ", questions, re.MULTILINE)
    assert len(answers_of(number)) == len(asked)
    assert questions.startswith(
        f', then compare: `reveal("{number}.Q1")` shows an answer to the first question.\n'
    )


@pytest.mark.parametrize("number", page_folders())
def test_answers_are_a_few_sentences_of_plain_paragraphs(number):
    for text in answers_of(number):
        assert 2 <= len(sentences(" ".join(text.split()))) <= 8, text
        assert text.count("$") % 2 == text.count("`") % 2 == 0, text
        lines = text.strip().splitlines()
        assert all(lines), "one paragraph"
        assert not [line for line in lines if BLOCK.match(line)]
        assert max(map(len, lines)) <= 100


def test_answers_are_found_without_pytorch():
    code = (
        "import sys\n"
        "from course_utils.checking import reveal\n"
        "from course_utils.checking.registry import page_folders\n"
        "[reveal(f'{n}.Q{k}') for n in page_folders() for k in (1, 2, 3)]\n"
        "assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


# ------------------------------------------------------------------------- their numbers, computed
def says(name, *words):
    text = answer(name)
    for word in words:
        assert word in text, (name, word)


def test_the_digits_have_the_shape_that_the_answer_reads():
    says("00.Q1", f"`{mnist_5k().train.images.shape}`")


def test_ten_times_the_score_is_more_certain():
    once, ten_times = 1 / (1 + np.exp(-np.array([1.0, 10.0])))
    says("01.Q1", f"{once:.2f}", f"{ten_times:.5f}")


def test_three_steps_make_the_parity_of_three_inputs():
    inputs = np.array(list(np.ndindex(2, 2, 2)))  # (8, 3)
    at_least = inputs.sum(axis=1)[:, np.newaxis] >= np.arange(1, 4)  # (8, 3)
    assert np.array_equal(at_least @ np.array([1, -1, 1]), inputs.sum(axis=1) % 2)
    says("01.Q3", "Three hidden neurons")


def test_two_steps_do_not():
    """Whatever lines of a fine grid two neurons draw, no third one makes parity of them."""
    inputs = np.array(list(np.ndindex(2, 2, 2)))
    weights = np.array(list(np.ndindex(7, 7, 7))) - 3
    thresholds = np.arange(-9, 10) - 0.5
    steps = (inputs @ weights.T)[..., np.newaxis] > thresholds  # (8, 343, 19)
    columns = np.unique(steps.reshape(8, -1), axis=1).T  # all answers that one neuron can give
    assert len(columns) == 104  # the threshold functions of three inputs
    parity = inputs.sum(axis=1) % 2 == 1
    gates = [g for g in np.ndindex(2, 2, 2, 2) if g not in ((0, 1, 1, 0), (1, 0, 0, 1))]
    for gate in gates:  # what the output neuron can do with two
        table = np.array(gate, bool).reshape(2, 2)
        made = table[columns[:, np.newaxis].astype(int), columns.astype(int)]
        assert not (made == parity).all(axis=2).any()


def test_a_loss_says_how_sure_the_network_was():
    says("02.Q2", f"{math.log(10):.3f}", f"{round(1e5 * math.exp(-9.7))} in 100,000")


def test_a_filter_of_one_pixel_sees_no_neighbours(rng):
    x, w = rng.normal(size=(2, 3, 4, 5)), rng.normal(size=(6, 3, 1, 1))
    order = rng.permutation(20)

    def shuffle(maps):
        return maps.reshape(*maps.shape[:2], 20)[..., order].reshape(maps.shape)

    assert np.allclose(nn.conv2d(shuffle(x), w), shuffle(nn.conv2d(x, w)))


def test_padding_breaks_the_equivariance_at_the_border_only(rng):
    x, w = rng.normal(size=(1, 1, 9, 9)), rng.normal(size=(1, 1, 3, 3))
    moved = np.roll(x, 1, axis=3)
    for layers in (1, 2, 3):
        one, other = x, moved
        for _ in range(layers):
            one, other = (nn.conv2d(maps, w, padding=1) for maps in (one, other))
        differs = ~np.isclose(np.roll(one, 1, axis=3), other)[0, 0].all(axis=0)
        inside = slice(
            layers + 1, 9 - layers
        )  # one column more on the left: it came from the right
        assert not differs[inside].any()
        assert differs[layers]
        assert differs[-layers]


def test_one_of_64_pixels_gets_a_gradient(rng):
    grads, size = {"max": np.ones((1, 1, 1, 1)), "mean": np.ones((1, 1, 1, 1))}, 8
    maps = [rng.normal(size=(1, 1, size, size))]
    for _ in range(3):
        out, positions = nn.max_pool2d(maps[-1], 2)
        maps.append(out)
        grads[len(maps)] = positions
    for step in (4, 3, 2):
        side = maps[step - 2].shape[2]
        grads["max"] = nn.max_pool2d_backward(grads["max"], grads[step], (side, side))
        grads["mean"] = nn.avg_pool2d_backward(grads["mean"], (side, side), 2)
    assert (grads["max"] == 0).sum() == 63
    assert np.allclose(grads["mean"], 1 / 64)
    says("05.Q1", "63 of 64", "$1/64$")


def test_a_test_on_zeros_lets_a_wrong_pooling_pass(rng):
    def to_the_corner(grad_out, size):
        grad = np.zeros((*grad_out.shape[:2], *size))
        grad[..., ::2, ::2] = grad_out
        return grad

    grad_out = rng.normal(size=(1, 2, 2, 3))
    for x, agrees in ((np.zeros((1, 2, 4, 6)), True), (rng.normal(size=(1, 2, 4, 6)), False)):
        right = nn.max_pool2d_backward(grad_out, nn.max_pool2d(x, 2)[1], (4, 6))
        assert np.allclose(to_the_corner(grad_out, (4, 6)), right) is agrees


def test_relu_and_max_pooling_change_places_and_the_mean_does_not(rng):
    x = rng.normal(size=(2, 3, 6, 8))
    relu = np.maximum(x, 0)
    assert np.array_equal(np.maximum(nn.max_pool2d(x, 2)[0], 0), nn.max_pool2d(relu, 2)[0])
    assert (nn.avg_pool2d(relu, 2) >= np.maximum(nn.avg_pool2d(x, 2), 0)).all()
    assert np.maximum([-1, 1], 0).mean() == 0.5


@pytest.mark.parametrize(("kernel", "stamps"), [(2, 1), (4, 4)])
def test_stamps_that_reach_an_output(kernel, stamps):
    reached = nn.conv_transpose2d(np.ones((1, 1, 6, 6)), np.ones((1, 1, kernel, kernel)), stride=2)
    assert (reached[0, 0, 4:-4, 4:-4] == stamps).all()


def test_a_transposed_convolution_with_much_padding_is_a_valid_one(rng):
    x, w = rng.normal(size=(2, 3, 7, 8)), rng.normal(size=(3, 4, 3, 3))
    made = nn.conv_transpose2d(x, w, padding=2)
    assert np.allclose(made, nn.conv2d(x, nn.rotate180(w).swapaxes(0, 1)))


def test_batch_norm_forgets_a_bias(rng):
    x, bias = rng.normal(size=(5, 2, 3, 3)), rng.normal(size=(2, 1, 1))

    def normed(maps):
        return (maps - maps.mean(axis=(0, 2, 3), keepdims=True)) / maps.std(
            axis=(0, 2, 3), keepdims=True
        )

    assert np.allclose(normed(x), normed(x + bias))


def test_a_box_that_is_turned_twice_grows():
    width = math.cos(math.pi / 6) + math.sin(math.pi / 6)
    says("10.Q2", f"{width:.2f}$ times", f"{width**2:.2f} times", f"{width**4:.1f} times its area")


def test_a_bottleneck_that_costs_as_much_as_none():
    C, F, r = 192, 128, 96
    even = 9 * C * F / (C + 9 * F)
    assert math.isclose(even * C + 9 * even * F, 9 * C * F)
    says("14.Q1", f"{100 * (r * C + 9 * r * F) / (9 * C * F):.0f} %", "$0.9\\,C$")


def test_joins_that_a_column_of_a_fractal_passes():
    """Each join of k branches keeps one of them with probability 0.85, or as the last one left."""
    keep = {k: 0.85 + 0.15**k / k for k in (2, 3, 4)}
    second, deepest = keep[3] * keep[4], keep[2] * keep[3] * keep[2] * keep[4]
    says("16.Q3", f"{keep[4]:.2f}", f"{second:.2f}", f"{deepest:.2f}")


def test_wider_and_shallower_dense_blocks():
    def bill(c0, k, L):
        return (sum(9 * (c0 + k * i) * k for i in range(L)), 2 * L * c0 + k * L * (L - 1),
                L * (L + 1) // 2)  # fmt: skip

    deep, wide = bill(24, 12, 12), bill(24, 24, 6)
    assert wide[1] < 0.55 * deep[1]
    says("17.Q1", f"{deep[0]:,} become {wide[0]:,}", f"{deep[2]} become {wide[2]}")


def test_a_mean_of_both_hands():
    share, apart = np.array([0.9, 0.1]), 30
    right, mean = np.array([0, apart]), np.array([0.1 * apart, 0.9 * apart])
    assert share @ right == 3
    assert share @ right**2 == 90
    says("20.Q1", f"{share @ mean**2:.0f}$, the distance rises to {share @ mean:.1f}")


def test_discs_that_are_a_pixel_apart():
    def compare(radius, side):
        rows, columns = np.mgrid[:side, :side] - (side - 1) / 2
        one, other = (rows**2 + (columns - s) ** 2 <= radius**2 for s in (0, 1))
        return (one & other).sum() / (one | other).sum(), (one == other).mean()

    (iou, accuracy), (iou2, accuracy2) = compare(10, 64), compare(20, 128)
    says("21.Q1", f"{iou:.2f} to {iou2:.2f}", f"{accuracy:.3f} to {accuracy2:.3f}")


def test_the_pixels_that_a_small_crop_reads():
    grid = nn.affine_grid(np.array([[[0.5, 0, 0], [0, 0.5, 0]]]), (8, 8))[0]
    places = grid[0, :, 0] * 4 + 3.5
    assert np.allclose(places, 1.75 + np.arange(8) / 2)
    assert np.allclose(grid[0, :, 1] * 4 + 3.5, 1.75)
    read = np.union1d(np.floor(places), np.ceil(places))
    says("22.Q1", f"pixels {read[0]:.0f} to {read[-1]:.0f}", f"{len(read) ** 2} of 64")


def test_equal_weights_have_a_gradient(rng):
    q, k, v = np.zeros((1, 2, 3)), rng.normal(size=(1, 4, 3)), rng.normal(size=(1, 4, 5))
    g = rng.normal(size=(1, 2, 5)) @ v.swapaxes(1, 2)  # (1, 2, 4)
    grad_z = (g - g.mean(axis=2, keepdims=True)) / 4
    assert not np.allclose(grad_z @ k, 0)  # the queries can move, although they are 0
    assert np.allclose(grad_z.swapaxes(1, 2) @ q, 0)  # the keys cannot, yet


def test_where_a_float32_stops_counting():
    stop = np.float32(2**24)
    assert stop - 1 + np.float32(1) == stop == stop + np.float32(1)
    assert np.float64(2.0**53) - 1 + 1 == 2.0**53 == 2.0**53 + 1
    says("a1.Q1", "$2^{24} = 16{,}777{,}216$", "$2^{53}$")
    assert f"{int(stop):,}" == "16,777,216"


def test_the_next_bfloat16_after_one():
    torch = pytest.importorskip("torch")
    one = torch.ones((), dtype=torch.bfloat16)
    assert one + 0.49 / 128 == one
    assert one + 0.51 / 128 == 1 + 1 / 128
    says("a1.Q3", "$1/128$ away", "less than half")
