"""What `fit` costs beside forward, backward and step: one epoch of each, in turns, as a ratio.

    python -m tests.benchmarks.training_overhead --threads 1

The bare loop gets its batches ready-made: normalised floats in a list. So the ratio holds all that
`fit` adds: the order, picking and normalising bytes, measuring, the checks, the history.
"""

import argparse
import statistics
import time

import numpy as np
import torch
from torch.nn import functional as F

from course_utils.datasets import mnist_5k
from course_utils.training import fit, model
from course_utils.training.data import order

BATCH = 64


def mnist():
    """The training images of mnist_5k: bytes (4000, 1, 28, 28)."""
    train = mnist_5k().train
    return "lenet", train.images, train.labels


def colour(N=640):
    """Noise of CIFAR's shape; what is in the images does not change the time."""
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, size=(N, 3, 32, 32), dtype=np.uint8)
    return "resnet20", images, np.arange(N) % 10


def bare(network, batches):
    """Forward, backward, step over batches [(x, labels)], and nothing else."""
    optimizer = torch.optim.SGD(network.parameters(), lr=0.01, momentum=0.9)
    network.train()
    for x, labels in batches:
        loss = F.cross_entropy(network(x), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return loss.item()


def whole(network, images, labels):
    """The same epoch with `fit`."""
    history = fit(network, (images, labels), epochs=1, lr=0.01, batch_size=BATCH, seed=0,
                  normalise=(0.5, 0.5), progress=False)  # fmt: skip
    return history.step_loss[-1]


def prepared(images, labels):
    """The batches that `fit` makes, as floats in a list."""
    x = torch.from_numpy(images / np.float32(127.5) - 1)
    labels = torch.from_numpy(labels.copy())
    chosen = order(len(x), 0, 0).split(BATCH)
    return [(x[indices], labels[indices]) for indices in chosen]


def measure(case, rounds):
    """Median seconds of the bare epoch and of `fit`'s, and the median of the ratios."""
    name, images, labels = case()
    batches = prepared(images, labels)
    C, H = images.shape[1:3]
    networks = model(name, 10, C, H), model(name, 10, C, H)
    times = []
    for k in range(rounds + 1):
        turns = [lambda: bare(networks[0], batches), lambda: whole(networks[1], images, labels)]
        taken = [0.0, 0.0]
        for which in (0, 1) if k % 2 else (1, 0):  # nobody always comes first
            start = time.perf_counter()
            turns[which]()
            taken[which] = time.perf_counter() - start
        times.append(taken)
    ones, others = zip(*times[1:], strict=True)  # the first round warms up
    ratios = [b / a for a, b in zip(ones, others, strict=True)]
    return statistics.median(ones), statistics.median(others), statistics.median(ratios)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=11)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    print(f"| one epoch, {arguments.threads} thread(s) | bare loop (s) | fit (s) | ratio |")
    print("| --- | --- | --- | --- |")
    for words, case in (("LeNet, 4,000 of MNIST", mnist), ("ResNet-20, 640 of 32×32", colour)):
        one, other, ratio = measure(case, arguments.rounds)
        print(f"| {words} | {one:.2f} | {other:.2f} | {ratio:.3f} |", flush=True)


if __name__ == "__main__":
    main()
