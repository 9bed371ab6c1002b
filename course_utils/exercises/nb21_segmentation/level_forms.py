"""One level of a U-Net with one thing changed. Each function makes a class, or a part of one."""


def variant(*, down=None, up=None, join=None, last=None, into=2, bias=True, between=None,
             first=None, padding=1, kernel=3, below_first=False, second=True):  # fmt: skip
    """The class with one thing exchanged.

    down(x), join(x, grown), between(h), last(out): functions; up(maps), first(below, maps): what is
    made of them; into: how many times maps come into the first convolution
    """
    import torch
    from torch import nn
    from torch.nn import functional as F

    class Wrong(nn.Module):
        def __init__(self, maps, below):
            super().__init__()
            self.below = first(below, maps) if first else below(maps)
            self.up = up(maps) if up else nn.ConvTranspose2d(2 * maps, maps, 2, stride=2)
            pad = {"padding": padding, "bias": bias}
            self.conv1 = nn.Conv2d(into * maps, maps, kernel, **pad)
            self.conv2 = nn.Conv2d(maps, maps, kernel, **pad) if second else nn.Identity()

        def forward(self, x):
            pool = down or (lambda y: F.max_pool2d(y, 2))
            grown = self.up(pool(self.below(x)) if below_first else self.below(pool(x)))
            joined = join(x, grown) if join else torch.cat([x, grown], dim=1)
            out = self.conv1(joined)
            out = self.conv2(between(out) if between else F.relu(out))
            return last(out) if last else F.relu(out)

    return Wrong


def cat(*change):
    """Joined side by side, after a change of x and of what came from below."""

    def join(x, grown):
        import torch

        return torch.cat([f(x, grown) for f in change], dim=1)

    return lambda: variant(join=join)


def layer(name, *args, **settings):
    def make(maps):
        from torch import nn

        return getattr(nn, name)(*(a * maps if a > 0 else -a for a in args), **settings)

    return make


def along(axis):
    def join(x, grown):
        import torch

        return torch.cat([x, grown], dim=axis)

    return join


def wide():
    from torch import nn

    class Wrong(variant()):
        def __init__(self, maps, below):
            super().__init__(maps, below)
            self.conv1 = nn.Conv2d(2 * maps, 2 * maps, 3, padding=1)
            self.conv2 = nn.Conv2d(2 * maps, maps, 3, padding=1)

    return Wrong


def after_up(maps):
    from torch import nn

    return nn.Sequential(nn.ConvTranspose2d(2 * maps, maps, 2, stride=2), nn.ReLU())


def interpolated(mode):
    def make(maps):
        from torch import nn

        return nn.Sequential(nn.Upsample(scale_factor=2, mode=mode), nn.Conv2d(2 * maps, maps, 1))

    return make


def down_and_up(x):
    from torch.nn import functional as F

    return F.interpolate(F.max_pool2d(x, 2), scale_factor=2)


def residual():
    class Wrong(variant()):
        def forward(self, x):
            return super().forward(x) + x

    return Wrong


def leaky(slope=0.01):
    def relu(out):
        from torch.nn import functional as F

        return F.leaky_relu(out, slope)

    return variant(between=relu, last=relu)


def up_too_early():
    class Wrong(variant()):
        def __init__(self, maps, below):
            super().__init__(maps, below)
            first, self.up = self.up, self.below
            self.below = first

    return Wrong


def pooled(kind, *window):
    def down(x):
        from torch.nn import functional as F

        return getattr(F, kind)(x, *(window or (2,)))

    return down


def repeated():
    from torch import nn

    class Repeated(nn.Module):
        def forward(self, x):
            return x.repeat(1, 2, 1, 1)

    return Repeated()


def with_norms():
    from torch import nn

    class Wrong(variant()):
        def __init__(self, maps, below):
            super().__init__(maps, below)
            self.conv1 = nn.Sequential(self.conv1, nn.BatchNorm2d(maps))
            self.conv2 = nn.Sequential(self.conv2, nn.BatchNorm2d(maps))

    return Wrong
