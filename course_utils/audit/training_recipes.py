"""Claims about recipes: rates, batches, dropout (notebook 09)."""

# A claim reads best in two or three lines.
# fmt: off

import numpy as np

from course_utils.audit.claim import cited, claim, found
from course_utils.audit.networks import modules
from course_utils.audit.papers import ALEXNET

_RESNET = "He et al. 2016, section 3.4"


@claim("alexnet-dropout", "\"Dropout\" {0.5} (in FC layers only)", notebook="09", lecture="004",
       where="\"Dropout\" 0.5", also_002="Dropout = 0.5")
def _():

    drops = modules("alexnet", "Dropout")
    (p,) = {drop.p for drop in drops}
    return found(p, why=f"At {len(drops)} of the three fully connected layers; paper, section 4.2.")


cited("alexnet-batch", "mini batch size {128}", 128, source=ALEXNET + ", section 5", looked_up=True,
      notebook="09", lecture="004", where="SGD with mini batch size 128",
      also_002="Batch Size = 128")


cited("alexnet-momentum", "momentum factor {0.9}", 0.9, source=ALEXNET + ", section 5",
      looked_up=True, notebook="09", lecture="004", where="Momentum, with momentum factor 0.9",
      also_002="SGD Momentum = 0.9")


cited("alexnet-decay", "L2 weight decay {5e-4}", 0.0005, source=ALEXNET + ", section 5",
      looked_up=True, notebook="09", lecture="004", where="L2 weight decay 5e-4",
      also_002="L2 weight decay 5e-4")


cited("alexnet-rate", "Learning rate: {0.01}, decreased by {10} every time", 0.01, 10,
      source=ALEXNET + ", section 5", looked_up=True, remark="Divided by 10, three times.",
      notebook="09", lecture="004", where="Learning rate: 0.01", also_002="Learning rate 1e-2")


cited("alexnet-first-weights", "standard deviation {0.01}", 0.01, source=ALEXNET + ", section 5",
      looked_up=True, notebook="09", lecture="papers", where="Krizhevsky et al. 2012, section 5")


cited("resnet-momentum", "SGD + momentum ({0.9})", 0.9, source=_RESNET, looked_up=True,
      notebook="09", lecture="004", where="SGD + momentum (0.9)", also_002="SGD + Momentum (0.9)")


cited("resnet-rate", "Learning rate {0.1}, divide by {10}", 0.1, 10, source=_RESNET, looked_up=True,
      notebook="09", lecture="004", where="Learning rate 0.1, divide by 10",
      also_002="LR = 0.1 divided by 10")


cited("resnet-batch", "Mini batch {256}", 256, source=_RESNET, looked_up=True, notebook="09",
      lecture="004", where="Mini batch 256", also_002="Mini-batch size 256")


cited("resnet-decay", "Weight decay {1e-5}", 1e-4, source=_RESNET, looked_up=True,
      remark="A tenth of the paper's.", notebook="09", lecture="004", where="Weight decay 1e-5",
      also_002="Weight decay of 1e-5")


@claim("resnet-no-dropout", "{No} dropout used", notebook="09", lecture="002",
       where="No dropout used")
def _():

    return found(len(modules("resnet50", "Dropout")))


@claim("resnet-batch-norm", "Batch Normalization after every CONV Layer", notebook="09",
       lecture="002", where="Batch Normalization after every CONV",
       also_004="Batch normalization after each convolution")
def _():

    convs, norms = (modules("resnet50", kind) for kind in ("Conv2d", "BatchNorm2d"))
    pairs = zip(convs, norms, strict=True)
    return found(all(c.out_channels == n.num_features for c, n in pairs),
                 why=f"{len(convs)} convolutions and as many normalisations in ResNet-50.")


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


cited("alexnet-errors", "top-5 error: {18.2%} with a single net, {15.4%} using an ensemble of {7}",
      18.2, 15.4, 7, source=ALEXNET + ", table 2", looked_up=True,
      remark="Both on the validation images; on the test images the seven made 15.3 %. Two of the "
      "seven had been trained on a larger ImageNet first.",
      notebook="09", lecture="004", where="Final top-5 error",
      also_002="7 CNN ensemble: 18.2% -> 15.4%")
