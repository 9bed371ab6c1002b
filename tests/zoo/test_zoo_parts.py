"""How layers are connected: sums, branches, fractals."""

import numpy as np
import pytest
import torch
from torch import nn

from course_utils import zoo
from course_utils.errors import CourseError
from course_utils.zoo import parts, resnet
from course_utils.zoo.fractalnet import Fractal


def test_response_norm_is_the_formula_of_the_paper():
    a = np.random.default_rng(0).normal(size=(2, 7, 3, 2)) * 30
    expected = np.empty_like(a)
    for i in range(7):  # section 3.3, with n = 5
        near = (a[:, max(0, i - 2) : i + 3] ** 2).sum(axis=1)
        expected[:, i] = a[:, i] / (2 + 1e-4 * near) ** 0.75
    got = parts.response_norm()(torch.from_numpy(a)).numpy()
    np.testing.assert_allclose(got, expected, rtol=1e-6)


def test_residual_and_concat():
    x = torch.randn(2, 3, 4, 5)
    double, minus = parts.Residual(nn.Identity()), parts.Residual(nn.Identity(), after=nn.ReLU())
    assert torch.equal(double(x), 2 * x)
    assert torch.equal(minus(x), (2 * x).relu())
    both = parts.Concat({"x": nn.Identity(), "r": nn.ReLU()})(x)
    assert torch.equal(both, torch.cat([x, x.relu()], dim=1))


def test_zero_padded():
    x = torch.randn(2, 3, 5, 6)
    out = parts.ZeroPadded(2, 4)(x)
    assert out.shape == (2, 7, 3, 3)
    assert torch.equal(out[:, :3], x[:, :, ::2, ::2])
    assert not out[:, 3:].any()


def test_option_a_takes_every_second_pixel_also_where_the_maps_stay():
    x = torch.randn(2, 3, 6, 4)
    assert torch.equal(resnet.padded(3, 3, 2)(x), x[:, :, ::2, ::2])
    assert isinstance(resnet.padded(3, 3, 1), nn.Identity)


@pytest.mark.parametrize(
    ("maps", "width", "multiple", "expected"),
    [(64, 0.5, 1, 32), (64, 0.001, 1, 1), (6, 0.3, 1, 2), (256, 0.3, 32, 64), (96, 0.01, 2, 2)],
)
def test_scaled(maps, width, multiple, expected):
    assert parts.scaled(maps, width, multiple) == expected


@pytest.mark.parametrize("size", [7, 12, 13, 30])
def test_side_is_what_the_layers_make(size):
    layers = [nn.Conv2d(1, 2, 5, 2, 1), nn.ReLU(), nn.MaxPool2d(3, 2, ceil_mode=True),
              nn.Conv2d(2, 1, (1, 1)), nn.MaxPool2d(2)]  # fmt: skip
    try:
        made = nn.Sequential(*layers)(torch.zeros(1, 1, size, size)).shape[-1]
    except RuntimeError:
        with pytest.raises(CourseError, match=f"{size} × {size} are too small"):
            parts.side(layers, size)
    else:
        assert parts.side(layers, size) == made


# -------------------------------------------------------------------------------------- fractalnet
def fractal(columns=3, **settings):
    torch.manual_seed(0)
    return Fractal(columns, 4, 6, **settings)


def branches(columns, x):
    """What the columns give, from the shallow one to the deep, by the rule of figure 1."""
    first, *rest = columns
    if not rest:
        return [first[0](x)]
    front = [column[: len(column) // 2] for column in rest]
    back = [column[len(column) // 2 :] for column in rest]
    return [first[0](x), *branches(back, mean(branches(front, x)))]


def mean(tensors):
    return torch.stack(tensors).mean(dim=0)


@pytest.mark.parametrize("columns", [1, 2, 3, 4])
def test_fractal_follows_the_rule(columns):
    network, x = fractal(columns).eval(), torch.randn(2, 4, 5, 5)
    torch.testing.assert_close(network(x), mean(branches([list(c) for c in network.columns], x)))
    assert [len(c) for c in network.columns] == [2**c for c in range(columns)]


def test_global_drop_path_leaves_one_column_everywhere():
    torch.manual_seed(0)
    network = zoo.build("fractalnet20_thin", 5, 1, 28, 1 / 4)
    network.share = 1.0
    network(torch.randn(2, 1, 28, 28)).sum().backward()
    fractals = [m for m in network if isinstance(m, Fractal)]
    alive = [[c for c, col in enumerate(f.columns) if col[0].conv.weight.grad is not None]
             for f in fractals]  # fmt: skip
    assert alive == [alive[0]] * 5
    assert len(alive[0]) == 1
    drawn = {network.draw(3) for _ in range(40)}
    assert drawn == {0, 1, 2}
    network.share = 0.5
    whole = sum(network.draw(3) is None for _ in range(400))
    assert 150 < whole < 250
    network.eval()
    torch.manual_seed(1)
    x = torch.randn(2, 1, 28, 28)
    assert torch.equal(network(x), network(x))


def test_local_drop_path_keeps_at_least_one():
    join = fractal(drop=0.15).train().join
    made = [torch.full((1,), float(2**k)) for k in range(3)]
    torch.manual_seed(0)
    results = [join(made).item() for _ in range(2000)]
    means = {sum(2.0**k for k in kept) / len(kept)
             for kept in ([0], [1], [2], [0, 1], [0, 2], [1, 2], [0, 1, 2])}  # fmt: skip
    assert {round(r, 4) for r in results} == {round(m, 4) for m in means}
    assert np.mean([r == 7 / 3 or abs(r - 7 / 3) < 1e-6 for r in results]) == pytest.approx(
        0.85**3, abs=0.04
    )
    everything = fractal(drop=1.0).train().join  # all would be dropped: one stays
    assert {everything(made).item() for _ in range(60)} == {1.0, 2.0, 4.0}
