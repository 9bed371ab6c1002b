"""The pictures of notebook 03 show what they say."""

import numpy as np
import pytest
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from course_utils.exercises.nb03_convolution.conv_output_size import conv_output_size
from course_utils.exercises.nb03_convolution.gabor_filter import gabor_filter
from course_utils.figures import convolution as figures
from course_utils.figures.colours import BLACK, BLUE, ORANGE

IMAGE = np.arange(20.0).reshape(4, 5)
WEIGHT = np.array([[1.0, 0.0, -2.0], [0.0, 3.0, 0.0]])


@pytest.fixture
def figure():
    return Figure(figsize=(6.4, 3.2), layout="constrained")


def texts(ax):
    return [text.get_text() for text in ax.texts]


def boxes(ax):
    """(row, column, height, width) of the outlined windows."""
    marked = [p for p in ax.patches if p.get_edgecolor()[:3] == pytest.approx(_rgb(BLACK))]
    return [
        (p.get_y() + 0.5, p.get_x() + 0.5, p.get_height(), p.get_width())
        for p in marked
        if p.get_linewidth() > 2
    ]


def _rgb(colour):
    return tuple(int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5))


@pytest.mark.parametrize(("place", "column"), [(0, 0), (4, 4), (50, 8)])
def test_columns_are_windows(figure, place, column):
    figures.draw_columns(figure, IMAGE, (2, 3), place)
    left, right = figure.axes
    row, start = divmod(column, 3)
    assert boxes(left) == [(row, start, 2, 3)]
    assert boxes(right) == [(0, column, 6, 1)]
    written = np.array([float(t) for t in texts(right)]).reshape(6, 9)
    np.testing.assert_array_equal(
        written[:, column], IMAGE[row : row + 2, start : start + 3].ravel()
    )


def test_tables_are_framed_and_titled():
    figures.show_tables({"one": np.eye(3), "two": np.zeros((2, 4))})
    first, second = plt.gcf().axes
    assert [ax.get_title() for ax in (first, second)] == ["one\n3×3", "two\n2×4"]
    np.testing.assert_array_equal(first.images[0].get_array(), np.eye(3))


# ----------------------------------------------------------------------- connections and geometry
@pytest.mark.parametrize(("size", "weights"), [(12, (-0.9, 0.2, 0.7)), (9, (0.1, 0.2, 0.3, -0.4))])
def test_connections_are_full_local_and_shared(size, weights):
    figures.show_connections(size, weights)
    full, local, shared = (np.array(ax.images[0].get_array()) for ax in plt.gcf().axes[:3])
    kernel = len(weights)
    outputs = size - kernel + 1
    assert np.count_nonzero(full) == size * outputs
    assert np.count_nonzero(local) == kernel * outputs
    assert shared[2, 2 : 2 + kernel].tolist() == list(weights)
    np.testing.assert_array_equal(shared[0, :-1], shared[1, 1:])


@pytest.mark.parametrize(
    "settings",
    [(9, 3, 3, 1, 1), (7, 3, 2, 0, 1), (8, 3, 2, 2, 2), (5, 5, 1, 0, 1), (6, 1, 4, 0, 3)],
)
def test_geometry_agrees_with_the_formula(figure, settings):
    size, kernel, stride, padding, dilation = settings
    figures.draw_geometry(figure, *settings)
    left, right = figure.axes
    places = conv_output_size(size, kernel, stride, padding, dilation)
    assert right.get_title() == f"output {places}×{places}"
    assert figure.get_suptitle().endswith(f"= {places}")
    assert len(left.patches) == (size + 2 * padding) ** 2
    first, last = left.collections
    assert len(first.get_offsets()) == len(last.get_offsets()) == kernel**2
    assert first.get_offsets().min() == 0
    assert last.get_offsets().max() == (places - 1) * stride + dilation * (kernel - 1)
    assert tuple(first.get_edgecolor()[0][:3]) == pytest.approx(_rgb(BLUE))
    assert tuple(last.get_edgecolor()[0][:3]) == pytest.approx(_rgb(ORANGE))


def test_geometry_hatches_what_no_window_reads(figure):
    figures.draw_geometry(figure, 9, 3, 3, 1, 1)
    hatched = [p for p in figure.axes[0].patches if p.get_hatch()]
    assert len(hatched) == 11**2 - 9**2
    assert "3.67, rounded down" in figure.get_suptitle()


def test_geometry_says_when_the_filter_does_not_fit(figure):
    figures.draw_geometry(figure, 4, 3, 1, 0, 3)
    assert "covers 7 pixels, and there are only 4" in figure.get_suptitle()


# ------------------------------------------------------------------------------- responses, scans
@pytest.mark.parametrize("count", [1, 2, 3])
def test_responses_share_one_symmetric_scale(count):
    maps = {f"map {k}": (k + 1) * (IMAGE - 10) for k in range(count)}
    figures.show_responses(IMAGE / 20, maps)
    limits = {ax.images[0].get_clim() for ax in plt.gcf().axes[1 : count + 1]}
    assert len(limits) == 1
    low, high = limits.pop()
    assert low == -high < 0
    assert plt.gcf().axes[count].get_title() == f"map {count - 1}"


