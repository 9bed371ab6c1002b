import subprocess
import sys

import numpy as np
import pytest

from course_utils.datasets import cifar10, cifar_pictures, fashion_mnist, full, mnist
from course_utils.errors import CourseError

LOADERS = {"mnist": mnist, "fashion_mnist": fashion_mnist, "cifar10": cifar10}


@pytest.mark.parametrize("name", LOADERS)
def test_an_absent_set_says_how_to_get_it_and_what_serves_instead(name, data_home):
    with pytest.raises(CourseError) as caught:
        LOADERS[name]()
    message = str(caught.value)
    assert f"`course data get {name}`" in message
    assert "or use mnist_5k()" in message
    assert str(data_home) in message
    assert "\n" not in message


def test_mnist_in_torchvisions_files(place_mnist):
    raw = place_mnist()
    assert full.where(full.FULL_SETS["mnist"]) == raw
    data = mnist()
    assert data.name == "mnist"
    assert data.class_names == tuple("0123456789")
    assert data.train.images.shape == (110, 1, 28, 28)  # 120 − one in ten of each class's 12
    assert data.validation.labels.tolist() == list(range(10))
    assert len(data.test) == 30
    numbers = np.concatenate([data.train.images, data.validation.images])[:, 0, 0, 0]
    assert sorted(numbers) == list(range(120))
    for part in (data.train, data.validation, data.test):
        assert (part.images[:, 0, 0, 0].astype(int) * 7 % 10 == part.labels).all()
        assert (part.images[:, 0, 1, 2] == 77).all()
        assert part.labels[:10].tolist() == list(range(10))


def test_fashion_mnist_has_words_for_classes(place_mnist):
    place_mnist("FashionMNIST/raw")
    assert fashion_mnist().class_names[0] == "T-shirt/top"
    assert full.where(full.FULL_SETS["mnist"]) is None


def test_cifar10_in_torchvisions_files(place_cifar):
    place_cifar()
    data = cifar10()
    assert data.class_names[3] == "thing 3"
    assert data.train.images.shape == (90, 3, 32, 32)
    assert data.validation.images.shape == (10, 3, 32, 32)
    assert data.test.images.shape == (20, 3, 32, 32)
    assert (data.test.images[:, 2] == 200).all()
    assert (data.test.images[:, 0] == 5).all()  # the sixth file
    assert (data.test.images[:, 1, 3, 5] % 10 == data.test.labels).all()


@pytest.mark.parametrize("cut", ["missing", "empty", "header only", "one byte short"])
@pytest.mark.parametrize("name", full.IDX_FILES)
def test_an_incomplete_mnist_does_not_count(place_mnist, name, cut):
    file = place_mnist() / name
    blob = file.read_bytes()
    file.unlink()
    if cut != "missing":
        file.write_bytes({"empty": b"", "header only": blob[:6]}.get(cut, blob[:-1]))
    assert full.where(full.FULL_SETS["mnist"]) is None
    with pytest.raises(CourseError, match="MNIST is not complete in"):
        mnist()


@pytest.mark.parametrize("name", full.CIFAR_FILES)
def test_an_incomplete_cifar10_does_not_count(place_cifar, name):
    file = place_cifar() / name
    file.write_bytes(file.read_bytes()[:-1])
    with pytest.raises(CourseError, match="CIFAR-10 is not complete in"):
        cifar10()
    file.unlink()
    assert full.where(full.FULL_SETS["cifar10"]) is None


def test_damage_of_the_right_length_is_one_sentence(place_cifar):
    file = place_cifar() / "data_batch_2"
    blob = bytearray(file.read_bytes())
    blob[100] ^= 1
    file.write_bytes(blob)
    with pytest.raises(CourseError, match=r"CIFAR-10 .* damaged: delete that folder and run"):
        cifar10()


def test_labels_that_do_not_match_the_images_are_refused(place_mnist, tiny_mnist):
    raw = place_mnist()
    (raw / "train-labels-idx1-ubyte").write_bytes(tiny_mnist["t10k-labels-idx1-ubyte"])
    with pytest.raises(CourseError, match="one label per image, got 30 for 120"):
        mnist()


