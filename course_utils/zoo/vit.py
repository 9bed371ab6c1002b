"""Vision transformers (Dosovitskiy et al. 2021): patches in a row, which look at one another."""

import torch
from torch import nn

from course_utils.errors import CourseError
from course_utils.zoo.parts import Residual, is_small, named, scaled

MEMBERS = {  # name: side of a patch, channels of a token, heads, blocks, hidden units per channel
    "vit_b_16": (16, 768, 12, 12, 4),
    "vit_tiny": (4, 64, 4, 4, 2),
}
SMALL_PATCH = 4  # for images of up to 64 pixels


def build(name: str, classes=1000, channels=3, size=224, width=1.0) -> nn.Sequential:
    """ViT: (N, channels, size, size) -> (N, classes).

    Raises CourseError where patches do not cover the image exactly.
    """
    patch, dim, heads, blocks, ratio = MEMBERS[name]
    patch = SMALL_PATCH if is_small(size) else patch
    if size % patch:
        raise CourseError(
            f"{name} cuts images into patches of {patch} × {patch}: it expects a size that "
            f"{patch} divides, got {size}."
        )
    dim = scaled(dim, width, heads)
    layers = {
        "patches": nn.Conv2d(channels, dim, patch, patch),  # (N, 768, 14, 14)
        "tokens": Tokens((size // patch) ** 2, dim),  # (N, 197, 768)
    }
    layers |= {f"block{i}": block(dim, heads, ratio) for i in range(1, blocks + 1)}
    layers |= {"norm": nn.LayerNorm(dim, eps=1e-6), "first": FirstToken()}
    return initialise(named(**layers, fc=nn.Linear(dim, classes)))


def block(dim: int, heads: int, ratio: int) -> nn.Sequential:
    """(N, T, dim) -> the same shape: tokens look at one another, then each thinks by itself.

    Both parts are residual, and normalise what they read, not what they add to.
    """
    mix = named(norm=nn.LayerNorm(dim, eps=1e-6), attention=Attention(dim, heads))
    think = named(
        norm=nn.LayerNorm(dim, eps=1e-6),
        up=nn.Linear(dim, ratio * dim),
        gelu=nn.GELU(),
        down=nn.Linear(ratio * dim, dim),
    )
    return named(mix=Residual(mix), think=Residual(think))


class Tokens(nn.Module):
    """Maps become a row of tokens: a class token in front, and a position added to each.

    (N, C, H, W) -> (N, 1 + H·W, C)
    """

    def __init__(self, patches: int, dim: int):
        super().__init__()
        self.first = nn.Parameter(torch.zeros(1, 1, dim))
        self.positions = nn.Parameter(torch.empty(1, 1 + patches, dim))
        nn.init.normal_(self.positions, std=dim**-0.5)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        row = x.flatten(2).transpose(1, 2)  # (N, H·W, C)
        first = self.first.expand(row.shape[0], -1, -1)
        return torch.cat([first, row], dim=1) + self.positions


class Attention(nn.Module):
    """Self-attention with several heads: (N, T, C) -> (N, T, C).

    softmax(q kᵀ / √d) v for each head of d = C / heads channels (Vaswani et al. 2017, section 3.2).
    """

    def __init__(self, dim: int, heads: int):
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(dim, 3 * dim)
        self.out = nn.Linear(dim, dim)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        q, k, v = self.split(x)
        mixed = nn.functional.scaled_dot_product_attention(q, k, v)  # (N, heads, T, d)
        return self.out(mixed.transpose(1, 2).flatten(2))

    def split(self, x: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """Queries, keys and values of x, each (N, heads, T, d)."""
        parts = self.qkv(x).unflatten(2, (3, self.heads, -1))  # (N, T, 3, heads, d)
        return parts.permute(2, 0, 3, 1, 4).unbind(0)

    def weights(self, x: torch.Tensor) -> torch.Tensor:
        """Who looks at whom: (N, heads, T, T), each row adds up to 1."""
        q, k, _ = self.split(x)
        return (q @ k.transpose(2, 3) / q.shape[3] ** 0.5).softmax(dim=3)

    def extra_repr(self) -> str:
        return f"heads={self.heads}"


class FirstToken(nn.Module):
    """The class token, which has read all others: (N, T, C) -> (N, C)."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x[:, 0]


def initialise(network: nn.Module) -> nn.Module:
    """Xavier's initialisation for every linear layer and the patches, zero biases."""
    for layer in network.modules():
        if isinstance(layer, nn.Linear):
            nn.init.xavier_uniform_(layer.weight)
        elif isinstance(layer, nn.Conv2d):
            nn.init.trunc_normal_(layer.weight, std=layer.weight[0].numel() ** -0.5)
        if isinstance(layer, nn.Linear | nn.Conv2d):
            nn.init.zeros_(layer.bias)
    return network
