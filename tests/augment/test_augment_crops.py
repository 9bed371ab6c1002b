import numpy as np
import pytest
import torch
from torch import nn

from course_utils.augment import (
    RandomCropFlip,
    RandomShift,
    fixed,
    matrix,
    move_boxes,
    multi_crop,
    ten_crop,
    vote,
)
from course_utils.errors import CourseError


@pytest.fixture
def numbered():
    """uint8 (2, 1, 7, 9): each pixel is 10 · row + column, and 100 more in image 1."""
    first = 10 * torch.arange(7)[:, None] + torch.arange(9)
    return torch.stack([first, first + 100])[:, None].byte()


def test_random_crops_are_windows_of_the_padded_image(numbered):
    """All 9 · 9 places and both sides turn up equally often, and nothing else."""
    images = numbered[:1].expand(16_200, 1, 7, 9)
    crops = RandomCropFlip(4, torch.Generator().manual_seed(0))(images)
    windows = {}
    for flip in (False, True):
        image = numbered[0, 0].flip(-1) if flip else numbered[0, 0]
        padded = np.pad(image.numpy(), 4)
        for y in range(9):
            for x in range(9):
                windows[padded[y : y + 7, x : x + 9].tobytes()] = 0
    assert len(windows) == 2 * 81
    for crop in crops[:, 0].numpy():
        windows[crop.tobytes()] += 1  # KeyError for anything else
    counts = np.array(list(windows.values()))
    assert abs(counts - 100).max() < 45  # 100 expected, standard deviation 10


def test_random_shifts_are_windows_of_the_reflected_image(numbered):
    """All 5 · 5 places turn up equally often, and nothing else."""
    images = numbered[:1].expand(10_000, 1, 7, 9)
    moved = RandomShift(2, torch.Generator().manual_seed(0))(images)
    padded = np.pad(numbered[0, 0].numpy(), 2, mode="reflect")
    windows = {padded[y : y + 7, x : x + 9].tobytes(): 0 for y in range(5) for x in range(5)}
    assert len(windows) == 25
    for image in moved[:, 0].numpy():
        windows[image.tobytes()] += 1  # KeyError for anything else
    assert abs(np.array(list(windows.values())) - 400).max() < 90  # standard deviation 20


def test_a_random_shift_moves_all_channels_alike_and_keeps_dtype_and_order(numbered, generator):
    for dtype in (torch.uint8, torch.float32, torch.bfloat16):
        images = torch.cat([numbered, numbered + 1], 1).to(dtype)
        moved = RandomShift(3, generator)(images)
        assert moved.dtype == dtype
        assert torch.equal(moved[:, 1], moved[:, 0] + 1)
        assert moved.is_contiguous(memory_format=torch.channels_last)
    assert torch.equal(RandomShift(0, generator)(numbered), numbered)
    assert torch.equal(numbered[0, 0, 3], 30 + torch.arange(9).byte())  # not moved in place


@pytest.mark.parametrize(
    ("pixels", "sentence"),
    [
        (-1, "pixels to be a whole number ≥ 0"),
        (1.5, "pixels to be a whole"),
        (7, "images of 7 × 9"),
    ],
)
def test_a_random_shift_that_does_not_fit(numbered, pixels, sentence):
    with pytest.raises(CourseError, match=sentence):
        RandomShift(pixels)(numbered)
    with pytest.raises(CourseError, match=r"generator expects a torch\.Generator"):
        RandomShift(1, generator=3)


def test_random_crop_without_padding_and_flip_does_nothing(numbered, generator):
    crop = RandomCropFlip(0, generator, flip=None)
    assert torch.equal(crop(numbered), numbered)
    always = RandomCropFlip(0, generator, flip=True)
    assert torch.equal(always(numbered), numbered.flip(-1))


def test_random_crop_takes_boxes_along_and_fills(generator):
    images = torch.zeros(30, 1, 12, 12)
    images[:, :, 5:8, 4:6] = 1
    boxes = torch.tensor([[4.0, 5, 6, 8]]).repeat(30, 1)
    crop = RandomCropFlip(3, generator, fill=-1)
    moved, targets = crop(images, {"boxes": boxes})
    assert torch.equal(targets["boxes"], move_boxes(boxes, matrix(crop.parameters, (12, 12))))
    for image, (x1, y1, x2, y2) in zip(moved[:, 0], targets["boxes"].round().int(), strict=True):
        assert (image[y1:y2, x1:x2] == 1).all()
        assert (image == 1).sum() == 6
    assert (moved == -1).any()
    assert len(targets["boxes"].unique(dim=0)) > 10


def test_random_crop_repeats_and_refuses(numbered):
    first, again = (RandomCropFlip(2, torch.Generator().manual_seed(5))(numbered) for _ in range(2))
    assert torch.equal(first, again)
    for wrong in (-1, 1.5):
        with pytest.raises(CourseError, match="padding of 0 or more pixels, got"):
            RandomCropFlip(wrong)


