import numpy as np
import pytest

from course_utils.datasets import DataSet, Split, as_float, flatten
from course_utils.datasets.core import rank_in_class, taking_turns
from course_utils.errors import CourseError


def numbered(labels, shape=(3, 2, 5)):
    """One image per label; every pixel of image i is i."""
    images = np.zeros((len(labels), *shape), dtype=np.uint8)
    images += np.arange(len(labels), dtype=np.uint8)[:, None, None, None]
    return images


def split(labels):
    return Split(numbered(labels), np.asarray(labels, dtype=np.int64))


def test_split_is_read_only_and_leaves_the_callers_arrays_writable():
    images, labels = numbered([0, 1]), np.array([0, 1])
    part = Split(images, labels)
    for array in (part.images, part.labels):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1
    images[0] = 9
    with pytest.raises(AttributeError):
        part.labels = labels


@pytest.mark.parametrize(
    ("images", "labels", "complaint"),
    [
        (np.zeros((2, 1, 3, 4)), np.zeros(2, np.int64), "expects images of dtype uint8"),
        (np.zeros((2, 3, 4), np.uint8), np.zeros(2, np.int64), r"got uint8 \(2, 3, 4\)"),
        (np.zeros((2, 1, 3, 4), np.uint8), np.zeros(2, np.int32), "expects labels of dtype int64"),
        (np.zeros((2, 1, 3, 4), np.uint8), np.zeros((2, 1), np.int64), r"got int64 \(2, 1\)"),
        (np.zeros((2, 1, 3, 4), np.uint8), np.zeros(3, np.int64), "got 2 images and 3 labels"),
    ],
)
def test_split_refuses_other_arrays(images, labels, complaint):
    with pytest.raises(CourseError, match=complaint):
        Split(images, labels)


@pytest.mark.parametrize("labels", [[0, 2], [-1, 0]])
def test_data_set_refuses_labels_without_a_name(labels):
    with pytest.raises(CourseError, match="expects labels 0 to 1"):
        DataSet("x", split([0]), split([1]), split(labels), ("a", "b"))


def test_repr_is_short_and_says_what_matters():
    data = DataSet("tiny", split([0, 1, 0]), split([1]), split([]), ("a", "b"))
    assert repr(data) == (
        "DataSet(tiny: 3 train, 1 validation, 0 test, images (3, 2, 5), 2 classes)"
    )
    assert repr(data.train) == "Split(3 images (3, 2, 5))"
    assert len(data.train) == 3


def test_as_float_maps_black_to_0_and_white_to_1():
    images = np.array([[0, 51, 255]], dtype=np.uint8)
    floats = as_float(images)
    assert floats.dtype == np.float32
    np.testing.assert_allclose(floats, [[0, 0.2, 1]], rtol=1e-6)
    floats[0, 0] = 1  # a new array, writable
    assert images[0, 0] == 0


def test_as_float_refuses_to_scale_twice():
    with pytest.raises(CourseError, match="expects uint8 images, got float32"):
        as_float(np.zeros((2, 3), dtype=np.float32))


def test_flatten_goes_channel_by_channel_and_line_by_line():
    images = np.arange(2 * 3 * 4 * 5).reshape(2, 3, 4, 5)
    rows = flatten(images)
    assert rows.shape == (2, 60)
    assert rows[1, 1 * 20 + 2 * 5 + 3] == images[1, 1, 2, 3]
    assert flatten(np.zeros((0, 3, 4, 5))).shape == (0, 60)
    with pytest.raises(CourseError, match=r"expects \(N, C, H, W\), got \(4, 5\)"):
        flatten(images[0, 0])


def test_rank_in_class_counts_earlier_items_of_the_same_label():
    labels = np.random.default_rng(3).integers(0, 4, size=60) * 5  # labels with gaps
    expected = [list(labels[:i]).count(label) for i, label in enumerate(labels)]
    assert rank_in_class(labels).tolist() == expected
    assert rank_in_class(np.array([], dtype=int)).tolist() == []


def test_taking_turns_shares_everything_out_and_keeps_images_with_their_labels():
    labels = np.random.default_rng(5).integers(0, 3, size=97)
    images = numbered(labels)
    parts = [taking_turns(images, labels, r) for r in (range(8), (8,), (9,))]
    seen = np.concatenate([part.images[:, 0, 0, 0] for part in parts])
    assert sorted(seen) == list(range(97))
    for part in parts:
        assert (labels[part.images[:, 0, 0, 0]] == part.labels).all()


def test_taking_turns_goes_through_the_classes_in_the_order_of_the_index():
    labels = np.array([1, 1, 0, 2, 0, 1, 2, 1])
    part = taking_turns(numbered(labels), labels, range(10))
    assert part.labels.tolist() == [0, 1, 2, 0, 1, 2, 1, 1]
    assert part.images[:, 0, 0, 0].tolist() == [2, 0, 3, 4, 1, 6, 5, 7]


def test_taking_turns_never_drops_what_has_no_label():
    with pytest.raises(CourseError, match="got 2 for 3"):
        taking_turns(numbered([0, 0, 0]), np.array([0, 0]), range(10))
