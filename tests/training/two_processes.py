"""What each of two processes does under torchrun: `two_processes.py FOLDER`, see the test."""

import os
import sys
from pathlib import Path

import torch
from torch import nn
from torch.utils.data import Dataset

sys.path.insert(0, str(Path(__file__).parent))
from training_helpers import blobs, mlp, quiet, weights

from course_utils.training import checkpoint, distributed, evaluate

SIZES = (33, 40)  # in batches of 16: the last one has a single example, or 8


class Noting(Dataset):
    """Remembers which examples were asked for."""

    def __init__(self, N):
        self.x, self.labels = blobs(N)
        self.seen = []

    def __len__(self):
        return len(self.x)

    def __getitem__(self, i):
        self.seen.append(i)
        return self.x[i], self.labels[i]


def gradients_of(model, data, **settings):
    """All gradients of a training, step by step, as the optimizer sees them -> (steps, P)."""
    taken = []

    class Taking(torch.optim.SGD):
        def step(self):
            parts = [p.grad.flatten() for p in model.parameters()]
            taken.append(torch.cat(parts).clone())
            super().step()

    history = quiet(model, data, blobs(21), optimizer=Taking, **settings)
    return torch.stack(taken), history


def everything(N):
    """The measures of one training of N examples in batches of 16."""
    model, data = mlp(), blobs(N)
    gradients, history = gradients_of(model, data)
    loss, accuracy = evaluate(model, blobs(21))
    after_once = weights(model)
    quiet(model, data, optimizer="adam")
    return {
        "again": weights(model),
        "gradients": gradients, "weights": after_once, "step_loss": history.step_loss,
        "loss": history.loss, "accuracy": history.accuracy, "evaluated": [loss, accuracy],
        "validation_loss": history.validation_loss,
        "validation_accuracy": history.validation_accuracy,
    }  # fmt: skip


def main(folder):
    torch.set_num_threads(1)
    with distributed.process_group():
        rank = distributed.rank()
        found = {N: everything(N) for N in SIZES}
        for N in SIZES:
            data = Noting(N)
            quiet(mlp(), data, epochs=1, normalise=(0, 1))  # or it would look at one
            found[f"seen {N}"] = data.seen

        writes = []
        save = checkpoint.save
        checkpoint.save = lambda state, path: (writes.append(rank), save(state, path))
        file = folder / "state.pt"
        quiet(mlp(dropout=0.5), blobs(33), checkpoint=file, epochs=1)
        found["writes"], checkpoint.save = writes, save
        model, whole = mlp(dropout=0.5), mlp(dropout=0.5)
        quiet(model, blobs(33), checkpoint=file, resume=True, epochs=3)
        quiet(whole, blobs(33), epochs=3)
        found["resumed"] = torch.equal(weights(model), weights(whole))
        found["start"] = weights(nn.Linear(2, 2))  # dropout differs from process to process
        torch.save(found, folder / f"rank{rank}.pt")


if __name__ == "__main__":
    assert "WORLD_SIZE" in os.environ
    main(Path(sys.argv[1]))
