import numpy as np
import pytest
import torch
from scipy import ndimage
from torchvision.transforms.v2 import functional as V

from course_utils.augment import (
    augment_batch,
    exchange_pairs,
    fixed,
    inverse,
    matrix,
    move_boxes,
    move_images,
    move_masks,
    move_points,
    move_targets,
    moving,
    sample,
)
from course_utils.errors import CourseError


def test_nothing_does_nothing(images):
    assert torch.equal(augment_batch(images, fixed(6)), images)
    floats = images.double()
    np.testing.assert_allclose(augment_batch(floats, fixed(6)), floats, atol=1e-9)


def test_a_quarter_turn_of_3_by_4_by_hand():
    """The middle lies on an edge between two columns: each new pixel is the mean of four old ones.

    The new row 0 is the old columns 2 and 3, from top to bottom, with a row of zeros at both ends.
    """
    image = torch.tensor([[[[0.0, 10, 20, 30], [40, 50, 60, 70], [80, 90, 100, 110]]]])
    turned = augment_batch(image.double(), fixed(angle=90))
    expected = [[12.5, 45, 85, 52.5], [7.5, 35, 75, 47.5], [2.5, 25, 65, 42.5]]
    np.testing.assert_allclose(turned[0, 0], expected, atol=1e-9)


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_quarter_turns_of_3_by_5_move_whole_pixels(quarters):
    """Counter-clockwise, like np.rot90: what does not fit in three rows is cut off."""
    image = np.arange(1, 16, dtype=np.uint8).reshape(3, 5)
    expected = np.zeros((3, 5), np.uint8)
    if quarters == 2:
        expected = np.rot90(image, 2)
    else:
        expected[:, 1:4] = np.rot90(image[:, 1:4], quarters)
    moved = augment_batch(torch.tensor(image)[None, None], fixed(angle=90 * quarters))
    np.testing.assert_array_equal(moved[0, 0], expected)


def test_shift_and_flip_move_whole_pixels(images):
    shifted = augment_batch(images, fixed(6, shift=(3, -2)))
    expected = torch.zeros_like(images)
    expected[:, :, :-2, 3:] = images[:, :, 2:, :-3]
    assert torch.equal(shifted, expected)
    assert torch.equal(augment_batch(images, fixed(6, flip=True)), images.flip(-1))
    both = augment_batch(images, fixed(6, flip=True, shift=(3, -2)))  # flip, then shift
    expected[:, :, :-2, 3:] = images.flip(-1)[:, :, 2:, :-3]
    assert torch.equal(both, expected)


def test_twice_as_large_shows_the_middle():
    image = torch.zeros(1, 1, 8, 8)
    image[..., 3:5, 3:5] = 1
    assert augment_batch(image, fixed(scale=2)).sum() == pytest.approx(16)
    assert augment_batch(image, fixed(scale=2))[0, 0, 3:5, 3:5].min() == 1


def test_positive_shear_leans_to_the_right():
    image = torch.zeros(1, 1, 11, 11)
    image[..., 5] = 1  # an upright line
    leaning = augment_batch(image, fixed(shear=30))[0, 0]
    columns = (leaning * torch.arange(11)).sum(1) / leaning.sum(1)
    slope = np.polyfit(np.arange(11), columns.numpy(), 1)[0]
    assert slope == pytest.approx(-np.tan(np.deg2rad(30)), abs=0.01)  # right as one goes up


def test_scipy_finds_the_same(images, generator):
    """An interpolation written by others, with our matrix in its convention: rows first."""
    parameters = sample(6, generator)
    moved = augment_batch(images.double(), parameters)
    for image, result, place in zip(images, moved, matrix(parameters, (20, 29)), strict=True):
        swap, half = np.array([[0, 1], [1, 0]]), np.array([0.5, 0.5])
        linear = swap @ place[:, :2].numpy() @ swap
        offset = swap @ place[:, 2].numpy() + linear @ half - half
        for channel, got in zip(image.numpy().astype(float), result, strict=True):
            expected = ndimage.affine_transform(
                channel, linear, offset, order=1, mode="grid-constant"
            )
            np.testing.assert_allclose(got, expected, atol=1e-6)


