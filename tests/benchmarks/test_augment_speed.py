"""The two sides of the comparison do the same work."""

import sys
from pathlib import Path

import pytest
import torch

sys.path.insert(0, str(Path(__file__).parents[2]))
from course_utils.augment import augment_batch, sample
from tests.benchmarks.augment_speed import main, measure, ways


@pytest.mark.parametrize("dtype", [torch.uint8, torch.float32])
def test_batch_and_one_by_one_agree(dtype):
    images = (255 * torch.rand(5, 3, 16, 21)).to(dtype)
    results = {name: way() for name, way in ways(images).items()}
    generator = torch.Generator().manual_seed(0)
    drawn = sample(5, generator)
    assert (results["batch"].float() - augment_batch(images, drawn).float()).abs().max() <= 0.01
    generator.manual_seed(0)
    one_by_one = torch.cat([augment_batch(image[None], sample(1, generator)) for image in images])
    assert (results["one by one"].float() - one_by_one.float()).abs().max() <= 0.01
    for moved in results.values():
        assert moved.dtype == dtype
        assert moved.shape == images.shape
        assert not torch.equal(moved, images)


def test_every_way_is_timed():
    times = measure((3, 1, 8, 8), torch.uint8, seconds=0)
    assert list(times) == ["batch", "one by one", "torchvision"]
    assert all(time > 0 for time in times.values())


def test_the_table(monkeypatch, capsys):
    monkeypatch.setattr("tests.benchmarks.augment_speed.SHAPES", ((4, 1, 8, 8),))
    monkeypatch.setattr(sys, "argv", ["augment_speed", "--seconds", "0"])
    main()
    rows = capsys.readouterr().out.splitlines()
    assert len(rows) == 4
    assert rows[2].startswith("| 4×1×8×8 | float32 |")
    assert rows[3].count("|") == 6
