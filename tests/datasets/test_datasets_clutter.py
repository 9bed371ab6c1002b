import time
from dataclasses import fields

import numpy as np
import pytest

from course_utils.datasets import Scenes, clutter, cluttered_digits, generated
from course_utils.datasets.scenes import boxes_around
from course_utils.errors import CourseError

COUNT = (600, 30, 70)


@pytest.fixture(scope="module", autouse=True)
def _digits_at_hand(embedded):
    """Reading them from their package takes seconds, in every new data folder."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clutter, "mnist_5k", lambda: embedded["mnist_5k"])
        yield


@pytest.fixture(scope="module")
def small(tmp_path_factory, _digits_at_hand):
    """A small set, drawn once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COURSE_DATA", str(tmp_path_factory.mktemp("clutter")))
        return cluttered_digits(count=COUNT, seed=3)


def scenes(n=2, **changed):
    arrays = {
        "images": np.zeros((n, 1, 5, 6), np.uint8),
        "labels": np.zeros(n, np.int64),
        "boxes": np.zeros((n, 4), np.float32),
        "corners": np.zeros((n, 4, 2), np.float32),
        "masks": np.zeros((n, 5, 6), bool),
    }
    return Scenes(**{**arrays, **changed})


def test_scenes_are_read_only_and_say_what_they_are():
    assert len(scenes(3)) == 3
    assert repr(scenes(3)) == "Scenes(3 images (1, 5, 6))"
    for field in fields(Scenes):
        with pytest.raises(ValueError, match="read-only"):
            getattr(scenes(), field.name)[:] = 0


@pytest.mark.parametrize(
    ("field", "array", "complaint"),
    [
        ("images", np.zeros((2, 5, 6), np.uint8), r"shape \(N, C, H, W\), got uint8 \(2, 5, 6\)"),
        ("images", np.zeros((2, 1, 5, 6)), "images of dtype uint8"),
        ("labels", np.zeros(3, np.int64), r"labels .* \(N = 2\), got int64 \(3,\)"),
        ("boxes", np.zeros((2, 4)), "boxes of dtype float32"),
        ("boxes", np.zeros((2, 2), np.float32), r"\(N = 2, 4\), got float32 \(2, 2\)"),
        ("corners", np.zeros((2, 8), np.float32), r"\(N = 2, 4, 2\), got float32 \(2, 8\)"),
        ("masks", np.zeros((2, 6, 5), bool), r"\(N = 2, H = 5, W = 6\), got bool \(2, 6, 5\)"),
        ("masks", np.zeros((2, 5, 6), np.uint8), "masks of dtype bool"),
    ],
)
def test_scenes_refuse_arrays_that_do_not_fit_together(field, array, complaint):
    with pytest.raises(CourseError, match=f"Scenes expects {field}.*") as caught:
        scenes(**{field: array})
    caught.match(complaint)


def test_boxes_around_a_mask_have_exclusive_ends():
    masks = np.zeros((3, 5, 9), bool)
    masks[0, 2:4, 3:8] = masks[1, 4, 8] = masks[2, 0, 0] = masks[2, 3, 5] = True
    boxes = boxes_around(masks)
    assert boxes.dtype == np.float32
    assert boxes.tolist() == [[3, 2, 8, 4], [8, 4, 9, 5], [0, 0, 6, 4]]


def test_the_parts_have_the_digits_of_mnist_5ks_parts_in_their_order(small, embedded):
    digits = embedded["mnist_5k"]
    assert small.class_names == digits.class_names
    assert repr(small) == (
        "DataSet(cluttered_digits: 600 train, 30 validation, 70 test, "
        "images (1, 64, 64), 10 classes)"
    )
    for part, n in zip(("train", "validation", "test"), COUNT, strict=True):
        made = getattr(small, part)
        assert len(made) == n
        np.testing.assert_array_equal(made.labels, getattr(digits, part).labels[:n])


def test_when_the_digits_run_out_they_are_used_again_in_other_places(data_home):
    test = cluttered_digits(count=(1, 1, 520)).test
    np.testing.assert_array_equal(test.labels[500:], test.labels[:20])
    assert (test.boxes[500:] != test.boxes[:20]).any(axis=1).all()


