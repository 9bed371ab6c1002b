"""Small data and networks that train in milliseconds."""

import numpy as np
import torch
from torch import nn

from course_utils.datasets import Split
from course_utils.training import fit


def blobs(N=70, seed=0):
    """Three classes of points: x (N, 4) float32, labels (N,) int64."""
    generator = torch.Generator().manual_seed(seed)
    labels = torch.arange(N) % 3
    return torch.randn(N, 4, generator=generator) + 2 * torch.eye(3, 4)[labels], labels


def mlp(dropout=0.0, outputs=3, seed=3):
    torch.manual_seed(seed)
    return nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Dropout(dropout), nn.Linear(8, outputs))


def images(N=30, C=2, seed=0):
    """A Split of bytes: a bright band at a height that is the class; (N, C, 8, 8), 4 classes."""
    rng = np.random.default_rng(seed)
    labels = np.arange(N) % 4
    pixels = rng.integers(0, 120, size=(N, C, 8, 8), dtype=np.uint8)
    for i, label in enumerate(labels):
        pixels[i, :, 2 * label : 2 * label + 2] += 100
    return Split(pixels, labels)


def convnet(C=2, seed=4):
    torch.manual_seed(seed)
    return nn.Sequential(
        nn.Conv2d(C, 6, 3, padding=1), nn.BatchNorm2d(6), nn.ReLU(), nn.Flatten(),
        nn.Linear(6 * 64, 4),
    )  # fmt: skip


def quiet(model, train, validation=None, **settings):
    """`fit` with short settings and without a bar."""
    settings = {"epochs": 2, "lr": 0.05, "batch_size": 16, "seed": 5, "progress": False, **settings}
    return fit(model, train, validation, **settings)


def weights(model):
    return torch.cat([tensor.flatten().double() for tensor in model.state_dict().values()])
