"""Learning-rate schedules: functions from the epoch, counted from 0, to the learning rate.

fit(model, optimizer, train, epochs=30, schedule=step_schedule(0.1, every=10))

They raise ValueError for settings that are no number or out of their range.
"""

import math

from course_utils.shapes import number, whole_number


def constant_schedule(lr):
    """The same learning rate in every epoch."""
    number("constant_schedule", "lr", lr)
    return lambda epoch: lr


def step_schedule(lr, every, factor=0.1):
    """Multiply the learning rate by `factor` after `every` epochs, again and again."""
    number("step_schedule", "lr", lr)
    number("step_schedule", "factor", factor)
    whole_number("step_schedule", "every", every, 1)
    return lambda epoch: lr * factor ** (epoch // every)


def cosine_schedule(lr, epochs, final=0.0):
    """Follow half a cosine from `lr` down to `final`, which epoch number `epochs` would reach."""
    number("cosine_schedule", "lr", lr)
    number("cosine_schedule", "final", final)
    whole_number("cosine_schedule", "epochs", epochs, 1)
    return lambda epoch: final + (lr - final) * (1 + math.cos(math.pi * epoch / epochs)) / 2


def warmup_schedule(schedule, epochs):
    """Rise in equal steps to another schedule's first value during `epochs` epochs, then follow it.

    The other schedule starts when the rise is over.
    """
    if not callable(schedule):
        raise TypeError(f"warmup_schedule expects schedule: a function, got {schedule!r}")
    whole_number("warmup_schedule", "epochs", epochs)
    return lambda epoch: (
        schedule(0) * (epoch + 1) / epochs if epoch < epochs else schedule(epoch - epochs)
    )


class PlateauSchedule:
    """Multiply the learning rate by `factor` when the loss has stopped falling.

    It acts after more than `patience` epochs in a row in which the loss did not fall below its
    lowest value by the fraction `threshold`. `fit` reports the loss: on the validation set if there
    is one.
    """

    def __init__(self, lr, factor=0.1, patience=10, threshold=1e-4):
        op = "PlateauSchedule"
        self.lr, self.factor = number(op, "lr", lr), number(op, "factor", factor, 0, below=1)
        self.patience = whole_number(op, "patience", patience)
        self.threshold = number(op, "threshold", threshold, 0, below=1)
        self.lowest, self.waited = math.inf, 0

    def report(self, loss):
        """Take in the loss of the epoch that has just ended; returns the next learning rate."""
        if loss < self.lowest * (1 - self.threshold):
            self.lowest, self.waited = loss, 0
        else:
            self.waited += 1
        if self.waited > self.patience:
            self.lr, self.waited = self.lr * self.factor, 0
        return self.lr

    def __call__(self, epoch):
        return self.lr
