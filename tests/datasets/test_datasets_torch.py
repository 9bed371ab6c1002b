import subprocess
import sys

import numpy as np
import pytest
import torch
from torchvision import tv_tensors
from torchvision.transforms import v2

from course_utils.datasets import cluttered_digits, shapes, stick_figures, torch_sets
from course_utils.datasets.torch_sets import ImageDataset, SceneDataset, to_tensors


@pytest.fixture(scope="module")
def sets(tmp_path_factory):
    """Small sets of the three kinds."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COURSE_DATA", str(tmp_path_factory.mktemp("torch")))
        count = (30, 1, 1)
        return {
            "clutter": cluttered_digits(count=count).train,
            "poses": stick_figures(count=count).train,
            "shapes": shapes(count).train,
        }


def test_image_dataset_gives_bytes_and_an_int(sets):
    data = ImageDataset(sets["shapes"])
    image, label = data[13]
    assert len(data) == 30
    assert type(image) is tv_tensors.Image
    assert image.dtype == torch.uint8
    np.testing.assert_array_equal(image, sets["shapes"].images[13])
    assert type(label) is int
    assert label == 3
    flipped, _ = ImageDataset(sets["shapes"], v2.RandomHorizontalFlip(1.0))[13]
    np.testing.assert_array_equal(flipped, sets["shapes"].images[13][:, :, ::-1])


def test_a_data_loader_stacks_images_and_targets(sets):
    images, labels = next(iter(torch.utils.data.DataLoader(ImageDataset(sets["shapes"]), 8)))
    assert images.shape == (8, 3, 32, 32)
    assert labels.tolist() == list(range(8))
    images, targets = next(iter(torch.utils.data.DataLoader(SceneDataset(sets["clutter"]), 8)))
    assert images.shape == (8, 1, 64, 64)
    assert images.dtype == torch.uint8
    assert {name: tuple(t.shape) for name, t in targets.items()} == {
        "label": (8,), "boxes": (8, 1, 4), "mask": (8, 1, 64, 64), "points": (8, 4, 2)
    }  # fmt: skip
    assert targets["label"].dtype == torch.int64


def test_a_scene_has_the_types_that_transforms_know(sets):
    scenes = sets["clutter"]
    image, targets = to_tensors(scenes, 4)
    assert type(image) is tv_tensors.Image
    assert targets["label"].item() == 4
    assert type(targets["boxes"]) is tv_tensors.BoundingBoxes
    assert targets["boxes"].format is tv_tensors.BoundingBoxFormat.XYXY
    assert targets["boxes"].canvas_size == targets["points"].canvas_size == (64, 64)
    assert type(targets["mask"]) is tv_tensors.Mask
    assert isinstance(targets["points"], tv_tensors.KeyPoints)
    np.testing.assert_array_equal(targets["boxes"], scenes.boxes[4:5])
    np.testing.assert_array_equal(targets["mask"], scenes.masks[4:5])
    np.testing.assert_array_equal(targets["points"], scenes.corners[4])
    targets["boxes"][:] = 0  # a copy
    assert scenes.boxes[4].any()


def test_a_figure_has_points_and_visibility(sets):
    figures = sets["poses"]
    image, targets = SceneDataset(figures)[7]
    assert image.shape == (1, 64, 64)
    assert sorted(targets) == ["points", "visible"]
    np.testing.assert_array_equal(targets["points"], figures.joints[7])
    np.testing.assert_array_equal(targets["visible"], figures.visible[7])


def affine(points, matrix):
    """points (K, 2) float64 under x' = A x + b, matrix (2, 3)."""
    return points @ np.array(matrix)[:, :2].T + np.array(matrix)[:, 2]