def test_a_digit_is_where_its_mask_says_at_its_full_brightness(small, embedded):
    """Undo scale and rotation with scipy: the digit of mnist_5k comes back."""
    from scipy.ndimage import map_coordinates

    originals = embedded["mnist_5k"].train.images[:, 0].astype(float)
    likeness = []
    for i in range(60):
        image, corners = small.train.images[i, 0], small.train.corners[i]
        ink = originals[i] > clutter.INK
        x1, y1, x2, y2 = boxes_around(ink[None])[0]
        # every pixel's place in the ink box, from (0, 0), its upper left corner, to (1, 1)
        u, v = (
            (np.arange(28) + 0.5 - x1) / (x2 - x1),
            (np.arange(28)[:, None] + 0.5 - y1) / (y2 - y1),
        )
        x, y = (
            corners[0, k]
            + u * (corners[1, k] - corners[0, k])
            + v * (corners[3, k] - corners[0, k])
            for k in (0, 1)
        )
        back = map_coordinates(image.astype(float), (y - 0.5, x - 0.5), order=1)
        likeness.append(np.corrcoef(back[ink], originals[i][ink])[0, 1])
        assert back[ink].mean() > 0.75 * originals[i][ink].mean()
    assert min(likeness) > 0.7
    assert np.median(likeness) > 0.9


def test_boxes_are_tight_around_the_masks(small):
    for part in (small.train, small.validation, small.test):
        np.testing.assert_array_equal(part.boxes, boxes_around(part.masks))
        assert (part.images[:, 0][part.masks] > clutter.INK).all()
        assert part.masks.sum(axis=(1, 2)).min() >= 15


def test_corners_hold_the_digit_closely_and_lie_on_the_canvas(small):
    corners, boxes = small.train.corners, small.train.boxes
    assert corners.min() >= 0
    assert corners.max() <= 64
    low, high = corners.min(axis=1), corners.max(axis=1)
    outside = np.maximum(low - boxes[:, :2], boxes[:, 2:] - high)
    assert outside.max() < 1.5  # a soft edge
    assert np.median((high - low) / (boxes[:, 2:] - boxes[:, :2])) < 1.3


def test_corners_are_a_rectangle_clockwise_from_the_digits_own_upper_left(small):
    corners = small.train.corners.astype(float)
    across, down = corners[:, 1] - corners[:, 0], corners[:, 3] - corners[:, 0]
    np.testing.assert_allclose(corners[:, 2], corners[:, 0] + across + down, atol=1e-4)
    np.testing.assert_allclose((across * down).sum(axis=1), 0, atol=0.05)  # a right angle
    cross = across[:, 0] * down[:, 1] - across[:, 1] * down[:, 0]
    assert (cross > 0).all()  # clockwise where y points down
    angle = np.rad2deg(np.arctan2(across[:, 1], across[:, 0]))
    assert -30.1 < angle.min() < -27
    assert 27 < angle.max() < 30.1
    assert abs(angle.mean()) < 3


def test_scales_go_from_0_8_to_1_6(small, embedded):
    originals = embedded["mnist_5k"].train.images[:600, 0]
    own = boxes_around(originals > clutter.INK)
    corners = small.train.corners
    scale = np.linalg.norm(corners[:, 3] - corners[:, 0], axis=1) / (own[:, 3] - own[:, 1])
    assert 0.799 < scale.min() < 0.82
    assert 1.58 < scale.max() < 1.601
    assert 1.15 < scale.mean() < 1.25


def test_digits_reach_every_side_of_the_canvas(small):
    boxes = small.train.boxes
    assert boxes[:, :2].min() < 2
    assert boxes[:, 2:].max() > 62
    centre = (boxes[:, :2] + boxes[:, 2:]) / 2
    assert (np.abs(centre.mean(axis=0) - 32) < 2).all()


def test_fragments_fill_the_canvas_and_rarely_hide_the_digit(small):
    from scipy.ndimage import binary_dilation, label

    images, masks = small.train.images[:, 0], small.train.masks
    far = [~binary_dilation(mask, iterations=4) for mask in masks[:200]]
    pieces = [label((i > clutter.INK) & f)[1] for i, f in zip(images, far, strict=False)]
    assert 5 < np.mean(pieces) < 14
    assert min(pieces) >= 2


