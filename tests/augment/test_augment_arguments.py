"""Settings and shapes that mean nothing are refused in one sentence."""

import pytest
import torch

from course_utils import augment
from course_utils.errors import CourseError

IMAGES, NAN = torch.rand(2, 3, 8, 8), float("nan")
COLOURS = (torch.ones(3), torch.eye(3))
MATRICES = augment.matrix(augment.fixed(2), (8, 8))

REFUSED = [
    (lambda: augment.sample(-1), "sample expects n to be a whole number ≥ 0, got -1"),
    (lambda: augment.sample(2.5), "sample expects n to be a whole number ≥ 0, got 2.5"),
    (lambda: augment.fixed(-1), "fixed expects n to be a whole number ≥ 0, got -1"),
    (lambda: augment.RandomCropFlip().draw(2.5), "expects n to be a whole number ≥ 0, got 2.5"),
    (lambda: augment.fixed(2, shift=("a", "b")), "fixed expects each number of shift .* got 'a'"),
    (lambda: augment.fixed(2, shift=(NAN, 0)), "fixed expects each number of shift .* got nan"),
    (lambda: augment.fixed(flip="x"), "flip expects how often, .* got 'x'"),
    (lambda: augment.sample(2, 7), "generator expects a torch.Generator, got 7"),
    (lambda: augment.BatchAugment(7), "generator expects a torch.Generator, got 7"),
    (lambda: augment.LectureAugment(7), "generator expects a torch.Generator, got 7"),
    (lambda: augment.BatchAugment()(IMAGES[:, :, :0]), r"with pixels, got \(2, 3, 0, 8\)"),
    (lambda: augment.LectureAugment()(IMAGES[0, :, :0]), r"with pixels, got \(0, 8\)"),
    (lambda: augment.RandomCropFlip()(IMAGES[:, :0]), r"with pixels, got \(2, 0, 8, 8\)"),
    (lambda: augment.BatchAugment(fill=NAN)(IMAGES), "fill expects a number, .* got nan"),
    (lambda: augment.ColourJitter(-1), "ColourJitter expects .*brightness .* non negative"),
    (lambda: augment.ColourJitter("x"), "ColourJitter expects .*brightness=x"),
    (lambda: augment.ColourJitter(hue=2), "ColourJitter expects .*hue values .* between"),
    (lambda: augment.PCAColourNoise(*COLOURS, std="x"), "PCAColourNoise expects std ≥ 0, got 'x'"),
    (lambda: augment.PCAColourNoise(*COLOURS, std=float("inf")), "expects std ≥ 0, got inf"),
    (lambda: augment.PCAColourNoise("a", None), r"expects eigenvalues \(3,\) and eigenvectors"),
    (lambda: augment.matrix(augment.fixed(2), ("a", 8)), "matrix expects size to be a whole numb"),
    (lambda: augment.move_points(torch.zeros(3), MATRICES), r"points of shape \(N, 2\), got \(3,"),
    (lambda: augment.move_points(torch.zeros(3, 2), MATRICES), r"matrices of shape \(3, 2, 3\)"),
    (lambda: augment.move_boxes(torch.zeros(2, 5, 3), MATRICES), r"boxes of shape \(N, K, 4\)"),
    (lambda: augment.move_boxes([1], MATRICES), "move_boxes expects boxes: .* got a list"),
    (lambda: augment.move_masks(torch.zeros(3), MATRICES), r"masks of shape \(N, K, H, W\)"),
]


@pytest.mark.parametrize(("call", "sentence"), REFUSED, ids=[words for _, words in REFUSED])
def test_what_means_nothing_is_refused_in_words(call, sentence):
    with pytest.raises(CourseError, match=sentence) as error:
        call()
    assert "\n" not in str(error.value)


def test_no_images_are_no_images():
    assert augment.BatchAugment()(IMAGES[:0]).shape == (0, 3, 8, 8)
    assert len(augment.sample(0)) == len(augment.fixed(0)) == 0