def test_peaks_are_apart_and_in_order_of_height():
    found = np.zeros((20, 40))
    found[3, 4], found[5, 6], found[10, 30], found[18, 1] = 0.9, 0.8, 0.95, 0.4
    assert figures.find_peaks(found, apart=5) == [(10, 30), (3, 4)]
    assert figures.find_peaks(found, apart=2) == [(10, 30), (3, 4), (5, 6)]
    assert figures.find_peaks(np.zeros((3, 3))) == []


def test_a_scan_writes_the_answer_where_it_is_sure():
    probabilities = np.zeros((5, 9, 4))
    probabilities[..., 3] = 1
    probabilities[2, 7] = [0, 0.9, 0.1, 0]
    figures.show_scan(np.zeros((8, 12)), probabilities, window=4)
    upper, lower = plt.gcf().axes[:2]
    assert texts(upper) == ["1"]
    assert upper.patches[0].get_xy() == (6.5, 1.5)
    assert lower.images[0].get_extent() == [1.0, 10.0, 6.0, 1.0]


# -------------------------------------------------------------------------------- receptive field
@pytest.mark.parametrize(
    ("layers", "kernel", "stride", "sees"),
    [(3, 3, 1, [1, 3, 5, 7]), (2, 5, 1, [1, 5, 9]), (3, 3, 2, [1, 3, 7, 15]), (2, 2, 2, [1, 2, 4])],
)
def test_the_receptive_field_is_drawn_unit_by_unit(figure, layers, kernel, stride, sees):
    assert figures.receptive_field(layers, kernel, stride) == sees
    figures.draw_receptive_field(figure, layers, kernel, stride)
    ax = figure.axes[0]
    spots = {int(c.get_offsets()[0, 1]): c.get_offsets()[:, 0] for c in ax.collections}
    np.testing.assert_allclose(spots[0], np.arange(sees[-1]))  # every input pixel, none twice
    assert spots[layers].tolist() == [(sees[-1] - 1) / 2]
    assert f"sees {sees[-1]} input pixels" in ax.get_title()
    units = sum(len(row) for layer, row in spots.items() if layer)
    assert len(ax.lines) == kernel * units
    ends = {line.get_xdata()[0] for line in ax.lines if line.get_ydata()[0] == 0}
    assert ends <= set(spots[0].tolist())


def test_reach_shows_each_map_with_its_title():
    figures.show_reach({"a": np.eye(5) > 0, "b": np.zeros((5, 5))})
    first, second = plt.gcf().axes[:2]
    assert (first.get_title(), second.get_title()) == ("a", "b")
    assert first.images[0].get_array().sum() == 5
    assert first.lines[0].get_xdata().tolist() == [2]


# ------------------------------------------------------------------------------------------ Gabor
def test_a_gabor_is_drawn_beside_its_response(figure):
    weight = gabor_filter(5, 0.3, 4, 1.5)
    figures.draw_gabor(figure, weight, IMAGE / 20, IMAGE)
    assert [ax.get_title() for ax in figure.axes] == ["filter 5×5", "photograph", "response"]
    np.testing.assert_array_equal(figure.axes[0].images[0].get_array(), weight)


def test_sparse_patterns_find_independent_sources():
    rng = np.random.default_rng(0)
    sources = rng.laplace(size=(4000, 3))
    mixing = rng.normal(size=(3, 6))
    patches = sources @ mixing
    patterns = figures.sparse_patterns(patches - patches.mean(axis=0), 3)
    cosines = _unit(patterns) @ _unit(mixing).T
    assert np.abs(cosines).max(axis=1).min() > 0.99
    assert sorted(np.abs(cosines).argmax(axis=1)) == [0, 1, 2]


def _unit(rows):
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_a_gabor_is_its_own_best_match():
    pattern = -gabor_filter(13, np.pi / 3, 6, 2.5, 0.0, 0.5)[1:8, 2:9]
    pattern -= pattern.mean()
    noise = np.random.default_rng(0).normal(size=(7, 7))
    best, similar = figures.best_gabors(np.stack([pattern, noise - noise.mean()]), gabor_filter)
    np.testing.assert_allclose(best[0], pattern / np.linalg.norm(pattern), atol=1e-9)
    assert similar[0] == pytest.approx(1)
    assert similar[1] < 0.8


def test_matches_go_from_best_to_worst():
    patterns = np.random.default_rng(0).normal(size=(5, 3, 3))
    figures.show_matches(patterns, patterns, np.array([0.5, 0.9, 0.1, 0.7, 0.3]), count=5)
    labels = [ax.get_xlabel() for ax in plt.gcf().axes[5:]]
    assert labels == ["0.90", "0.70", "0.50", "0.30", "0.10"]