def test_torchvision_finds_the_same(images, generator):
    parameters = sample(6, generator, flip=None, shear=None, stretch=None)
    moved = augment_batch(images.float(), parameters)
    bilinear = V.InterpolationMode.BILINEAR
    for i, image in enumerate(images.float()):
        angle, scale = float(parameters.angle[i]), float(parameters.scale[i])
        shift = parameters.shift[i].tolist()
        expected = V.affine(image, -angle, shift, scale, [0.0, 0.0], interpolation=bilinear)
        inside = V.affine(torch.ones_like(image), -angle, shift, scale, [0.0, 0.0]) > 0
        far_in = -torch.nn.functional.max_pool2d(-inside.float(), 3, 1, 1) > 0
        assert far_in.any()
        np.testing.assert_allclose(moved[i][far_in], expected[far_in], atol=0.05)


@pytest.mark.parametrize("dtype", [torch.uint8, torch.float16, torch.bfloat16, torch.float32])
def test_dtypes_stay(images, generator, dtype):
    exact = augment_batch(images.double(), parameters := sample(6, generator))
    moved = augment_batch(images.to(dtype), parameters)
    assert moved.dtype == dtype
    atol = {torch.uint8: 0.501, torch.float16: 0.1, torch.bfloat16: 1, torch.float32: 0.01}[dtype]
    np.testing.assert_allclose(moved.double(), exact, atol=atol)


def test_a_batch_is_its_images_one_by_one(images, generator):
    parameters = sample(6, generator)
    for kind, atol in ((images, 1), (images / 255, 1e-4)):
        one_by_one = torch.cat([augment_batch(kind[i : i + 1], parameters[i]) for i in range(6)])
        together = augment_batch(kind, parameters)
        np.testing.assert_allclose(together.double(), one_by_one.double(), atol=atol)
        assert (together != kind).any()


def test_large_batches_go_piece_by_piece(images, generator, monkeypatch):
    parameters = sample(6, generator)
    whole = augment_batch(images, parameters)
    calls = []
    real = torch.nn.functional.grid_sample
    monkeypatch.setattr(moving, "AT_ONCE", 4 * 3 * 20 * 29)
    monkeypatch.setattr(moving.F, "grid_sample", lambda *a, **k: calls.append(1) or real(*a, **k))
    assert torch.equal(augment_batch(images, parameters), whole)
    assert len(calls) == 2
    monkeypatch.setattr(moving, "AT_ONCE", 1)
    assert torch.equal(augment_batch(images, parameters), whole)


def test_the_grid_is_torchs(generator):
    """The same places as `affine_grid`, from the matrix in its units."""
    H, W = 20, 29
    matrices = matrix(sample(6, generator), (H, W))
    units = torch.diag(torch.tensor([W / 2, H / 2, 1], dtype=torch.float64))
    units[0, 2], units[1, 2] = W / 2, H / 2  # from −1 … 1 to pixels
    rows = torch.tensor([[[0.0, 0, 1]]], dtype=torch.float64).expand(6, 1, 3)
    theta = (torch.linalg.inv(units) @ torch.cat([matrices, rows], 1) @ units)[:, :2]
    expected = torch.nn.functional.affine_grid(theta, [6, 1, H, W], align_corners=False)
    got = moving._grid(matrices, H, W, "cpu", torch.float64)
    np.testing.assert_allclose(got, expected, atol=1e-12)


def test_an_empty_batch_and_one_channel():
    assert augment_batch(torch.zeros(0, 3, 5, 7), fixed(0)).shape == (0, 3, 5, 7)
    assert augment_batch(torch.zeros(2, 1, 5, 7), fixed(2)).shape == (2, 1, 5, 7)


def test_fill(images):
    shifted = fixed(6, shift=(4, 0))
    assert (augment_batch(images, shifted)[..., :4] == 0).all()
    assert (augment_batch(images, shifted, fill=9)[..., :4] == 9).all()
    coloured = augment_batch(images, shifted, fill=(1, 2, 3))
    for c in range(3):
        assert (coloured[:, c, :, :4] == c + 1).all()
    assert torch.equal(coloured[..., 4:], images[..., :-4])
    border = augment_batch(images, shifted, fill="border")
    assert torch.equal(border[..., :4], images[..., :1].expand(-1, -1, -1, 4))
    mirrored = augment_batch(images, shifted, fill="reflection")
    assert torch.equal(mirrored[..., :4], images[..., :4].flip(-1))


