"""LeNet-5 in NumPy, and its twin in torch with the same weights."""

import numpy as np
import torch

from course_utils import numpy_nn as nn


def lenet(dtype=np.float32, pool=nn.MaxPool2d):
    rng = np.random.default_rng(0)
    new = {"rng": rng, "dtype": dtype}
    return nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2, **new), nn.ReLU(), pool(2),
        nn.Conv2d(6, 16, 5, **new), nn.ReLU(), pool(2),
        nn.Flatten(),
        nn.Linear(400, 120, **new), nn.ReLU(),
        nn.Linear(120, 84, **new), nn.ReLU(),
        nn.Linear(84, 10, **new),
    )  # fmt: skip


def torch_lenet(model):
    other = torch.nn.Sequential(
        torch.nn.Conv2d(1, 6, 5, padding=2), torch.nn.ReLU(), torch.nn.MaxPool2d(2),
        torch.nn.Conv2d(6, 16, 5), torch.nn.ReLU(), torch.nn.MaxPool2d(2),
        torch.nn.Flatten(),
        torch.nn.Linear(400, 120), torch.nn.ReLU(),
        torch.nn.Linear(120, 84), torch.nn.ReLU(),
        torch.nn.Linear(84, 10),
    )  # fmt: skip
    state = {name: torch.from_numpy(array.copy()) for name, array in model.parameters.items()}
    other.load_state_dict(state)
    return other
