"""Data folders for the tests: none of them touches the one of the person who runs them."""

import gzip
import hashlib
import pickle
import struct
from dataclasses import fields

import numpy as np
import pytest

from course_utils.datasets import digits_8x8, full, mnist_5k, photographs


@pytest.fixture
def data_home(tmp_path, monkeypatch):
    """An empty data folder."""
    folder = tmp_path / "data home"  # a blank in the path is common, and breaks much
    folder.mkdir()
    monkeypatch.setenv("COURSE_DATA", str(folder))
    return folder


@pytest.fixture(scope="session")
def embedded(tmp_path_factory):
    """The embedded sets, read once from their packages."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COURSE_DATA", str(tmp_path_factory.mktemp("embedded")))
        return {"mnist_5k": mnist_5k(), "digits_8x8": digits_8x8(), "photographs": photographs()}


def idx_bytes(array):
    """uint8 array in the format of MNIST's files."""
    sizes = struct.pack(f">{array.ndim}I", *array.shape)
    return b"\x00\x00\x08" + bytes([array.ndim]) + sizes + array.tobytes()


@pytest.fixture
def tiny_mnist():
    """The four files of a tiny MNIST, by name: 120 + 30 images; pixel (0, 0) counts them."""
    files = {}
    for part, count in (("train", 120), ("t10k", 30)):
        images = np.zeros((count, 28, 28), dtype=np.uint8)
        images[:, 0, 0] = np.arange(count)
        images[:, 1, 2] = 77  # row 1, column 2: a transposed image would show
        labels = (np.arange(count) * 7 % 10).astype(np.uint8)
        files[f"{part}-images-idx3-ubyte"] = idx_bytes(images)
        files[f"{part}-labels-idx1-ubyte"] = idx_bytes(labels)
    return files


@pytest.fixture
def place_mnist(data_home, tiny_mnist):
    """Puts the tiny MNIST into the data folder, as MNIST or another set of the same format."""

    def place(folder="MNIST/raw", skip=()):
        raw = data_home / folder
        raw.mkdir(parents=True, exist_ok=True)
        for name, content in tiny_mnist.items():
            if name not in skip:
                (raw / name).write_bytes(content)
        return raw

    return place


@pytest.fixture
def place_cifar(data_home, monkeypatch):
    """Puts a tiny CIFAR-10 in torchvision's format into the data folder, with its checksums."""
    import torchvision.datasets

    def place():
        folder = data_home / "cifar-10-batches-py"
        folder.mkdir()
        sums = {}
        for start, name in enumerate(full.CIFAR_FILES):
            pixels = np.zeros((20, 3, 32, 32), dtype=np.uint8)
            pixels[:, 0], pixels[:, 2], pixels[:, 1, 3, 5] = start, 200, np.arange(20)
            content = {"data": pixels.reshape(20, -1), "labels": [i % 10 for i in range(20)]}
            if name == "batches.meta":
                content = {"label_names": [f"thing {i}" for i in range(10)]}
            blob = pickle.dumps(content)
            (folder / name).write_bytes(blob)
            sums[name] = hashlib.md5(blob).hexdigest()
        lists = [[name, sums[name]] for name in full.CIFAR_FILES[:6]]
        cifar = torchvision.datasets.CIFAR10
        monkeypatch.setattr(cifar, "train_list", lists[:5])
        monkeypatch.setattr(cifar, "test_list", lists[5:])
        monkeypatch.setattr(cifar, "meta", {**cifar.meta, "md5": sums["batches.meta"]})
        return folder

    return place


@pytest.fixture
def place_pictures(data_home):
    """Puts ten classes of 20 + 10 pictures into `<data>/cifar10`. Green counts, blue is the label.

    PNG keeps the pixels as they are; `suffix` may ask for JPEG.
    """
    from PIL import Image

    def place(suffix=".png", train=20, test=10):
        root = data_home / "cifar10"
        for part, count in (("train", train), ("test", test)):
            for label in range(10):
                folder = root / part / f"{'abcdefghij'[label]}-class"
                folder.mkdir(parents=True)
                for i in range(count):
                    pixels = np.zeros((32, 32, 3), dtype=np.uint8)
                    pixels[..., 1], pixels[..., 2], pixels[4, 9, 0] = i, label, 250
                    Image.fromarray(pixels).save(folder / f"{i:04d}{suffix}")
        return root

    return place


@pytest.fixture
def mnist_archives(tiny_mnist):
    """The tiny MNIST as it is served: gzip files by name."""
    return {f"{name}.gz": gzip.compress(content) for name, content in tiny_mnist.items()}


@pytest.fixture
def digest():
    """The first half of the SHA-256 of all arrays of a set, in the order of parts and fields."""

    def digest(data) -> str:
        sha = hashlib.sha256()
        for part in (data.train, data.validation, data.test):
            for field in fields(part):
                array = getattr(part, field.name)
                little = array.dtype.newbyteorder("<")
                sha.update(f"{field.name} {little.str} {array.shape}".encode())
                sha.update(np.ascontiguousarray(array, dtype=little).tobytes())
        return sha.hexdigest()[:32]

    return digest
