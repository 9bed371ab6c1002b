"""Claims about recipes: rates, batches, dropout (notebook 09), and augmentation (notebook 10)."""

# A claim reads best in two or three lines.
# fmt: off

import numpy as np

from course_utils.audit.claim import cited, claim, found

_ALEXNET = "Krizhevsky, Sutskever and Hinton 2012"
_RESNET = "He et al. 2016, section 3.4"


@claim("alexnet-dropout", "\"Dropout\" {0.5} (in FC layers only)", notebook="09", lecture="004",
       where="\"Dropout\" 0.5", also_002="Dropout = 0.5")
def _():
    from course_utils.audit.networks import modules

    drops = modules("alexnet", "Dropout")
    (p,) = {drop.p for drop in drops}
    return found(p, why=f"At {len(drops)} of the three fully connected layers; paper, section 4.2.")


cited("alexnet-batch", "mini batch size {128}", 128, source=_ALEXNET + ", section 5",
      notebook="09", lecture="004", where="SGD with mini batch size 128",
      also_002="Batch Size = 128")
cited("alexnet-momentum", "momentum factor {0.9}", 0.9, source=_ALEXNET + ", section 5",
      notebook="09", lecture="004", where="Momentum, with momentum factor 0.9",
      also_002="SGD Momentum = 0.9")
cited("alexnet-decay", "L2 weight decay {5e-4}", 0.0005, source=_ALEXNET + ", section 5",
      notebook="09", lecture="004", where="L2 weight decay 5e-4",
      also_002="L2 weight decay 5e-4")
cited("alexnet-rate", "Learning rate: {0.01}, decreased by {10} every time", 0.01, 10,
      source=_ALEXNET + ", section 5", remark="Divided by 10, three times.", notebook="09",
      lecture="004", where="Learning rate: 0.01", also_002="Learning rate 1e-2")
cited("alexnet-first-weights", "standard deviation {0.01}", 0.01, source=_ALEXNET + ", section 5",
      notebook="09", lecture="papers", where="Krizhevsky et al. 2012, section 5")

cited("resnet-momentum", "SGD + momentum ({0.9})", 0.9, source=_RESNET, notebook="09",
      lecture="004", where="SGD + momentum (0.9)", also_002="SGD + Momentum (0.9)")
cited("resnet-rate", "Learning rate {0.1}, divide by {10}", 0.1, 10, source=_RESNET,
      notebook="09", lecture="004", where="Learning rate 0.1, divide by 10",
      also_002="LR = 0.1 divided by 10")
cited("resnet-batch", "Mini batch {256}", 256, source=_RESNET, notebook="09", lecture="004",
      where="Mini batch 256", also_002="Mini-batch size 256")
cited("resnet-decay", "Weight decay {1e-5}", 1e-4, source=_RESNET,
      remark="A tenth of the paper's.", notebook="09", lecture="004", where="Weight decay 1e-5",
      also_002="Weight decay of 1e-5")


@claim("resnet-no-dropout", "{No} dropout used", notebook="09", lecture="002",
       where="No dropout used")
def _():
    from course_utils.audit.networks import modules

    return found(len(modules("resnet50", "Dropout")))


@claim("resnet-batch-norm", "Batch Normalization after every CONV Layer", notebook="09",
       lecture="002", where="Batch Normalization after every CONV",
       also_004="Batch normalization after each convolution")
def _():
    from course_utils.audit.networks import modules

    convs, norms = (modules("resnet50", kind) for kind in ("Conv2d", "BatchNorm2d"))
    pairs = zip(convs, norms, strict=True)
    return found(all(c.out_channels == n.num_features for c, n in pairs),
                 why=f"{len(convs)} convolutions and as many normalisations in ResNet-50.")


cited("batch-norm-rate", "batch norm lets you use larger learning rate", True,
      source="Ioffe and Szegedy 2015, section 3.3; measured in notebook 07", notebook="07",
      lecture="004", where="Learning rate 0.1, divide by 10")
