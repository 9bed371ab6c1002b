"""Networks without memory, and one member of every kind."""

import torch

from course_utils import zoo
from course_utils.zoo.published import GROUPS

KINDS = tuple(members[0][0] for _, _, _, members in GROUPS)  # the first of each group
PIXELS = ("fcn", "unet")  # families that answer for each pixel


def on_meta(name, *settings, **more):
    """A network and an input for it, both without memory."""
    with torch.device("meta"):
        entry = zoo.entry(name)
        return entry.build(*settings, **more)


def image(N, C, size, device="meta"):
    return torch.empty(N, C, size, size, device=device)


def count(network):
    return sum(p.numel() for p in network.parameters() if p.requires_grad)


def answers(entry, N, classes, size):
    """The shape of the scores: for an image one row, or a map where each pixel has its own."""
    if entry.family not in PIXELS:
        return N, classes
    side = size - 184 if (entry.family, size) == ("unet", 572) else size
    return N, classes, side, side


def logits(output):
    return output[0] if isinstance(output, tuple) else output


def shapes(network, x, *names):
    """Shapes (C, H, W) that the named modules give for x."""
    seen = {}
    for name in names:
        network.get_submodule(name).register_forward_hook(
            lambda _, __, y, name=name: seen.update({name: tuple(y.shape[1:])})
        )
    network.eval()(x)
    return [seen[name] for name in names]
