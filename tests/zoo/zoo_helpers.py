"""Networks without memory, and one member of every kind."""

import torch

from course_utils import zoo
from course_utils.zoo.published import GROUPS

KINDS = tuple(members[0][0] for _, _, _, members in GROUPS)  # the first of each group


def on_meta(name, *settings, **more):
    """A network and an input for it, both without memory."""
    with torch.device("meta"):
        entry = zoo.entry(name)
        return entry.build(*settings, **more)


def image(N, C, size, device="meta"):
    return torch.empty(N, C, size, size, device=device)


def count(network):
    return sum(p.numel() for p in network.parameters() if p.requires_grad)


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