cited("adam", "Solution: Adam or other momentum-style algorithms", True,
      source="Kingma and Ba 2015; measured in notebook 09", notebook="09", lecture="004",
      where="Training Issues")


@claim("batch-loop", "W += -stepsize*gradW", notebook="09", lecture="003",
       where="Putting It All Together W = initializeWeights()")
def _():
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(200, 3)), rng.normal(size=200)
    W, before = np.zeros(3), (y**2).mean()
    for _ in range(100):
        batch = rng.choice(200, 50, replace=False)
        W += -0.05 * 2 * X[batch].T @ (X[batch] @ W - y[batch]) / 50
    per_epoch = 4000 // 50
    return found(
        bool(((X @ W - y) ** 2).mean() < before),
        why=f"""Run on a linear model. Each batch is drawn from all data, so of 4,000 images in
        batches of 50 an epoch's worth misses {(1 - 1 / per_epoch) ** per_epoch:.0%}; shuffling
        none.""",
    )


# ---------------------------------------------------------------------------------- augmentation
_PLANKTON = "Dieleman et al. 2015, the plankton competition"

cited("augment-rotation", "angle between {0°} and {360°}", 0, 360, source=_PLANKTON, notebook="10",
      lecture="004", where="rotation: uniformly chosen random angle")
cited("augment-shift", "random translation between {-10} and {10} pixels", -10, 10,
      source=_PLANKTON, remark="Of about 95 pixels there; of a digit's 28 more than a third.",
      notebook="10", lecture="004", where="translation: random translation")
cited("augment-scale", "scale factor between 1/{1.6} and {1.6} (log-uniform)", 1.6, 1.6,
      source=_PLANKTON, notebook="10", lecture="004", where="rescaling: random scaling")
cited("augment-shear", "random shearing with angle between {-20°} and {20°}", -20, 20,
      source=_PLANKTON, notebook="10", lecture="004", where="shearing: random shearing")
cited("augment-stretch", "stretch factor between 1/{1.3} and {1.3} (log-uniform)", 1.3, 1.3,
      source=_PLANKTON, notebook="10", lecture="004", where="stretching: random stretching")

cited("colour-normalisation", "Flipping, Jittering, Cropping, Color Normalization", False,
      source=_ALEXNET + ", section 4.1",
      remark="The paper adds colour noise along the principal axes, of standard deviation 0.1.",
      notebook="10", lecture="002", where="Heavy Data Augmentation")


@claim("alexnet-2048", "by a factor of {2048}", notebook="10", lecture="papers",
       where="Krizhevsky et al. 2012, section 4.1")
def _():
    from course_utils.shapes import conv_output_size

    places = conv_output_size(256, 224)
    return found(2 * places**2, why=f"A crop of 224 in 256 can begin at {places} places in each "
                 f"direction. 2048 counts {places - 1}: 2 · {places - 1}².")


@claim("ten-patches", "{10} patches", notebook="10", lecture="004", where="10 patches")
def _():
    from course_utils.augment import ten_crop

    crops = ten_crop(np.random.default_rng(0).random((1, 3, 9, 9)), 6)
    return found(len({np.asarray(crop).tobytes() for crop in crops}),
                 why="Four corners and the middle, each mirrored or not; all of them differ.")


cited("ten-crop-errors", "{18.3%} … {17.0%}", 18.3, 17.0, source=_ALEXNET + ", section 6",
      remark="ILSVRC-2010, one crop and ten.", notebook="10", lecture="papers",
      where="Krizhevsky et al. 2012, section 6")

cited("autoaugment-number", "https://arxiv.org/pdf/{1805.09501}.pdf", 1805.09501,
      source="arXiv: Cubuk et al. 2018, AutoAugment", notebook="10", lecture="002",
      where="AutoAugment: Learning Augmentation Policies")
