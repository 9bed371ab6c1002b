"""FractalNet (Larsson, Maire & Shakhnarovich 2017): depth from a rule that repeats itself."""

from collections import OrderedDict

import torch
from torch import nn

from course_utils.zoo.parts import initialise, named, scaled

MAPS = (64, 128, 256, 512, 512)  # of the five blocks (section 4.1)
MEMBERS = {  # name: columns, share of the maps; five blocks are 5 · 2^(columns − 1) layers deep
    "fractalnet20": (3, 1.0),
    "fractalnet40": (4, 1.0),
    "fractalnet10_thin": (2, 0.25),  # the ultra-deep ones of section 4.3
    "fractalnet20_thin": (3, 0.25),
    "fractalnet40_thin": (4, 0.25),
    "fractalnet80_thin": (5, 0.25),
    "fractalnet160_thin": (6, 0.25),
}


def build(name: str, classes=10, channels=3, size=32, width=1.0) -> nn.Module:
    """FractalNet: (N, channels, size, size) -> (N, classes), for any size."""
    columns, share = MEMBERS[name]
    layers, before = {}, channels
    for i, maps in enumerate(MAPS, start=1):
        maps = scaled(maps * share, width)
        layers[f"block{i}"] = Fractal(columns, before, maps)
        layers[f"pool{i}"] = nn.MaxPool2d(2, ceil_mode=True)  # 32 → 16 → 8 → 4 → 2 → 1
        before = maps
    layers |= {"pool": nn.AdaptiveAvgPool2d(1), "flatten": nn.Flatten()}
    return initialise(FractalNet(**layers, fc=nn.Linear(before, classes)))


def unit(before: int, maps: int) -> nn.Sequential:
    """(N, before, H, W) -> (N, maps, H, W): convolution, norm, ReLU."""
    conv = nn.Conv2d(before, maps, 3, padding=1, bias=False)
    return named(conv=conv, norm=nn.BatchNorm2d(maps), relu=nn.ReLU())


class Fractal(nn.Module):
    """f₁ = one convolution; f_C = join(one convolution, f_(C−1) twice): figure 1.

    (N, before, H, W) -> (N, maps, H, W). Column c has 2^c convolutions; wherever columns end
    together, the mean of them goes into the next convolution of each. Drop-path (section 3): during
    training `only` leaves one column alone (global), or each join loses some of its inputs, but
    never all (local, probability `drop`).
    """

    def __init__(self, columns: int, before: int, maps: int, drop: float = 0.15):
        super().__init__()
        self.drop, self.only = drop, None
        self.columns = nn.ModuleList(
            nn.ModuleList(unit(maps if i else before, maps) for i in range(2**c))
            for c in range(columns)
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if self.training and self.only is not None:
            for layer in self.columns[self.only]:
                x = layer(x)
            return x
        steps = len(self.columns[-1])
        inputs = [x] * len(self.columns)
        for step in range(1, steps + 1):
            ending = [c for c, col in enumerate(self.columns) if step * len(col) % steps == 0]
            made = [self.columns[c][step * len(self.columns[c]) // steps - 1](inputs[c])
                    for c in ending]  # fmt: skip
            joined = self.join(made)
            for c in ending:
                inputs[c] = joined
        return inputs[-1]

    def join(self, made: list[torch.Tensor]) -> torch.Tensor:
        """The mean of what the columns made; during training of those that are not dropped."""
        if self.training and self.drop and len(made) > 1:
            lot = torch.rand(len(made), device="cpu")  # also when the network is elsewhere
            kept = [m for m, u in zip(made, lot.tolist(), strict=True) if u >= self.drop]
            made = kept or [made[int(lot.argmax())]]
        return torch.stack(made).mean(dim=0) if len(made) > 1 else made[0]


class FractalNet(nn.Sequential):
    """Fractals and poolings in turn. While it trains, a share of the batches sees one column.

    That column is the same in all fractals: global drop-path; the other batches get the local one.
    """

    share = 0.5

    def __init__(self, **layers: nn.Module):
        super().__init__(OrderedDict(layers))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        fractals = [layer for layer in self if isinstance(layer, Fractal)]
        only = self.draw(len(fractals[0].columns)) if self.training else None
        for fractal in fractals:
            fractal.only = only
        return super().forward(x)

    def draw(self, columns: int) -> int | None:
        """The column that this batch sees alone, or None for all of them."""
        if torch.rand((), device="cpu").item() >= self.share:
            return None
        return int(torch.randint(columns, (), device="cpu"))
