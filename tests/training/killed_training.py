"""Trainings that kill themselves, as `kill -9` would: `killed_training.py FOLDER FORM:BATCH …`.

Each runs in a process of its own, dies in its batch number BATCH, and leaves FOLDER/FORM-BATCH.pt.
The tests go on with the very same `train`.
"""

import os
import signal
import sys
from pathlib import Path

import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset

sys.path.insert(0, str(Path(__file__).parent))
from training_helpers import images

from course_utils.training import Checkpoint, fit

EPOCHS, STEPS = 3, 5  # 70 images in batches of 16


class Rolling(Dataset):
    """Images that are shifted at random when they are loaded."""

    def __init__(self):
        self.split = images(70)

    def __len__(self):
        return 70

    def __getitem__(self, i):
        image = torch.from_numpy(self.split.images[i].copy())
        return image.roll(int(torch.randint(8, ())), -1), int(self.split.labels[i])


class Noise:
    """A transform with random numbers of its own."""

    def __init__(self):
        self.generator = torch.Generator().manual_seed(7)
        self.calls, self.fatal = 0, None

    def __call__(self, x):
        self.calls += 1
        if self.calls == self.fatal:
            os.kill(os.getpid(), signal.SIGKILL)
        return x + 0.1 * torch.randn(x.shape, generator=self.generator)


def network():
    """With a buffer that moves (batch norm) and random numbers (dropout)."""
    torch.manual_seed(2)
    return nn.Sequential(
        nn.Conv2d(2, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Flatten(), nn.Dropout(0.3),
        nn.Linear(4 * 36, 4),
    )  # fmt: skip


def data(form):
    match form:
        case "split":
            return images(70)
        case "dataset":
            return Rolling()
        case "loader":
            return DataLoader(Rolling(), 16, shuffle=True)


def train(model, form, file=None, noise=None, resume=False, **settings):
    settings = {"schedule": "one_cycle", "optimizer": "adamw", "seed": 3, **settings}
    checkpoint = None if file is None else Checkpoint(file, every=2)
    return fit(model, data(form), images(20, seed=1), epochs=EPOCHS, lr=0.01, batch_size=16,
               transform=noise or Noise(), patience=3, checkpoint=checkpoint, resume=resume,
               progress=False, **settings)  # fmt: skip


if __name__ == "__main__":
    torch.set_num_threads(1)
    torch.optim.SGD(network().parameters())  # imports half of torch, once for all children
    folder, *trainings = sys.argv[1:]
    for form, batch in (words.split(":") for words in trainings):
        if (child := os.fork()) == 0:
            noise = Noise()
            noise.fatal = int(batch)
            train(network(), form, f"{folder}/{form}-{batch}.pt", noise)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        assert os.waitstatus_to_exitcode(status) == -signal.SIGKILL, status
