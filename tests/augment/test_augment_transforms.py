import numpy as np
import PIL.Image
import pytest
import torch
from torch.utils.data import TensorDataset
from torchvision import tv_tensors
from torchvision.transforms import v2

from course_utils.augment import (
    BatchAugment,
    LectureAugment,
    augment_batch,
    fixed,
    matrix,
    move_boxes,
    move_points,
    sample,
)
from course_utils.errors import CourseError
from course_utils.training import fit


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


def test_a_scene_moves_together(scene, box_of, generator):
    """60 draws: mask, box, points and light stay together."""
    augment = LectureAugment(generator, scale=(1 / 1.6, 1))  # so that most stay on the canvas
    compared = 0
    for _ in range(60):
        image, targets = augment(*scene)
        mask, box, points = targets["mask"][0], targets["boxes"][0], targets["points"]
        lit = image[0] > 127
        assert (lit != mask).float().mean() < 0.01  # interpolated or nearest: the rim may differ
        if mask[0].any() or mask[-1].any() or mask[:, 0].any() or mask[:, -1].any():
            continue  # touches the edge, and may be cut off
        compared += 1
        found = np.array(box_of(mask))
        centres = found + np.array([0.5, 0.5, -0.5, -0.5])
        assert (centres[:2] >= box[:2].numpy() - 1e-3).all()
        assert (centres[2:] <= box[2:].numpy() + 1e-3).all()
        assert np.abs(found - box.numpy()).max() < 1.8  # and the box is no larger than it must be
        np.testing.assert_allclose(points.amin(0), box[:2], atol=1e-3)
        np.testing.assert_allclose(points.amax(0), box[2:], atol=1e-3)
    assert compared > 30


def test_types_dtypes_and_the_rest_stay(scene, generator):
    image, targets = LectureAugment(generator)(*scene)
    assert type(image) is tv_tensors.Image
    assert image.dtype == torch.uint8
    assert [type(v) for v in targets.values()] == [type(v) for v in scene[1].values()]
    assert [v.dtype for v in targets.values()] == [v.dtype for v in scene[1].values()]
    assert [v.shape for v in targets.values()] == [v.shape for v in scene[1].values()]
    assert targets["label"] is scene[1]["label"]
    assert targets["boxes"].canvas_size == targets["points"].canvas_size == (72, 90)
    assert targets["boxes"].format == tv_tensors.BoundingBoxFormat.XYXY
    assert not torch.equal(targets["boxes"], scene[1]["boxes"])


def test_the_input_is_not_changed(scene, generator):
    before = [scene[0].clone(), *(v.clone() for v in scene[1].values())]
    LectureAugment(generator)(*scene)
    after = [scene[0], *scene[1].values()]
    assert all(torch.equal(a, b) for a, b in zip(before, after, strict=True))


def test_a_seed_repeats(images):
    for kind in (LectureAugment, BatchAugment):
        image = images[0] if kind is LectureAugment else images
        first, second = (kind(seeded(7)) for _ in range(2))
        assert torch.equal(first(image), second(image))
        assert torch.equal(first(image), second(image))
        assert not torch.equal(first(image), kind(seeded(8))(image))
        assert not torch.equal(first(image), first(image))


def test_the_transform_draws_as_sample_does(images):
    augment = LectureAugment(seeded(1), shear=None, angle=(0, 10), fill=40)
    parameters = sample(1, seeded(1), shear=None, angle=(0, 10))
    expected = augment_batch(images[:1], parameters, fill=40)[0]
    assert torch.equal(augment(images[0]), expected)


def test_batch_equals_image_by_image(images):
    """`BatchAugment` and `LectureAugment` do the same with the same parameters."""
    batch = BatchAugment(seeded())
    together = batch(images)
    for i, p in enumerate(batch.parameters[i] for i in range(6)):
        settings = {n: float(getattr(p, n)) for n in ("angle", "scale", "flip", "shear", "stretch")}
        single = LectureAugment(**settings, shift=None)(images[i])
        shifted = augment_batch(images[i : i + 1], p)[0]
        assert (shifted.int() - together[i].int()).abs().max() <= 1
        unshifted = augment_batch(images[i : i + 1], fixed(**settings))[0]
        assert (single.int() - unshifted.int()).abs().max() <= 1


def test_images_that_come_as_one_batch_move_alike(generator):
    image = torch.rand(1, 3, 20, 29).repeat(4, 1, 1, 1)
    moved = LectureAugment(generator)(tv_tensors.Image(image))
    assert moved.shape == (4, 3, 20, 29)
    assert torch.equal(moved[0], moved[3])
    several = BatchAugment(generator)(image)
    assert not torch.equal(several[0], several[3])


@pytest.mark.parametrize("format", ["XYXY", "XYWH", "CXCYWH"])
def test_boxes_in_every_format(format):
    canvas = {"format": format, "canvas_size": (40, 60)}
    by_hand = {"XYXY": [20.0, 4, 30, 18], "XYWH": [20.0, 4, 10, 14], "CXCYWH": [25.0, 11, 10, 14]}
    boxes = tv_tensors.BoundingBoxes(torch.tensor([by_hand[format]]), **canvas)
    fixed_all = {"angle": None, "scale": None, "shear": None, "stretch": None}
    out = LectureAugment(shift=None, flip=True, **fixed_all)(torch.zeros(1, 40, 60), boxes)[1]
    flipped = {"XYXY": [30, 4, 40, 18], "XYWH": [30, 4, 10, 14], "CXCYWH": [35, 11, 10, 14]}
    np.testing.assert_allclose(out.tolist(), [flipped[format]], atol=1e-4)
    assert out.format == boxes.format


