"""Stick figures that bend their arms and legs: find the joints, even behind a board."""

from dataclasses import dataclass

import numpy as np

from course_utils.datasets.cache import Arrays
from course_utils.datasets.exact import cosine, sine
from course_utils.datasets.generated import STANDARD, Count, three_parts
from course_utils.datasets.scenes import check_fields

_LIMBS = (("shoulder", "elbow", "wrist"), ("hip", "knee", "ankle"))
JOINTS = (
    "head",
    "neck",
    *(f"{side} {joint}" for side in ("right", "left") for limb in _LIMBS for joint in limb),
)
BONES = tuple(
    (JOINTS.index(a), JOINTS.index(b))
    for a, b in (
        ("head", "neck"),
        *((f"{side} {a}", f"{side} {b}")
          for side in ("right", "left")
          for a, b in (("shoulder", "elbow"), ("elbow", "wrist"), ("shoulder", "hip"),
                       ("hip", "knee"), ("knee", "ankle"))),
        *(("neck", f"{side} shoulder") for side in ("right", "left")),
        ("right hip", "left hip"),
    )
)  # fmt: skip
PAIRS = tuple(  # a flip exchanges them: the mirrored right hand is a left hand
    tuple(JOINTS.index(f"{side} {joint}") for side in ("right", "left"))
    for limb in _LIMBS
    for joint in limb
)

HEIGHT = (50, 80)  # of a standing figure, in hundredths of the canvas
LEAN = (-200, 200)  # all angles in tenths of a degree
SHOULDER, ELBOW = (-200, 1600), (-200, 1300)  # away from the trunk, and then further
HIP, KNEE = (-100, 550), (-700, 100)
# lengths as a part of the figure's height
HEAD, HEAD_RADIUS, TRUNK, SHOULDERS, HIPS = 0.12, 0.08, 0.30, 0.11, 0.07
ARM, FOREARM, THIGH, SHIN = 0.17, 0.16, 0.23, 0.22
BOARDS = 2  # at most; they hide what is behind them
SMALLEST = 32
AT_ONCE = 100  # figures that are drawn together


@dataclass(frozen=True, eq=False, repr=False)
class StickFigures:
    """Images of one figure each, with its joints. All arrays are read-only.

    images  uint8 (N, 1, H, W)
    joints  float32 (N, J, 2): x, y in pixels, in the order of JOINTS; the figure faces us, so that
            its right hand is on the left of a picture. (0, 0) is the image's upper left corner.
    visible bool (N, J), False for a joint behind a board

    Raises CourseError when dtypes or shapes are others, or do not fit together.
    """

    images: np.ndarray
    joints: np.ndarray
    visible: np.ndarray

    def __post_init__(self):
        check_fields(
            self,
            images=(np.uint8, "N C H W"),
            joints=(np.float32, "N J 2"),
            visible=(np.bool_, "N J"),
        )

    def __len__(self) -> int:
        return len(self.images)

    def __repr__(self) -> str:
        return f"StickFigures({len(self)} images {self.images.shape[1:]})"


@dataclass(frozen=True)
class FigureSet:
    """Stick figures in three parts, and the words for their joints (see JOINTS, BONES, PAIRS)."""

    name: str
    train: StickFigures
    validation: StickFigures
    test: StickFigures
    joint_names: tuple[str, ...] = JOINTS
    bones: tuple[tuple[int, int], ...] = BONES
    pairs: tuple[tuple[int, int], ...] = PAIRS


def stick_figures(size: int = 64, count: Count = STANDARD, seed: int = 0) -> FigureSet:
    """Bright figures on a dark, noisy ground, some of their joints hidden by up to two grey boards.

    Each of the three parts is `StickFigures` with images uint8 (N, 1, size, size) and 14 joints.
    Equal arguments give equal bytes on every computer. Raises CourseError for a canvas smaller
    than 32 or another count or seed than makes sense.
    """

    def draw(part: str, n: int, rng: np.random.Generator) -> Arrays:
        return _figures(size, n, rng)

    parts = three_parts("stick_figures", draw, count, seed, size, smallest=SMALLEST)
    return FigureSet("stick_figures", *(StickFigures(**arrays) for arrays in parts))


def _figures(size: int, n: int, rng: np.random.Generator) -> Arrays:
    """The fields of `StickFigures`."""
    height = rng.integers(HEIGHT[0] * size, HEIGHT[1] * size + 1, size=n) / 100  # pixels
    joints = _placed(_pose(rng, n) * height[:, np.newaxis, np.newaxis], height, size, rng)
    ink = _draw(joints, height, size)  # (N, size, size), 0 … 255
    ground = rng.integers(0, 50, size=(n, 1, 1)) + rng.integers(0, 30, size=ink.shape)
    bright = rng.integers(150, 256, size=(n, 1, 1))
    images = ground + (ink * (bright - ground) + 127) // 255
    visible = np.ones((n, len(JOINTS)), dtype=bool)
    for _ in range(BOARDS):
        _hide(images, visible, joints, size, rng)
    return {
        "images": images.astype(np.uint8)[:, np.newaxis],
        "joints": joints.astype(np.float32),
        "visible": visible,
    }


