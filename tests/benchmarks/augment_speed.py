"""The lecture's augmentation: one grid for a batch against one image after the other.

    OMP_NUM_THREADS=1 python -m tests.benchmarks.augment_speed [--seconds 2] [--device cuda]

`BatchAugment` moves the images and draws for them; "one by one" is `LectureAugment` on each image,
as a Dataset calls it; "torchvision" is its RandomAffine and RandomHorizontalFlip on each image.
Times are medians of interleaved rounds, and compared as ratios within one run.
"""

import argparse

import torch
from torchvision.transforms import v2

from course_utils.augment import BatchAugment, LectureAugment
from tests.benchmarks.bench_measure import interleaved_medians

SHAPES = ((256, 1, 28, 28), (256, 3, 32, 32), (64, 1, 64, 64), (32, 3, 224, 224))


def ways(images):
    """What is timed, by name: each gives the moved images (N, C, H, W) of the same dtype."""
    together = BatchAugment(torch.Generator().manual_seed(0))
    single = LectureAugment(torch.Generator().manual_seed(0))
    # its scale is uniform, and it has no stretch: as much work, and not the same distribution
    affine = v2.RandomAffine(180, (10 / 64, 10 / 64), (1 / 1.6, 1.6), (-20, 20),
                             interpolation=v2.InterpolationMode.BILINEAR)  # fmt: skip
    theirs = v2.Compose([v2.RandomHorizontalFlip(), affine])
    return {
        "batch": lambda: _finished(together(images)),
        "one by one": lambda: _finished(torch.stack([single(image) for image in images])),
        "torchvision": lambda: _finished(torch.stack([theirs(image) for image in images])),
    }


def _finished(images):
    """Wait for a GPU, which would otherwise only have been told what to do."""
    if images.is_cuda:
        torch.cuda.synchronize()
    return images


def measure(shape, dtype, device="cpu", seconds=2.0):
    """Median seconds per batch of each way."""
    images = torch.rand(shape, generator=torch.Generator().manual_seed(1))
    images = (255 * images).byte() if dtype == torch.uint8 else images.to(dtype)
    functions = ways(images.to(device))
    return dict(zip(functions, interleaved_medians(functions.values(), seconds), strict=True))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=2.0, help="per row")
    parser.add_argument("--device", default="cpu")
    arguments = parser.parse_args()
    print("| images | dtype | batch, ms | one by one ÷ batch | torchvision ÷ batch |")
    print("| --- | --- | --- | --- | --- |")
    for shape in SHAPES:
        for dtype in (torch.float32, torch.uint8):
            times = measure(shape, dtype, arguments.device, arguments.seconds)
            size, kind = "×".join(map(str, shape)), str(dtype).removeprefix("torch.")
            batch, *others = times.values()
            ratios = " | ".join(f"{other / batch:.1f}" for other in others)
            print(f"| {size} | {kind} | {1000 * batch:.1f} | {ratios} |", flush=True)


if __name__ == "__main__":
    main()
