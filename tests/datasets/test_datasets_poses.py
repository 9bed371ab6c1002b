import time

import numpy as np
import pytest

from course_utils.datasets import BONES, JOINTS, PAIRS, StickFigures, poses, stick_figures
from course_utils.errors import CourseError


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A small set, drawn once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COURSE_DATA", str(tmp_path_factory.mktemp("poses")))
        return stick_figures(count=(500, 20, 30), seed=5)


def at(figures, name):
    """float64 (N, 2): where one joint is."""
    return figures.joints[:, JOINTS.index(name)].astype(float)


def test_shapes_types_and_names(small):
    assert small.joint_names == JOINTS
    assert len(set(JOINTS)) == 14
    assert small.bones == BONES
    for part, n in ((small.train, 500), (small.validation, 20), (small.test, 30)):
        assert len(part) == n
        assert part.images.shape == (n, 1, 64, 64)
        assert part.joints.shape == (n, 14, 2)
        assert part.visible.shape == (n, 14)
        with pytest.raises(ValueError, match="read-only"):
            part.joints[:] = 0
    assert repr(small.test) == "StickFigures(30 images (1, 64, 64))"


def test_bones_hold_all_joints_together():
    reached = {0}
    for _ in BONES:
        reached |= {j for bone in BONES if reached & set(bone) for j in bone}
    assert reached == set(range(14))
    for a, b in BONES:
        sides = {JOINTS[j].split()[0] for j in (a, b)} & {"left", "right"}
        assert len(sides) < 2 or {"hip"} == {JOINTS[j].split()[1] for j in (a, b)}


@pytest.mark.parametrize(
    ("field", "array"),
    [
        ("images", np.zeros((2, 9, 9), np.uint8)),
        ("joints", np.zeros((2, 14, 3), np.float32)),
        ("joints", np.zeros((3, 14, 2), np.float32)),
        ("visible", np.zeros((2, 13), bool)),
        ("visible", np.zeros((2, 14), np.uint8)),
    ],
)
def test_stick_figures_refuse_arrays_that_do_not_fit_together(field, array):
    arrays = {
        "images": np.zeros((2, 1, 9, 9), np.uint8),
        "joints": np.zeros((2, 14, 2), np.float32),
        "visible": np.zeros((2, 14), bool),
    }
    StickFigures(**arrays)
    with pytest.raises(CourseError, match=f"StickFigures expects {field if field != 'x' else ''}"):
        StickFigures(**{**arrays, field: array})


def test_every_joint_is_on_the_canvas_and_the_figures_have_all_sizes_and_places(small):
    joints = small.train.joints
    assert joints.min() >= 1.99
    assert joints.max() <= 62.01
    trunk = np.linalg.norm(at(small.train, "right hip") - at(small.train, "right shoulder"), axis=1)
    assert trunk.max() / trunk.min() > 1.5
    assert joints.mean(axis=1).std(axis=0).min() > 4


def test_the_figure_faces_us(small):
    """Its right shoulder and hip are on the left of the picture; it stands upright or leans."""
    for name in ("shoulder", "hip"):
        assert (
            at(small.train, f"right {name}")[:, 0] < at(small.train, f"left {name}")[:, 0]
        ).all()
    assert (at(small.train, "head")[:, 1] < at(small.train, "neck")[:, 1]).all()
    assert (at(small.train, "left knee")[:, 1] > at(small.train, "left hip")[:, 1]).all()


def test_pairs_hold_each_joint_that_has_a_side_once(small):
    assert small.pairs == PAIRS
    sides = [(JOINTS[a].split(), JOINTS[b].split()) for a, b in PAIRS]
    assert all(a == ["right", b[1]] and b[0] == "left" for a, b in sides)
    assert sorted(j for pair in PAIRS for j in pair) == [
        j for j, name in enumerate(JOINTS) if name.split()[0] in ("left", "right")
    ]


@pytest.mark.parametrize("side", ["left", "right"])
def test_limbs_keep_their_proportions_and_bend(small, side):
    names = [f"{side} {joint}" for joint in ("shoulder", "elbow", "wrist")]
    shoulder, elbow, wrist = (at(small.train, name) for name in names)
    upper, lower = elbow - shoulder, wrist - elbow
    length, forearm = (np.linalg.norm(limb, axis=1) for limb in (upper, lower))
    np.testing.assert_allclose(forearm / length, poses.FOREARM / poses.ARM, rtol=1e-3)
    bend = np.rad2deg(np.arccos(np.clip((upper * lower).sum(axis=1) / length / forearm, -1, 1)))
    assert bend.min() < 5
    assert 120 < bend.max() < 131


def test_the_image_is_bright_along_every_visible_bone(small):
    figures = small.train
    for a, b in BONES:
        seen = figures.visible[:, a] & figures.visible[:, b]
        n = np.flatnonzero(seen)
        x, y = ((figures.joints[n, a] + figures.joints[n, b]) / 2).astype(int).T
        ground = np.median(figures.images[n], axis=(1, 2, 3))
        brighter = figures.images[n, 0, y, x] > ground + 40
        assert brighter.mean() > 0.97  # a board may lie between two joints
    x, y = figures.joints.astype(int).transpose(2, 0, 1)
    n = np.arange(len(figures))[:, None]
    on_joints = figures.images[n, 0, y, x].astype(int)
    ground = np.median(figures.images, axis=(1, 2, 3))[:, None]
    assert (on_joints - ground > 40)[figures.visible].mean() > 0.99


def test_a_joint_is_invisible_behind_a_board_of_one_grey(small):
    figures = small.train
    assert 0.02 < (~figures.visible).mean() < 0.12
    assert 0.2 < (~figures.visible).any(axis=1).mean() < 0.5
    for n, j in np.argwhere(~figures.visible):
        x, y = figures.joints[n, j].astype(int)
        around = figures.images[n, 0, max(y - 3, 0) : y + 4, max(x - 3, 0) : x + 4]
        assert (around == figures.images[n, 0, y, x]).sum() >= 12
        assert 60 <= figures.images[n, 0, y, x] < 140


def test_the_same_bytes_on_every_computer(data_home, digest):
    assert digest(stick_figures(count=(40, 10, 10))) == "f445a70ec42945998618f0c5089a4c35"


def test_other_sizes_and_seeds(data_home):
    tiny = stick_figures(size=poses.SMALLEST, count=(800, 1, 1)).train
    assert tiny.images.shape == (800, 1, 32, 32)
    assert tiny.joints.min() >= 1.99
    assert tiny.joints.max() <= 30.01
    count = (5, 5, 5)
    first = stick_figures(count=count)
    assert (first.train.joints != first.test.joints).any()
    assert (first.train.joints != stick_figures(count=count, seed=1).train.joints).any()
    with pytest.raises(CourseError, match="stick_figures expects a size of at least 32"):
        stick_figures(size=31)


def test_the_standard_set_takes_seconds(data_home):
    start = time.process_time()
    assert len(stick_figures().train) == 4000
    assert time.process_time() - start < 30  # 4 s of one core