def test_without_torchvision_the_error_says_so(place_mnist, monkeypatch):
    place_mnist()
    monkeypatch.setitem(sys.modules, "torchvision.datasets", None)
    with pytest.raises(CourseError, match="MNIST needs torchvision: install it"):
        mnist()


def test_cifar10_as_pictures(place_pictures):
    place_pictures()
    data = cifar10()
    assert data.class_names[:2] == ("a-class", "b-class")
    assert data.train.images.shape == (180, 3, 32, 32)
    assert len(data.validation) == 20
    assert len(data.test) == 100
    for part, step in ((data.train, 10), (data.test, 10)):
        assert part.labels[:step].tolist() == list(range(10))
        assert (part.images[:, 2, 0, 0] == part.labels).all()
        assert (part.images[:, 0, 4, 9] == 250).all()  # row 4, column 9
    assert sorted(set(data.validation.images[:, 1, 0, 0])) == [9, 19]


def test_jpeg_pictures_in_grey_or_colour_become_three_channels(place_pictures):
    from PIL import Image

    root = place_pictures(suffix=".JPEG", train=1, test=1)
    Image.new("L", (32, 32), 90).save(root / "test" / "c-class" / "0000.JPEG")
    grey = cifar10().test.images[2]
    assert grey.shape == (3, 32, 32)
    assert (grey == 90).all()


def test_pictures_need_no_torch(place_pictures):
    place_pictures(train=1, test=1)
    program = (
        "import sys; from course_utils.datasets import cifar10; print(cifar10())\n"
        "assert not {'torch', 'torchvision'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("DataSet(cifar10: 10 train, 0 validation, 10 test")
    assert done.stderr == ""  # no progress bar in what a notebook would store


def test_pictures_are_decoded_once_until_the_folder_changes(place_pictures, monkeypatch):
    root = place_pictures(train=2, test=1)
    reads = []
    read = cifar_pictures._read
    monkeypatch.setattr(cifar_pictures, "_read", lambda file: reads.append(file) or read(file))
    first = cifar10()
    assert len(reads) == 30
    np.testing.assert_array_equal(cifar10().train.images, first.train.images)
    assert len(reads) == 30
    for part in ("train", "test"):
        (root / part / "a-class").rename(root / part / "z-class")
    assert cifar10().class_names[-1] == "z-class"
    assert len(reads) == 60


def test_torchvisions_files_win_over_pictures(place_pictures, place_cifar):
    place_pictures(train=1, test=1)
    place_cifar()
    assert cifar10().class_names[0] == "thing 0"


def test_files_that_are_no_pictures_are_passed_over(place_pictures):
    root = place_pictures(train=1, test=1)
    (root / "train" / "a-class" / "Thumbs.db").write_bytes(b"x")
    (root / "train" / "a-class" / "._0000.png").write_bytes(b"x")
    (root / "train" / ".DS_Store").write_bytes(b"x")
    (root / "test" / ".cache").mkdir()
    (root / "train" / "__MACOSX" / "train").mkdir(parents=True)
    assert len(cifar10().train) == 10


def remove_one(root):
    (root / "train" / "j-class" / "0001.png").unlink()


def remove_class(root):
    for part in ("train", "test"):
        for file in (root / part / "j-class").iterdir():
            file.unlink()
        (root / part / "j-class").rmdir()


def remove_test(root):
    (root / "test").rename(root / "later")


def rename_class(root):
    (root / "test" / "j-class").rename(root / "test" / "k-class")


def empty_all(root):
    for file in root.glob("*/*/*.png"):
        file.unlink()


def one_folder_deeper(root):
    (root / "outer").mkdir()
    for part in ("train", "test"):
        (root / part).rename(root / "outer" / part)


def one_class_deeper(root):
    folder = root / "train" / "b-class"
    (folder / "b-class").mkdir()
    for file in folder.glob("*.png"):
        file.rename(folder / "b-class" / file.name)


HARMS = {
    remove_one: "train.j-class has 1 of the 2 pictures that a-class has",
    remove_class: "train should have 10 folders, one for each class, but has 9",
    remove_test: "there is no folder .*cifar10.test",
    rename_class: "test has no class j-class, which .*train has",
    empty_all: "train.a-class has no picture that ends with .jpg or .jpeg or .png",
    one_folder_deeper: "there is no folder .*cifar10.train, but .*outer.train",
    one_class_deeper: "train.b-class has no picture that ends with .jpg or .jpeg or .png",
}


@pytest.mark.parametrize(("harm", "reason"), HARMS.items(), ids=[f.__name__ for f in HARMS])
def test_a_half_unpacked_picture_folder_does_not_count(place_pictures, harm, reason):
    root = place_pictures(train=2, test=1)
    assert cifar_pictures.complete(root)
    harm(root)
    assert not cifar_pictures.complete(root)
    with pytest.raises(CourseError, match=rf"CIFAR-10 is not complete in .* \(.*{reason}\): fetch"):
        cifar10()


def test_a_picture_that_cannot_be_read_is_named(place_pictures, data_home):
    file = place_pictures(train=2, test=1) / "train" / "d-class" / "0001.png"
    file.write_bytes(file.read_bytes()[:50])
    with pytest.raises(CourseError, match=r"d-class.0001\.png is not a readable picture"):
        cifar10()
    assert not (data_home / "cache" / "cifar10_pictures.npz").exists()


def test_a_picture_of_another_size_is_named(place_pictures):
    from PIL import Image

    root = place_pictures(train=2, test=1)
    Image.new("RGB", (40, 30)).save(root / "train" / "d-class" / "0001.png")
    with pytest.raises(CourseError, match=r"0001\.png should have 32×32 pixels, but has 40×30"):
        cifar10()


def test_a_picture_far_too_large_is_not_decoded(place_pictures, monkeypatch):
    from PIL import Image

    root = place_pictures(train=2, test=1)
    Image.new("L", (300, 300)).save(root / "train" / "a-class" / "0000.png")
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 60_000)  # warns above, refuses above twice that
    monkeypatch.setattr(Image.Image, "load", lambda picture: pytest.fail("decoded"))
    with pytest.raises(CourseError, match=r"0000\.png should have 32×32 pixels, but has 300×300"):
        cifar10()
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1000)
    with pytest.raises(CourseError, match=r"0000\.png should have 32×32 pixels, but is far larger"):
        cifar10()


