import numpy as np
import pytest
import torch
from torchvision import tv_tensors
from torchvision.transforms import v2

from course_utils.augment import AutoAugment, RandAugment, policies
from course_utils.errors import CourseError

ALL = [lambda: RandAugment(2, 20), *(lambda p=p: AutoAugment(p) for p in policies.POLICIES)]


@pytest.mark.parametrize("make", ALL)
def test_boxes_masks_and_points_move_with_the_image(make, scene):
    """The rectangle stays in its box and its mask, and so do its corners."""
    torch.manual_seed(0)
    augment, compared, agree = make(), 0, []
    for _ in range(150):
        image, targets = augment(*scene)
        mask, points, box = targets["mask"][0], targets["points"].numpy(), targets["boxes"][0]
        if mask.sum() < 0.95 * 18 * 24:
            continue  # something left the canvas, if only on the way
        rows, columns = np.nonzero(mask.numpy())
        compared += not torch.equal(mask, scene[1]["mask"][0])
        found = np.array([columns.min(), rows.min(), columns.max() + 1, rows.max() + 1])
        assert np.abs(found - box.numpy()).max() < 2.1
        assert np.abs(points.min(0) - found[:2]).max() < 2.1
        assert np.abs(points.max(0) - found[2:]).max() < 2.1
        middle = points.mean(0)
        assert mask[int(middle[1]), int(middle[0])]
        lit = image[0] > (image.min() / 2 + image.max() / 2)
        same = (lit == mask).float().mean()
        agree.append(max(same, 1 - same) > 0.97)  # light and dark may have changed places
    assert compared > 5
    assert np.mean(agree) > 0.8  # posterised or filled: not always


def test_the_image_is_torchvisions_own():
    image = torch.randint(0, 256, (3, 24, 32), generator=torch.Generator().manual_seed(1)).byte()
    pairs = [
        (RandAugment(3, 15), v2.RandAugment(3, 15)),
        (AutoAugment("svhn"), v2.AutoAugment(v2.AutoAugmentPolicy.SVHN)),
    ]
    for ours, theirs in pairs:
        for seed in range(10):
            torch.manual_seed(seed)
            got = ours(image)
            torch.manual_seed(seed)
            assert torch.equal(got, theirs(image))


def test_a_batch_draws_for_each_image(images):
    torch.manual_seed(0)
    batch = images[:1].expand(12, 3, 20, 29)
    out = RandAugment(2, 20)(batch)
    assert out.shape == batch.shape
    assert out.dtype == torch.uint8
    assert len(out.flatten(1).unique(dim=0)) > 6


def test_seeds_repeat(images):
    for make in ALL:
        torch.manual_seed(3)
        first = make()(images)
        second = make()(images)
        torch.manual_seed(3)
        assert torch.equal(make()(images), first)
        assert not torch.equal(first, second)


def test_grey_images_and_labels(images):
    torch.manual_seed(0)
    label = torch.tensor(3)
    image, same = RandAugment(5, 10)(tv_tensors.Image(images[0, :1]), label)
    assert image.shape == (1, 20, 29)
    assert type(image) is tv_tensors.Image
    assert same is label


def test_nothing_to_do(images):
    assert torch.equal(RandAugment(0)(images), images)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: RandAugment(-1), "num_ops of 0 or more, got -1"),
        (lambda: RandAugment(2, 31), "magnitude from 0 to 30, got 31"),
        (lambda: AutoAugment("mnist"), "knows imagenet, cifar10, svhn; there is no 'mnist'"),
        (
            lambda: RandAugment()(torch.zeros(3, 8, 8)),
            "uint8 images, got torch.float32: use it before",
        ),
        (lambda: AutoAugment()(torch.zeros(4, 3, 8, 8)), "uint8 images, got torch.float32"),
        (lambda: RandAugment()(torch.zeros(2, 8, 8).byte()), r"1 or 3 channels.* got \(2, 8, 8\)"),
        (lambda: RandAugment()(torch.zeros(2, 3, 8, 8).byte(), {}), "of single samples only"),
        (lambda: RandAugment()([1, 2]), "RandAugment expects an image, a tensor"),
    ],
)
def test_wrong_arguments_are_refused(call, sentence):
    with pytest.raises(CourseError, match=sentence):
        call()