@pytest.mark.parametrize("fill", ["edge", (1, 2), None, "0"])
def test_impossible_fills_are_refused(images, fill):
    with pytest.raises(CourseError, match="fill expects a number, one number for each of the 3"):
        augment_batch(images, fixed(6), fill=fill)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (torch.zeros(3, 4, 5), r"\(N, C, H, W\), got \(3, 4, 5\): images\[None\]"),
        (torch.zeros(4, 5), r"\(N, C, H, W\), got \(4, 5\)\."),
        (torch.zeros(1, 3, 4, 5, dtype=torch.int64), "uint8 images or floats, got torch.int64"),
        (np.zeros((1, 3, 4, 5)), "expects a tensor .* got a ndarray: torch.tensor"),
        (torch.zeros(2, 3, 4, 5), "parameters for each of the 2 images, got 1"),
    ],
)
def test_wrong_images_are_refused(wrong, sentence):
    with pytest.raises(CourseError, match=sentence):
        augment_batch(wrong, fixed(1))


def test_masks_keep_their_numbers(generator):
    labels = torch.zeros(5, 1, 30, 30, dtype=torch.int64)
    labels[:, :, 8:20, 8:15], labels[:, :, 8:20, 15:22] = 3, 2**24 + 1
    moved = move_masks(labels, matrix(sample(5, generator), (30, 30)))
    assert moved.dtype == torch.int64
    assert set(moved.unique().tolist()) == {0, 3, 2**24 + 1}
    flipped = move_masks(labels == 3, matrix(fixed(5, flip=True), (30, 30)))
    assert flipped.dtype == torch.bool
    assert torch.equal(flipped, (labels == 3).flip(-1))


def test_points_land_on_the_moved_pixel(generator):
    """A spot of light around a point: its centre of mass goes where the point goes."""
    N, size = 40, 101
    points = 50.5 + 20 * torch.rand(N, 2, generator=generator) - 10
    pixel = torch.arange(size) + 0.5
    gaussian = torch.exp(-((pixel - points[:, :, None]) ** 2) / 18)  # (N, x or y, size)
    images = (gaussian[:, 1, :, None] * gaussian[:, 0, None, :])[:, None]
    matrices = matrix(sample(N, generator), (size, size))
    moved = move_images(images, matrices)[:, 0]
    mass = moved.sum((1, 2))
    x, y = (moved.sum(1) @ pixel) / mass, (moved.sum(2) @ pixel) / mass
    np.testing.assert_allclose(move_points(points, matrices), torch.stack([x, y], 1), atol=0.02)


def test_points_by_hand():
    way = matrix(fixed(2, angle=90), (3, 4))  # (3, 1.5), right of the middle, goes above it
    points = torch.tensor([[[3.0, 1.5], [2, 1.5]], [[2, 0.5], [0, 0]]])
    expected = [[[2, 0.5], [2, 1.5]], [[1, 1.5], [0.5, 3.5]]]
    np.testing.assert_allclose(move_points(points, way), expected, atol=1e-6)
    whole = move_points(torch.tensor([[10, 7]]), matrix(fixed(shift=(0.6, 0.4)), (20, 20)))
    assert whole.tolist() == [[11, 7]]
    assert whole.dtype == torch.int64


def test_moved_points_come_back(generator):
    points = 30 * torch.rand(9, 4, 5, 2, generator=generator)
    matrices = matrix(sample(9, generator), (30, 40))
    moved = move_points(points, matrices)
    assert moved.shape == points.shape
    assert (moved - points).abs().max() > 5
    np.testing.assert_allclose(move_points(moved, inverse(matrices)), points, atol=1e-3)


def test_boxes_hold_the_four_corners_tightly(generator):
    boxes = torch.tensor([[[3.0, 5, 20, 11], [0, 0, 30, 40]]]).repeat(25, 1, 1)
    matrices = matrix(sample(25, generator), (40, 30))
    x1, y1, x2, y2 = boxes.unbind(-1)
    corners = [
        move_points(torch.stack(c, -1), matrices) for c in ((x1, y1), (x2, y1), (x1, y2), (x2, y2))
    ]
    corners = torch.stack(corners)  # (4, N, 2, 2)
    moved = move_boxes(boxes, matrices)
    np.testing.assert_allclose(moved[..., :2], corners.amin(0), atol=1e-5)
    np.testing.assert_allclose(moved[..., 2:], corners.amax(0), atol=1e-5)