def test_a_canvas_has_6_to_10_fragments_and_none_of_its_own_digit(monkeypatch):
    source = np.zeros((12, 28, 28), np.uint8)
    source += (100 + np.arange(12, dtype=np.uint8))[:, None, None]  # the value tells whose it is
    pasted = []
    monkeypatch.setattr(
        clutter, "_paste", lambda c, on, at, pieces: pasted.append((on, at, pieces[:, 0, 0] - 100))
    )
    chosen = np.arange(1200) % 12
    clutter._clutter(source, chosen, np.zeros((1200, 50, 50), bool), np.random.default_rng(0))
    on, at, owner = (np.concatenate(column) for column in zip(*pasted, strict=True))
    assert np.unique(np.bincount(on)).tolist() == [6, 7, 8, 9, 10]
    assert (owner != chosen[on]).all()
    assert np.unique(owner).size == 12
    assert (at.min(), at.max()) == (0, 42)  # 42 + 8 is the edge


def test_ink_in_pieces_counts_each_window():
    source = np.random.default_rng(1).integers(0, 256, size=(2, 11, 13), dtype=np.uint8)
    counts = clutter._ink_in_pieces(source)
    assert counts.shape == (2, 4, 6)
    for n, i, j in np.ndindex(counts.shape):
        assert counts[n, i, j] == (source[n, i : i + 8, j : j + 8] > clutter.INK).sum()


def test_of_two_places_the_freer_one_is_taken():
    masks = np.zeros((2, 20, 20), bool)
    masks[1, :10] = True
    tries = np.array([[[3, 0], [3, 12]], [[12, 0], [1, 7]]])  # x, y
    freer = clutter._freer(masks, np.array([1, 1]), tries)
    assert freer.tolist() == [[3, 12], [1, 7]]


def test_the_same_bytes_on_every_computer(data_home, digest):
    """Stored outputs of notebooks rest on them: a change here is a change to the course."""
    assert digest(cluttered_digits(count=(40, 10, 10))) == "515c60b5b95a393c2ce635665a1616ac"


def test_seed_size_and_part_make_a_difference(data_home):
    count = (10, 10, 10)
    first = cluttered_digits(count=count)
    assert (cluttered_digits(count=count, seed=1).train.boxes != first.train.boxes).any()
    assert (first.validation.boxes != first.train.boxes).any()
    wide = cluttered_digits(size=90, count=(10, 1, 1)).train
    assert wide.images.shape == (10, 1, 90, 90)
    assert wide.masks.shape == (10, 90, 90)


def test_the_smallest_canvas_has_room_for_the_largest_digit(data_home):
    corners = cluttered_digits(size=clutter.SMALLEST, count=(1500, 1, 1)).train.corners
    assert corners.min() >= 0
    assert corners.max() <= clutter.SMALLEST


def test_a_set_is_drawn_once_and_then_comes_from_the_cache(data_home, monkeypatch):
    first = cluttered_digits(count=(20, 10, 10))
    monkeypatch.setattr(clutter, "_scenes", None)
    again = cluttered_digits(count=(20, 10, 10))
    for field in fields(Scenes):
        np.testing.assert_array_equal(
            getattr(first.test, field.name), getattr(again.test, field.name)
        )
    with pytest.raises(TypeError):
        cluttered_digits(count=(20, 10, 11))


def test_another_version_is_drawn_anew(data_home):
    drawn = []

    def draw(part, n, rng):
        drawn.append(part)
        return {"x": rng.integers(10**6, size=n)}

    for version in ("1", "1", "2"):
        parts = generated.three_parts("t", draw, (2, 3, 4), seed=0, size=1, version=version)
        assert [len(part["x"]) for part in parts] == [2, 3, 4]
        assert len({x for part in parts for x in part["x"]}) == 9  # parts do not repeat each other
    assert drawn == ["train", "validation", "test"] * 2


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ({"size": 47}, "cluttered_digits expects a size of at least 48 pixels, got 47"),
        ({"count": (10, 0, 10)}, r"at least 1 for each of .*, got \(10, 0, 10\)"),
        ({"count": (10, 10)}, r"train, validation, test, got \(10, 10\)"),
        ({"seed": -1}, "a seed of 0 or more, got -1"),
    ],
)
def test_arguments_that_make_no_sense(data_home, arguments, complaint):
    with pytest.raises(CourseError, match=complaint):
        cluttered_digits(**arguments)


def test_the_standard_set_takes_seconds(data_home):
    start = time.process_time()
    assert len(cluttered_digits().train) == 4000
    assert time.process_time() - start < 20  # 3 s of one core
