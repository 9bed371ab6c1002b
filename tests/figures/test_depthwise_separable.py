"""The pictures of notebook 18, at several settings."""

import numpy as np
import pytest
from figure_helpers import shown
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from course_utils.figures import depthwise_separable as figures
from course_utils.figures.colours import ORANGE


@pytest.mark.parametrize(("C", "F", "K"), [(3, 4, 3), (2, 5, 2)])
def test_every_weight_of_both_layers_has_its_square(C, F, K):
    rng = np.random.default_rng(0)
    weight, scan, mix = rng.normal(size=(F, C, K, K)), rng.normal(size=(C, K, K)), np.ones((F, C))
    figures.show_two_layers(weight, scan, mix)
    axes = shown()
    sizes = [ax.images[0].get_array().size for ax in axes]
    assert sizes == [K * K] * (F * C) + [K * K] * C + [1] * (F * C)
    assert len({ax.images[0].get_clim() for ax in axes}) == 1
    assert [t.get_text() for t in axes[-1].texts] == ["1.0"]


def test_the_table_of_filters_has_a_column_for_each_map_in():
    weight = np.arange(24.0).reshape(3, 2, 2, 2)
    figures.show_table_of_filters(weight)
    axes = shown()
    assert len(axes) == 6
    assert axes[1].images[0].get_array().tolist() == weight[0, 1].tolist()
    assert [axes[0].get_title(), axes[1].get_title()] == ["in 0", "in 1"]
    assert axes[4].get_ylabel() == "out 2"


@pytest.mark.parametrize("mixtures", [2, 4])
def test_scanned_and_mixed_maps_share_a_scale_with_zero_in_the_middle(mixtures):
    maps, scanned = np.full((3, 4, 5), 0.5), np.full((3, 4, 5), -2.0)
    figures.show_scan_and_mix(maps, scanned, np.ones((mixtures, 4, 5)), ("r", "g", "b"))
    axes = shown()
    filled = [ax.images[0].get_clim() for ax in axes if ax.images]
    assert filled == [(0, 1)] * 3 + [(-2, 2)] * (3 + mixtures)
    assert [ax.get_title() for ax in axes[:3]] == ["r", "g", "b"]


def test_with_as_many_groups_as_maps_each_map_sees_itself():
    figures.show_groups(6, (1, 2, 6))
    tables = [ax.collections[0].get_array().reshape(6, 6) for ax in shown()]
    assert [int(t.sum()) for t in tables] == [36, 18, 6]
    assert tables[2].tolist() == np.eye(6).tolist()
    assert all(ax.yaxis_inverted() for ax in shown())


@pytest.mark.parametrize(("C", "F", "K"), [(64, 128, 3), (1, 1, 1), (512, 512, 9)])
def test_the_bars_are_as_long_as_the_work(C, F, K):
    figure = Figure(figsize=(6.4, 2.6), layout="constrained")
    figures.draw_cost(figure, C, F, K)
    figure.canvas.draw()
    (ax,) = figure.axes
    assert [bar.get_width() for bar in ax.patches] == [C * F * K**2, C * K**2, C * F]
    assert ax.patches[2].get_x() == C * K**2  # the mix begins where the scan ends
    assert f"factor {F * K**2 / (F + K**2):.2f}" in ax.get_title()


def test_the_factor_has_its_ceiling_and_the_marked_networks():
    outputs = np.array([1.0, 10, 100])
    figures.show_factor(outputs, {3: outputs, 5: 2 * outputs}, marked=(9, 72))
    (ax,) = shown()
    heights = [line.get_ydata() for line in ax.lines]
    assert [h[0] for h in heights if len(set(h)) == 1] == [9, 25, 1]
    assert heights[4] == pytest.approx([4.5, 8])
    assert [t.get_text() for t in ax.texts] == ["3 × 3", "5 × 5"]


def test_shares_fill_the_bar_and_keep_their_colours():
    figures.show_shares({"work": {"1 × 1": 3, "depth-wise 3 × 3": 1}, "time": {"1 × 1": 5}})
    (ax,) = shown()
    widths = np.array([bar.get_width() for bar in ax.patches]).reshape(-1, 2)  # kinds, rows
    assert widths.sum(axis=0) == pytest.approx([100, 100])
    assert widths[0].tolist() == [25, 0]
    assert to_hex(ax.patches[0].get_facecolor()).upper() == ORANGE
    assert [t.get_text() for t in ax.texts] == ["25", "75", "100"]


@pytest.mark.parametrize("settings", [1, 3])
def test_measured_factors_stand_beside_the_counted_ones(settings):
    measured = {f"setting {k}": [k + 0.5, k + 2.0] for k in range(settings)}
    figures.show_factors_by_block([8, 9], measured)
    (ax,) = shown()
    assert ax.lines[0].get_ydata().tolist() == [8, 9]
    names = [text.get_text() for text in ax.get_legend().get_texts()]
    assert names == ["counted (width 1)", *measured]
    assert ax.get_yscale() == "log"


@pytest.mark.parametrize(("peak", "bandwidth"), [(40e9, 20e9), (78e12, 1.5e12)])
def test_the_roof_bends_where_memory_and_arithmetic_are_equal(peak, bandwidth):
    points = {"here": {"1 × 1": (4.0, 5e9)}, "there": {"1 × 1": (2.0, 3e9)}}
    figures.show_roofline(peak, bandwidth, points)
    (ax,) = shown()
    x, roof = ax.lines[0].get_data()
    assert roof.max() == pytest.approx(peak / 1e9)
    assert roof[0] == pytest.approx(bandwidth * x[0] / 1e9)
    assert ax.lines[1].get_xdata()[0] == peak / bandwidth
    drawn = [
        (line.get_xdata()[0], line.get_ydata()[0]) for line in ax.lines[2:] if len(line.get_xdata())
    ]
    assert drawn == [(4.0, 5.0), (2.0, 3.0)]
    names = [text.get_text() for text in ax.get_legend().get_texts()]
    assert names == ["1 × 1", "here", "there"]


@pytest.mark.parametrize("count", [1, 6])
def test_mistakes_say_what_it_is_and_what_was_said(count):
    images = np.zeros((count, 3, 4, 4), np.uint8)
    figures.show_mistakes(images, ["striped disc"] * count, ["checked ring"] * count)
    axes = shown()
    assert len(axes) == count
    assert axes[-1].get_title() == "striped\ndisc"
    assert axes[-1].get_xlabel() == "“checked\nring”"


@pytest.mark.parametrize("rank", [1, 9])
def test_the_dot_stands_at_the_chosen_number_of_patterns(rank):
    filters = np.random.default_rng(0).normal(size=(8, 3, 3))
    accuracy = np.linspace(0.1, 0.9, 9)
    figure = Figure(figsize=(6.4, 2.3), layout="constrained")
    figures.draw_ranks(figure, filters, filters / 2, accuracy, rank)
    figure.canvas.draw()
    *tiles, ax = figure.axes
    assert len(tiles) == 12
    assert tiles[6].images[0].get_array().tolist() == (filters[0] / 2).tolist()
    assert len({tile.images[0].get_clim() for tile in tiles}) == 1
    assert (ax.lines[1].get_xdata()[0], ax.lines[1].get_ydata()[0]) == (rank, accuracy[rank - 1])
    assert tiles[6].get_ylabel() == f"{rank} of 9"
