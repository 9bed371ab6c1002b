"""Early stop: end the training when it brings nothing any more, and go back to its best epoch."""

import math

import torch


class EarlyStop:
    """Counts the epochs since the lowest loss, and keeps the weights of that epoch.

    Without patience (None) it does nothing.
    """

    def __init__(self, patience: int | None):
        self.patience, self.lowest, self.waited = patience, math.inf, 0
        self.weights: dict[str, torch.Tensor] | None = None

    @property
    def reached(self) -> bool:
        """Whether `patience` epochs in a row had no lower loss."""
        return self.patience is not None and self.waited >= self.patience

    def after_epoch(self, loss: float, model: torch.nn.Module) -> None:
        """Take in the loss of the epoch that has just ended."""
        if self.patience is None:
            return
        if loss < self.lowest:
            self.lowest, self.waited = loss, 0
            self.weights = {name: t.clone() for name, t in model.state_dict().items()}
        else:
            self.waited += 1

    def restore_best(self, model: torch.nn.Module) -> None:
        """Give the model the weights of its best epoch back."""
        if self.weights is not None:
            model.load_state_dict(self.weights)

    def state_dict(self) -> dict:
        return {"lowest": self.lowest, "waited": self.waited, "weights": self.weights}

    def load_state_dict(self, state: dict) -> None:
        self.lowest, self.waited = state["lowest"], state["waited"]
        self.weights = state["weights"]