def test_ten_crop_positions(numbered):
    crops = ten_crop(numbered, (3, 4))
    assert crops.shape == (10, 2, 1, 3, 4)
    assert crops.dtype == torch.uint8
    assert crops[:5, 0, 0, 0, 0].tolist() == [
        0,
        5,
        40,
        45,
        22,
    ]  # row 0 or 4 or 2, column 0 or 5 or 2
    assert crops[:5, 1, 0, 0, 0].tolist() == [100, 105, 140, 145, 122]
    assert crops[5:, 0, 0, 0, 0].tolist() == [3, 8, 43, 48, 25]  # mirrored: the last column first
    assert torch.equal(crops[3, 0, 0], numbered[0, 0, 4:7, 5:9])
    assert torch.equal(crops[9, 1, 0], numbered[1, 0, 2:5, 2:6].flip(-1))


def test_ten_crops_of_the_whole_image_and_of_an_array(numbered):
    crops = ten_crop(numbered.numpy(), (7, 9))
    assert all(torch.equal(crop, numbered) for crop in crops[:5])
    assert all(torch.equal(crop, numbered.flip(-1)) for crop in crops[5:])
    assert ten_crop(numbered, 6).shape == (10, 2, 1, 6, 6)


def test_multi_crop_positions(numbered):
    crops = multi_crop(numbered, (3, 5), grid=3)
    assert crops.shape == (18, 2, 1, 3, 5)
    assert crops[:9, 0, 0, 0, 0].tolist() == [0, 2, 4, 20, 22, 24, 40, 42, 44]
    assert torch.equal(crops[9:], crops[:9].flip(-1))
    uneven = multi_crop(numbered, (3, 5), grid=4, flip=False)  # every 4/3 pixels, rounded
    assert uneven[:4, 0, 0, 0, 0].tolist() == [0, 1, 3, 4]
    assert multi_crop(numbered, 5).shape == (50, 2, 1, 5, 5)  # VGG's fifty
    middle = multi_crop(numbered, (3, 5), grid=1, flip=False)
    assert torch.equal(middle, numbered[None, :, :, 2:5, 2:7])


@pytest.mark.parametrize("crop", [ten_crop, multi_crop])
@pytest.mark.parametrize(
    ("size", "sentence"),
    [
        (8, "cannot cut 8 × 8 pixels out of images of 7 × 9"),
        ((3, 10), "cannot cut 3 × 10 pixels out of images of 7 × 9"),
        (0, "size to be a whole number ≥ 1"),
        (2.5, "size to be a whole number ≥ 1"),
    ],
)
def test_impossible_sizes_are_refused(crop, numbered, size, sentence):
    with pytest.raises(CourseError, match=sentence):
        crop(numbered, size)


def test_crops_refuse_wrong_shapes(numbered):
    with pytest.raises(
        CourseError, match=r"ten_crop expects images .* got \(1, 7, 9\): images\[None\]"
    ):
        ten_crop(numbered[0], 3)
    with pytest.raises(CourseError, match="grid of 1 or more places, got 0"):
        multi_crop(numbered, 3, grid=0)


class Corner(nn.Module):
    """Scores that depend on the first pixel: the logits of (p, 1 − p)."""

    def forward(self, x):
        assert not self.training
        p = x[:, 0, 0, 0].clamp(0.001, 0.999)
        return torch.stack([p.log(), (1 - p).log()], dim=1) + 7  # softmax does not see the 7


def test_vote_averages_probabilities():
    crops = torch.zeros(3, 2, 1, 4, 5)
    p = torch.tensor([[0.999, 0.2], [0.4, 0.3], [0.4, 0.7]])
    crops[:, :, 0, 0, 0] = p
    voted = vote(Corner(), crops)
    np.testing.assert_allclose(voted[:, 0], p.mean(0), atol=1e-6)  # not the mean of the logits,
    np.testing.assert_allclose(voted.sum(1), 1, atol=1e-6)  # and no majority: image 0 is 2 to 1
    logits = (p / (1 - p)).log().mean(0).sigmoid()
    assert (logits - voted[:, 0]).abs().max() > 0.1


def test_vote_splits_batches_without_mixing_images():
    crops = torch.rand(4, 5, 1, 3, 3, generator=torch.Generator().manual_seed(1))
    small, large = (vote(Corner(), crops, batch_size=size) for size in (3, 100))
    assert torch.equal(small, large)
    np.testing.assert_allclose(small[:, 0], crops[:, :, 0, 0, 0].mean(0), atol=1e-5)


def test_vote_normalises_bytes():
    crops = torch.full((2, 3, 1, 4, 4), 51, dtype=torch.uint8)
    voted = vote(Corner(), crops, normalise=(0.0, 1.0))
    np.testing.assert_allclose(voted[:, 0], 0.2, atol=1e-6)


def test_vote_refuses_wrong_shapes():
    with pytest.raises(CourseError, match=r"crops \(K, N, C, h, w\), got \(2, 1, 4, 4\)"):
        vote(Corner(), torch.zeros(2, 1, 4, 4))
    with pytest.raises(CourseError, match=r"crops .*, got list"):
        vote(Corner(), [1])
    with pytest.raises(CourseError, match="one score per class"):
        vote(nn.Identity(), torch.zeros(2, 3, 1, 4, 4))


def test_one_crop_in_the_middle_is_a_shift():
    """`matrix` and crops agree about where pixels are."""
    image = torch.rand(1, 1, 8, 10)
    crop = multi_crop(image, (4, 6), grid=1, flip=False)[0]
    moved = RandomCropFlip(0, flip=None)(image)[..., 2:6, 2:8]
    assert torch.equal(crop, moved)
    assert matrix(fixed(), (8, 10)).tolist() == [[[1, 0, 0], [0, 1, 0]]]