def test_boxes_are_clamped_on_request_and_rounded_outwards():
    out = matrix(fixed(shift=(8, -6)), (20, 20))
    boxes = torch.tensor([[5.0, 4, 16, 12]])
    assert move_boxes(boxes, out).tolist() == [[13, -2, 24, 6]]
    assert move_boxes(boxes, out, clamp=(20, 22)).tolist() == [[13, 0, 22, 6]]
    gone = move_boxes(boxes, matrix(fixed(shift=(30, 0)), (20, 20)), clamp=(20, 20))
    assert gone.tolist() == [[20, 4, 20, 12]]
    half = move_boxes(boxes.long(), matrix(fixed(shift=(0.5, 0.5)), (20, 20)))
    assert half.tolist() == [[5, 4, 17, 13]]
    assert half.dtype == torch.int64


def test_targets_of_a_batch(generator):
    mask = torch.zeros(4, 40, 50, dtype=torch.bool)
    mask[:, 10:20, 20:30] = True
    label = torch.arange(4)
    boxes = torch.tensor([[20.0, 10, 30, 20]]).repeat(4, 1)
    targets = {"label": label, "boxes": boxes, "mask": mask, "points": torch.rand(4, 3, 2)}
    matrices = matrix(sample(4, generator), (40, 50))
    moved = move_targets(targets, matrices, (40, 50))
    assert moved["label"] is label
    assert torch.equal(moved["boxes"], move_boxes(targets["boxes"], matrices))
    assert torch.equal(moved["points"], move_points(targets["points"], matrices))
    assert torch.equal(moved["mask"], move_masks(mask[:, None], matrices)[:, 0])
    clamped = move_targets(targets, matrix(fixed(4, shift=(30, 0)), (40, 50)), (40, 50), clamp=True)
    assert clamped["boxes"].tolist() == 4 * [[50, 10, 50, 20]]
    assert move_targets(label, matrices, (40, 50)) is label


@pytest.mark.parametrize(("settings", "exchanged"), [({"flip": True}, True), ({}, False),
    ({"angle": 180}, False), ({"flip": True, "angle": 70, "shear": 10}, True)])  # fmt: skip
def test_a_mirror_exchanges_left_and_right_points(settings, exchanged):
    points = torch.arange(12.0).view(2, 3, 2)
    visible = torch.tensor([[True, False, True], [False, True, True]])
    targets = {"points": points, "visible": visible, "label": torch.arange(2)}
    matrices = matrix(fixed(2, **settings), (20, 30))
    moved = move_targets(targets, matrices, (20, 30), pairs=[(0, 1)])
    order = [1, 0, 2] if exchanged else [0, 1, 2]
    assert torch.equal(moved["points"], move_points(points, matrices)[:, order])
    assert torch.equal(moved["visible"], visible[:, order])
    assert moved["label"] is targets["label"]
    without = move_targets(targets, matrices, (20, 30))
    assert torch.equal(without["points"], move_points(points, matrices))
    assert without["visible"] is visible


def test_each_image_is_exchanged_for_itself():
    values = torch.arange(24.0).view(2, 4, 3)
    once = exchange_pairs(values, torch.tensor([True, False]), ((3, 0), (1, 2)))
    assert torch.equal(once[0], values[0, [3, 2, 1, 0]])
    assert torch.equal(once[1], values[1])
    back = exchange_pairs(once, torch.tensor([True, False]), np.array([[0, 3], [1, 2]]))
    assert torch.equal(back, values)


@pytest.mark.parametrize("pairs", [[(0, 3)], [(0, 1), (1, 2)], [(-1, 0)], [(0, 1, 2)], [(1, 1)]])
def test_pairs_that_are_none_are_refused(pairs):
    with pytest.raises(CourseError, match="pairs expects pairs of different numbers from 0 to 2"):
        exchange_pairs(torch.zeros(2, 3, 2), torch.tensor([True, False]), pairs)