def _pose(rng: np.random.Generator, n: int) -> np.ndarray:
    """float64 (N, J, 2): joints with the neck at (0, 0), as a part of the figure's height."""
    lean = rng.integers(*LEAN, size=n, endpoint=True)
    joints = {"head": HEAD * _down(lean + 1800), "neck": np.zeros((n, 2))}
    for side, outward in (("right", -1), ("left", 1)):
        across = outward * _down(lean - 900)  # from the spine to this side
        shoulder, pelvis = SHOULDERS * across, TRUNK * _down(lean) + HIPS * across
        limbs = ((shoulder, SHOULDER, ELBOW, ARM, FOREARM), (pelvis, HIP, KNEE, THIGH, SHIN))
        for names, (start, first, second, upper, lower) in zip(_LIMBS, limbs, strict=True):
            angle = lean - outward * rng.integers(*first, size=n, endpoint=True)
            middle = start + upper * _down(angle)
            angle = angle - outward * rng.integers(*second, size=n, endpoint=True)
            points = (start, middle, middle + lower * _down(angle))
            joints.update({f"{side} {j}": p for j, p in zip(names, points, strict=True)})
    return np.stack([joints[name] for name in JOINTS], axis=1)


def _down(angle: np.ndarray) -> np.ndarray:
    """angle (N,) -> (N, 2): the downward unit vector, turned clockwise by `angle`."""
    return np.stack([-sine(angle), cosine(angle)], axis=-1)


def _placed(joints: np.ndarray, height: np.ndarray, size: int, rng) -> np.ndarray:
    """Move each figure to a random place, all joints and the head on the canvas: (N, J, 2)."""
    margin = np.full(joints.shape[:2], 2.0)
    margin[:, JOINTS.index("head")] = np.maximum(2, HEAD_RADIUS * height)
    first = np.ceil(4 * (margin[..., np.newaxis] - joints).max(axis=1))  # in quarter pixels
    last = np.floor(4 * (size - margin[..., np.newaxis] - joints).min(axis=1))
    shift = rng.integers(first.astype(np.int64), last.astype(np.int64), endpoint=True) / 4
    return joints + shift[:, np.newaxis]


def _draw(joints: np.ndarray, height: np.ndarray, size: int) -> np.ndarray:
    """joints (N, J, 2), height (N,), in pixels -> int64 (N, size, size): soft lines, 0 … 255."""
    ink = np.empty((len(joints), size, size), dtype=np.int64)
    pixel = np.arange(size) + 0.5
    for start in range(0, len(joints), AT_ONCE):
        some = slice(start, start + AT_ONCE)
        # each (J, some, 1, 1), to subtract from rows and columns of pixels
        x, y = joints[some].transpose(2, 1, 0)[..., np.newaxis, np.newaxis]
        h = height[some, np.newaxis, np.newaxis]
        dx, dy = pixel - x[0], pixel[:, np.newaxis] - y[0]
        head = HEAD_RADIUS * h + 0.5 - np.sqrt(dx * dx + dy * dy)
        squared = np.full_like(head, np.inf)  # from each pixel to the nearest bone
        for a, b in BONES:
            dx, dy = pixel - x[a], pixel[:, np.newaxis] - y[a]
            np.minimum(squared, _distance_squared(dx, dy, x[b] - x[a], y[b] - y[a]), out=squared)
        cover = np.maximum(head, 0.02 * h + 1 - np.sqrt(squared))
        ink[some] = np.rint(255 * np.clip(cover, 0, 1))
    return ink


def _distance_squared(dx, dy, bone_x, bone_y) -> np.ndarray:
    """From each pixel, (dx, dy) away from a bone's start, to the nearest point of the bone.

    dx (N, 1, W), dy (N, H, 1), bone_x and bone_y (N, 1, 1) -> float64 (N, H, W)
    """
    along = (dx * bone_x + dy * bone_y) / (bone_x * bone_x + bone_y * bone_y)
    along = np.clip(along, 0, 1)  # (N, H, W)
    dx, dy = dx - along * bone_x, dy - along * bone_y
    return dx * dx + dy * dy


def _hide(images: np.ndarray, visible: np.ndarray, joints: np.ndarray, size: int, rng) -> None:
    """Put a grey board on every other image, on average, and mark the joints that are behind it."""
    n = len(images)
    side = rng.integers(size // 8, size // 4, size=(n, 2), endpoint=True)
    side *= rng.integers(2, size=(n, 1))  # no board
    corner = rng.integers(0, size - side + 1)
    grey = rng.integers(60, 140, size=n)
    inside = [
        (at >= corner[:, axis, np.newaxis]) & (at < (corner + side)[:, axis, np.newaxis])
        for axis in (0, 1)
        for at in (np.arange(size) + 0.5, joints[..., axis])
    ]
    board = inside[2][:, :, np.newaxis] & inside[0][:, np.newaxis]  # rows and columns
    np.copyto(images, grey[:, np.newaxis, np.newaxis], where=board)
    visible &= ~(inside[1] & inside[3])