def test_16_bits_are_scaled_to_8(tmp_path):
    from PIL import Image

    grey = np.arange(1024, dtype=np.uint16).reshape(32, 32) * 64
    Image.fromarray(grey).save(tmp_path / "grey.png")
    got = cifar_pictures._read(tmp_path / "grey.png")
    assert got.shape == (3, 32, 32)
    np.testing.assert_array_equal(got, np.tile(np.rint(grey / 257).astype(np.uint8), (3, 1, 1)))
    assert (got.min(), got.max()) == (0, 255)


@pytest.mark.parametrize("suffix", ["jpg", "png"])
def test_pictures_are_turned_as_their_exif_data_say(tmp_path, suffix):
    from PIL import Image

    pixels = np.zeros((32, 32, 3), dtype=np.uint8)
    pixels[:16] = 250  # the camera was held sideways: what is at the top belongs to the right
    picture = Image.fromarray(pixels)
    exif = picture.getexif()
    exif[0x0112] = 6  # the first row is the right side
    picture.save(tmp_path / f"a.{suffix}", exif=exif)
    got = cifar_pictures._read(tmp_path / f"a.{suffix}")
    assert got[:, :, 20:].min() > 200
    assert got[:, :, :12].max() < 50


@pytest.mark.full_data
@pytest.mark.parametrize("name", LOADERS)
def test_the_real_sets_have_their_sizes(name):
    if full.where(full.FULL_SETS[name]) is None:
        pytest.skip(f"{name} is not in the data folder (course data get {name})")
    data = LOADERS[name]()
    validation = 5_000 if name == "cifar10" else {"mnist": 5_996, "fashion_mnist": 6_000}[name]
    train = 50_000 if name == "cifar10" else 60_000
    assert len(data.validation) == validation
    assert len(data.train) == train - validation
    assert len(data.test) == 10_000
    assert data.test.labels[:10].tolist() == list(range(10))
    assert data.train.images.shape[1:] == ((3, 32, 32) if name == "cifar10" else (1, 28, 28))
