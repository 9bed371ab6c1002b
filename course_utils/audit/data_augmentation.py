"""Claims about augmentation (notebook 10)."""

# A claim reads best in two or three lines.
# fmt: off

import numpy as np

from course_utils.audit.claim import cited, claim, found, misprint
from course_utils.audit.papers import ALEXNET, GOOGLENET
from course_utils.shapes import conv_output_size

# ---------------------------------------------------------------------------------- augmentation
_PLANKTON = "Dieleman et al. 2015, Classifying plankton, section on data augmentation"


cited("augment-rotation", "angle between {0°} and {360°}", 0, 360, source=_PLANKTON, looked_up=True,
      notebook="10", lecture="004", where="rotation: uniformly chosen random angle")


cited("augment-shift", "random translation between {-10} and {10} pixels", -10, 10,
      source=_PLANKTON, looked_up=True,
      remark="Of about 95 pixels there; of a digit's 28 more than a third.", notebook="10",
      lecture="004", where="translation: random translation")


cited("augment-scale", "scale factor between 1/{1.6} and {1.6} (log-uniform)", 1.6, 1.6,
      source=_PLANKTON, looked_up=True, notebook="10", lecture="004",
      where="rescaling: random scaling")


cited("augment-shear", "random shearing with angle between {-20°} and {20°}", -20, 20,
      source=_PLANKTON, looked_up=True, notebook="10", lecture="004",
      where="shearing: random shearing")


cited("augment-stretch", "stretch factor between 1/{1.3} and {1.3} (log-uniform)", 1.3, 1.3,
      source=_PLANKTON, looked_up=True, notebook="10", lecture="004",
      where="stretching: random stretching")


cited("colour-normalisation", "Flipping, Jittering, Cropping, Color Normalization", False,
      source=ALEXNET + ", section 4.1", looked_up=True,
      remark="The paper adds colour noise along the principal axes, of standard deviation 0.1.",
      notebook="10", lecture="002", where="Heavy Data Augmentation")


@misprint("alexnet-2048", "by a factor of {2048}", notebook="10",
          where="Krizhevsky et al. 2012, section 4.1")
def _():

    places = conv_output_size(256, 224)
    return found(2 * places**2, why=f"A crop of 224 in 256 can begin at {places} places in each "
                 f"direction. 2048 counts {places - 1}: 2 · {places - 1}².")


@claim("ten-patches", "{10} patches", notebook="10", lecture="004", where="10 patches")
def _():
    from course_utils.augment import ten_crop

    crops = ten_crop(np.random.default_rng(0).random((1, 3, 9, 9)), 6)
    return found(len({np.asarray(crop).tobytes() for crop in crops}),
                 why="Four corners and the middle, each mirrored or not; all of them differ.")


cited("ten-crop-errors", "{18.3%} … {17.0%}", 18.3, 17.0,
      source=ALEXNET + ", section 6, footnote 5", looked_up=True,
      remark="ILSVRC-2010, one crop and ten.", notebook="10", lecture="papers",
      where="Krizhevsky et al. 2012, section 6")


cited("autoaugment-number", "https://arxiv.org/pdf/{1805.09501}.pdf", 1805.09501,
      source="arXiv:1805.09501, Cubuk et al. 2018, AutoAugment", looked_up=True, notebook="10",
      lecture="002", where="AutoAugment: Learning Augmentation Policies")


def _crop_count() -> int:
    sizes, squares, crops, mirrored = 4, 3, 6, 2  # section 7 of the paper
    return sizes * squares * crops * mirrored


@claim("googlenet-crops", "{144} crops per image", notebook="10", lecture="papers",
       where="Szegedy et al. 2015, section 7")
def _():
    return found(
        _crop_count(), why="4 sizes, 3 squares of each, 6 crops of a square, mirrored or not."
    )


cited("googlenet-crop-errors", "{10.07%} … {7.89%}", 10.07, 7.89, source=GOOGLENET + ", table 3",
      looked_up=True, remark="One network, one crop and 144 crops.", notebook="10",
      lecture="papers", where="Szegedy et al. 2015, table 3")


cited("augment-flip", "flipping: yes or no (bernoulli)", True, source=_PLANKTON, looked_up=True,
      notebook="10", lecture="004", where="flipping: yes or no")


cited("augmentation-paper", "https://arxiv.org/pdf/{1808.05130}.pdf", 1808.0513,
      source="arXiv:1808.05130, figure 3", looked_up=True,
      remark="A paper on images of a beating heart: the figure makes damaged ones by mixing lines "
      "of their Fourier transforms.", notebook="10", lecture="002",
      where="Automatic Data Augmentation using Deep Learning")