# what each transform does to a point of a 64×64 canvas, measured from its edge
MOVES = {
    "left-right": (v2.RandomHorizontalFlip(1.0), [[-1, 0, 64], [0, 1, 0]]),
    "up-down": (v2.RandomVerticalFlip(1.0), [[1, 0, 0], [0, -1, 64]]),
    "larger": (v2.Resize((96, 128)), [[2, 0, 0], [0, 1.5, 0]]),
    "border": (v2.Pad([3, 5, 0, 0]), [[1, 0, 3], [0, 1, 5]]),
    "quarter turn": (v2.RandomRotation((90, 90)), [[0, 1, 0], [-1, 0, 64]]),
    "shift": (v2.RandomAffine(0, translate=None, scale=(0.5, 0.5)), [[0.5, 0, 16], [0, 0.5, 16]]),
}


@pytest.mark.parametrize("name", MOVES)
def test_transforms_move_image_box_mask_and_points_together(sets, name):
    transform, matrix = MOVES[name]
    scenes = sets["clutter"]
    for i in range(len(scenes)):
        image, targets = SceneDataset(scenes, transform)[i]
        assert image.shape[-2:] == targets["mask"].shape[-2:] == targets["boxes"].canvas_size
        assert targets["label"].item() == scenes.labels[i]
        expected = affine(scenes.corners[i].astype(float), matrix)
        np.testing.assert_allclose(targets["points"], expected, atol=1e-3)
        x1, y1, x2, y2 = scenes.boxes[i].astype(float)
        ends = affine(np.array([[x1, y1], [x2, y2]]), matrix)
        box = np.concatenate([ends.min(axis=0), ends.max(axis=0)])
        np.testing.assert_allclose(targets["boxes"][0], box, atol=1e-3)
        rows, columns = np.nonzero(np.asarray(targets["mask"][0]))
        drawn = [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
        np.testing.assert_allclose(drawn, box, atol=1)
        ink = np.asarray(image[0])[rows, columns]
        assert np.median(ink) > 76  # the image moved along


def test_a_random_rotation_keeps_the_corners_on_the_digit(sets):
    torch.manual_seed(0)
    scenes = sets["clutter"]
    turned = SceneDataset(scenes, v2.RandomRotation(180, expand=True))
    for i in range(len(scenes)):
        _, targets = turned[i]
        before = np.linalg.norm(scenes.corners[i] - np.roll(scenes.corners[i], 1, axis=0), axis=1)
        points = np.asarray(targets["points"])
        after = np.linalg.norm(points - np.roll(points, 1, axis=0), axis=1)
        np.testing.assert_allclose(after, before, rtol=1e-3)
        rows, columns = np.nonzero(np.asarray(targets["mask"][0]))
        ink = np.array([columns, rows]) + 0.5
        across, down = points[1] - points[0], points[3] - points[0]
        u, v = np.linalg.solve(np.stack([across, down], axis=1), ink - points[0][:, None])
        slack = 2.5 / min(np.linalg.norm(across), np.linalg.norm(down))
        assert min(u.min(), v.min()) > -slack
        assert max(u.max(), v.max()) < 1 + slack


def test_flipping_twice_gives_the_same_points(sets):
    both = v2.Compose([v2.RandomHorizontalFlip(1.0), v2.RandomVerticalFlip(1.0)] * 2)
    _, targets = SceneDataset(sets["poses"], both)[3]
    np.testing.assert_allclose(targets["points"], sets["poses"].joints[3], atol=1e-5)
    assert type(targets["points"]) is torch_sets.Points


def test_an_older_torchvision_without_key_points_gives_plain_tensors(sets, monkeypatch):
    monkeypatch.delattr(tv_tensors, "KeyPoints")
    _, targets = to_tensors(sets["clutter"], 2)
    assert type(targets["points"]) is torch.Tensor
    np.testing.assert_array_equal(targets["points"], sets["clutter"].corners[2])


def test_generating_needs_no_torch(data_home):
    program = (
        "import sys; from course_utils.datasets import cluttered_digits, shapes, stick_figures\n"
        "cluttered_digits(count=(1, 1, 1)), shapes((1, 1, 1)), stick_figures(count=(1, 1, 1))\n"
        "assert not {'torch', 'torchvision'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