def test_boxes_are_clamped_on_request():
    box = tv_tensors.BoundingBoxes(
        torch.tensor([[2.0, 3, 9, 8]]), format="XYXY", canvas_size=(9, 12)
    )
    still = {"angle": None, "scale": None, "shear": None, "stretch": None, "flip": None}
    image = torch.zeros(1, 9, 12)
    free = LectureAugment(shift=5, **still)(image, box)[1]
    cut = LectureAugment(shift=5, clamp=True, **still)(image, box)[1]
    np.testing.assert_allclose(free, [[7, 8, 14, 13]], atol=1e-5)
    np.testing.assert_allclose(cut, [[7, 8, 12, 9]], atol=1e-5)


def test_turned_boxes_are_refused():
    turned = tv_tensors.BoundingBoxes(torch.ones(1, 5), format="XYWHR", canvas_size=(9, 12))
    with pytest.raises(CourseError, match=r"Only upright boxes can be moved, got the format XYWHR"):
        LectureAugment()(torch.zeros(1, 9, 12), turned)


def test_it_is_a_transform_among_others(scene, generator):
    chain = v2.Compose([LectureAugment(generator), v2.ToDtype(torch.float32, scale=True)])
    image, targets = chain(*scene)
    assert image.dtype == torch.float32
    assert 0.9 < image.max() <= 1
    assert targets["mask"].dtype == torch.bool


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (np.zeros((3, 4, 5)), "image tensor .C, H, W. and what belongs to it: No image"),
        (PIL.Image.new("L", (4, 5)), "put v2.ToImage.. before it"),
        (torch.zeros(4, 5), r"expects images \(N, C, H, W\), got \(4, 5\)"),
        (torch.zeros(3, 4, 5, dtype=torch.int32), "uint8 images or floats, got torch.int32"),
        (
            (tv_tensors.Image(torch.zeros(3, 4, 5)), tv_tensors.Mask(torch.zeros(1, 4, 6))),
            "multiple HxW",
        ),
    ],
)
def test_wrong_samples_are_refused(wrong, sentence):
    with pytest.raises(CourseError, match=sentence):
        LectureAugment()(wrong)


@pytest.mark.parametrize("kind", [LectureAugment, BatchAugment])
def test_wrong_settings_are_refused_at_once(kind):
    with pytest.raises(CourseError, match="there is no 'rotation'"):
        kind(rotation=4)
    with pytest.raises(CourseError, match="scale expects"):
        kind(scale=-1)


def test_a_batch_takes_its_targets_along(generator):
    images, boxes, points = torch.rand(5, 1, 30, 30), torch.rand(5, 4), torch.rand(5, 2, 2)
    batch = BatchAugment(generator)
    moved, targets = batch(images, {"boxes": boxes, "points": points, "label": torch.arange(5)})
    matrices = matrix(batch.parameters, (30, 30))
    np.testing.assert_allclose(moved, augment_batch(images, batch.parameters), atol=1e-6)
    assert torch.equal(targets["boxes"], move_boxes(boxes, matrices))
    assert torch.equal(targets["points"], move_points(points, matrices))
    assert targets["label"].tolist() == [0, 1, 2, 3, 4]
    with pytest.raises(CourseError, match="BatchAugment expects images"):
        batch(images[0])


def test_a_flip_exchanges_the_pairs_that_it_was_given():
    images, points = torch.rand(3, 1, 8, 10), torch.rand(3, 4, 2)
    still = {"angle": None, "shift": None, "scale": None, "shear": None, "stretch": None}
    flip = BatchAugment(flip=1, pairs=((1, 3),), **still)
    moved, targets = flip(images, {"points": points, "visible": points[..., 0] > 0.5})
    np.testing.assert_allclose(moved, images.flip(3), atol=1e-6)
    mirrored = points * torch.tensor([-1.0, 1]) + torch.tensor([10.0, 0])
    np.testing.assert_allclose(targets["points"], mirrored[:, [0, 3, 2, 1]], atol=1e-5)
    assert torch.equal(targets["visible"], (points[..., 0] > 0.5)[:, [0, 3, 2, 1]])


def _tiny_fit(seed):
    torch.manual_seed(0)
    model = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(36, 2))
    data = TensorDataset(torch.rand(8, 1, 6, 6, generator=seeded(3)), torch.arange(8) % 2)
    augment = BatchAugment(seeded(seed), shift=(-1, 1), fill="border")
    settings = {"epochs": 2, "lr": 0.1, "batch_size": 4, "seed": 0, "progress": False}
    return fit(model, data, transform=augment, **settings).step_loss


def test_it_fits_into_training_and_its_generator_decides():
    first = _tiny_fit(1)
    assert first == _tiny_fit(1)
    assert first != _tiny_fit(2)
