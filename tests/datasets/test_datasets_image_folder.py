"""Somebody's folder of folders: what is read, how it is split, what is said when it is wrong."""

import os
import shutil
import subprocess
import sys
import unicodedata

import numpy as np
import pytest
from PIL import Image, JpegImagePlugin

from course_utils.datasets import PictureSet, image_folder, pictures
from course_utils.errors import CourseError

RED, GREEN = (250, 0, 0), (0, 250, 0)


@pytest.fixture
def pets(tmp_path):
    """Ten pictures of two classes in seven formats: cats are red, dogs are green."""
    root = tmp_path / "my pets"
    for name, colour in (("cat", RED), ("dog", GREEN)):
        place(root / name, colour)
    return root


def place(folder, colour, count=10):
    """Different pictures of one colour: their blue counts."""
    folder.mkdir(parents=True)
    for i in range(count):
        pixels = np.full((40 + i, 90 - i, 3), colour, dtype=np.uint8)
        pixels[..., 2] = 12 * i
        suffix = ("jpg", "png", "webp", "bmp", "gif", "tif", "JPEG")[i % 7]
        Image.fromarray(pixels).save(folder / f"{i:02d}.{suffix}", quality=95)


def refused(match, *args, **settings):
    with pytest.raises(CourseError, match=match) as caught:
        image_folder(*args, **settings)
    assert "\n" not in str(caught.value)
    assert str(caught.value)[-1] in ".?"


# ------------------------------------------------------------------------------------ what is read
def test_a_folder_of_folders_is_a_data_set(pets):
    data = image_folder(pets, size=(16, 24))
    assert isinstance(data, PictureSet)
    assert data.class_names == ("cat", "dog")
    assert data.counts() == {"cat": (8, 1, 1), "dog": (8, 1, 1)}
    assert repr(data) == (
        "DataSet(my pets: 16 train, 2 validation, 2 test, images (3, 16, 24), 2 classes: "
        "cat 10, dog 10)"
    )
    assert data.table().splitlines()[1].split() == ["cat", "8", "1", "1"]
    assert data.train.labels.tolist() == [0, 1] * 8
    assert data.train.images.dtype == np.uint8
    for part in (data.train, data.validation, data.test):
        for image, label in zip(part.images, part.labels, strict=True):
            assert image[label].min() > 220
            assert image[1 - label].max() < 40


@pytest.mark.parametrize("shape", [(20, 60), (60, 20)])
def test_the_middle_of_a_picture_is_cut_out_after_scaling(tmp_path, shape):
    pixels = np.zeros((*shape, 3), dtype=np.uint8)
    middle = slice(20, 40)
    pixels[(slice(None), middle) if shape[1] == 60 else middle] = (9, 200, 9)
    Image.fromarray(pixels).save(tmp_path / "a.png")
    inner = pictures.read(tmp_path / "a.png", (10, 10))[:, 2:-2, 2:-2]
    assert (inner == np.array([9, 200, 9]).reshape(3, 1, 1)).all()


def test_a_picture_of_the_right_size_keeps_its_pixels(tmp_path):
    pixels = np.random.default_rng(0).integers(0, 256, (7, 5, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(tmp_path / "a.png")
    np.testing.assert_array_equal(
        pictures.read(tmp_path / "a.png", (7, 5)), pixels.transpose(2, 0, 1)
    )


def transparent(mode):
    """Left half clear, right half (0, 0, 200) or as dark as the mode allows."""
    rgba = np.zeros((8, 8, 4), dtype=np.uint8)
    rgba[:, 4:] = (0, 0, 200, 255)
    picture = Image.fromarray(rgba)
    return picture if mode == "RGBA" else picture.convert(mode)


def palette():
    indices = np.repeat([[0] * 4 + [1] * 4], 8, axis=0).astype(np.uint8)
    picture = Image.fromarray(indices).convert("L")
    picture = Image.frombytes("P", (8, 8), indices.tobytes())
    picture.putpalette([10, 20, 30, 0, 0, 200])
    return picture


MODES = {  # name: picture, suffix, what the left and the right half should be
    "RGBA over white": (transparent("RGBA"), "png", (255, 255, 255), (0, 0, 200)),
    "RGBA as WebP": (transparent("RGBA"), "webp", (255, 255, 255), (0, 0, 200)),
    "grey with alpha": (transparent("LA"), "png", (255, 255, 255), (23, 23, 23)),
    "palette": (palette(), "png", (10, 20, 30), (0, 0, 200)),
    "palette as GIF": (palette(), "gif", (10, 20, 30), (0, 0, 200)),
    "palette as BMP": (palette(), "bmp", (10, 20, 30), (0, 0, 200)),
    "CMYK": (Image.new("CMYK", (8, 8), (255, 0, 0, 0)), "tif", (0, 255, 255), (0, 255, 255)),
    "CMYK as JPEG": (
        Image.new("CMYK", (8, 8), (255, 0, 0, 0)), "jpg", (0, 255, 255), (0, 255, 255),
    ),
    "one bit": (Image.new("1", (8, 8), 1), "png", (255, 255, 255), (255, 255, 255)),
    "grey": (Image.new("L", (8, 8), 90), "png", (90, 90, 90), (90, 90, 90)),
    "16 bits": (Image.fromarray(np.full((8, 8), 257 * 50, np.uint16)), "png", (50,) * 3, (50,) * 3),
    "16 bits as TIFF": (
        Image.fromarray(np.full((8, 8), 257 * 50, np.uint16)), "tiff", (50,) * 3, (50,) * 3,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", MODES)
def test_every_mode_becomes_rgb(tmp_path, name):
    picture, suffix, left, right = MODES[name]
    settings = {"lossless": True} if suffix == "webp" else {}
    picture.save(tmp_path / f"a.{suffix}", **settings)
    got = pictures.read(tmp_path / f"a.{suffix}", (8, 8)).astype(int)
    assert got.shape == (3, 8, 8)
    for half, colour in ((got[:, :, :4], left), (got[:, :, 4:], right)):
        assert abs(half - np.array(colour).reshape(3, 1, 1)).max() <= 3


@pytest.mark.parametrize("suffix", ["png", "gif"])
def test_a_palette_may_be_transparent(tmp_path, suffix):
    palette().save(tmp_path / f"a.{suffix}", transparency=0)
    got = pictures.read(tmp_path / f"a.{suffix}", (8, 8))
    assert got[:, 3, 1].tolist() == [255, 255, 255]
    assert got[:, 3, 6].tolist() == [0, 0, 200]


def test_an_animation_gives_its_first_frame(tmp_path):
    frames = [Image.new("RGB", (8, 8), colour) for colour in (RED, GREEN)]
    for suffix in ("gif", "webp", "tiff", "png"):
        file = tmp_path / f"a.{suffix}"
        frames[0].save(file, save_all=True, append_images=frames[1:])
        assert pictures.read(file, (8, 8))[:2, 4, 4].tolist() == pytest.approx([250, 0], abs=6)


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "tiff"])
def test_pictures_are_turned_upright(tmp_path, suffix):
    pixels = np.zeros((32, 64, 3), dtype=np.uint8)
    pixels[:16] = 250
    picture = Image.fromarray(pixels)
    exif = picture.getexif()
    exif[0x0112] = 6  # the first row is the right side
    picture.save(tmp_path / f"a.{suffix}", exif=exif)
    got = pictures.read(tmp_path / f"a.{suffix}", (64, 32))
    assert got[:, :, 18:].min() > 200
    assert got[:, :, :14].max() < 60


def test_a_large_jpeg_is_decoded_small_and_looks_the_same(tmp_path, monkeypatch):
    coarse = np.random.default_rng(0).integers(0, 256, (12, 16, 3), dtype=np.uint8)
    picture = Image.fromarray(coarse).resize((1600, 1200), Image.Resampling.BICUBIC)
    exif = picture.getexif()
    exif[0x0112] = 6
    picture.save(tmp_path / "a.jpg", quality=95, exif=exif)
    sizes = []
    load = Image.Image.load
    monkeypatch.setattr(Image.Image, "load", lambda image: sizes.append(image.size) or load(image))
    small = pictures.read(tmp_path / "a.jpg", (40, 40)).astype(int)
    assert max(sizes) <= (400, 400)
    monkeypatch.setattr(JpegImagePlugin.JpegImageFile, "draft", lambda *_: None)
    whole = pictures.read(tmp_path / "a.jpg", (40, 40)).astype(int)
    assert max(sizes) >= (1200, 1200)
    assert abs(small - whole).max() <= 6
    assert whole.std() > 30


def test_damaged_exif_data_turn_nothing(tmp_path):
    Image.new("RGB", (8, 8), RED).save(tmp_path / "a.jpg", exif=b"Exif\x00\x00II*\x00\xff\xff\xff")
    assert pictures.read(tmp_path / "a.jpg", (8, 8))[0].min() > 240


def test_a_suffix_may_lie(tmp_path):
    Image.new("RGB", (8, 8), RED).save(tmp_path / "a.png")
    (tmp_path / "a.png").rename(tmp_path / "a.JPG")
    assert pictures.read(tmp_path / "a.JPG", (4, 4))[0].min() == 250


def test_what_is_no_picture_is_passed_over(pets):
    for place in (pets, pets / "cat"):
        for name in (
            "Thumbs.db",
            "desktop.ini",
            ".DS_Store",
            "._00.jpg",
            "notes.txt",
            "boxes.json",
        ):
            (place / name).write_bytes(b"x")
    (pets / ".ipynb_checkpoints").mkdir()
    (pets / "__MACOSX" / "cat").mkdir(parents=True)
    (pets / "cat" / "empty").mkdir()
    assert image_folder(pets, 8).counts() == {"cat": (8, 1, 1), "dog": (8, 1, 1)}


def test_reading_needs_no_torch_and_shows_no_bar_in_a_notebook(pets):
    program = (
        "import sys; from course_utils.datasets import image_folder; print(image_folder("
        f"{str(pets)!r}, 8))\nassert not {{'torch', 'torchvision'}} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""


# --------------------------------------------------------------------------------------- the split
def parts_of(data):
    """The checksums of the images in each part."""
    return [{image.tobytes() for image in part.images}
            for part in (data.train, data.validation, data.test)]  # fmt: skip


def test_the_split_depends_on_contents_and_seed_alone(pets, tmp_path):
    first = parts_of(image_folder(pets, 64))
    for i, file in enumerate(sorted((pets / "cat").iterdir(), reverse=True)):
        file.rename(file.with_name(f"renamed {i}{file.suffix}"))
    assert parts_of(image_folder(pets, 64)) == first
    others = [parts_of(image_folder(pets, 64, seed=seed)) for seed in range(1, 6)]
    assert any(other != first for other in others)
    more = tmp_path / "more"
    shutil.copytree(pets, more)
    place(more / "ant", (0, 0, 250))
    with_ants = parts_of(image_folder(more, 64))
    assert all(part <= wider for part, wider in zip(first, with_ants, strict=True))


def test_no_image_is_in_two_parts(pets):
    for i, file in enumerate(list((pets / "dog").iterdir())):
        shutil.copy(file, file.with_name(f"copy {i}{file.suffix}"))
    data = image_folder(pets, 64, validation=0.3, test=0.3)
    assert data.counts() == {"cat": (4, 3, 3), "dog": (8, 6, 6)}
    train, validation, test = parts_of(data)
    assert not train & validation
    assert not train & test
    assert not validation & test


@pytest.mark.parametrize(
    ("shares", "counts"),
    [
        ({"validation": 0, "test": 0}, (10, 0, 0)),
        ({"validation": 0, "test": 0.25}, (8, 0, 2)),
        ({"validation": 0.01, "test": 0.5}, (4, 1, 5)),
    ],
)
def test_shares(pets, shares, counts):
    assert image_folder(pets, 8, **shares).counts() == {"cat": counts, "dog": counts}


def in_parts(pets, **parts):
    """Move pictures of each class into folders for parts: name=count."""
    for name in ("cat", "dog"):
        files = sorted((pets / name).iterdir())
        for part, count in parts.items():
            (pets / part / name).mkdir(parents=True)
            for file in files[:count]:
                file.rename(pets / part / name / file.name)
            files = files[count:]
        shutil.rmtree(pets / name)


@pytest.mark.parametrize(
    ("parts", "counts"),
    [
        ({"train": 6, "test": 4}, (5, 1, 4)),
        ({"Train": 6, "val": 3, "test": 1}, (6, 3, 1)),
        ({"training": 7, "valid": 3}, (6, 3, 1)),
        ({"train": 10}, (8, 1, 1)),
    ],
)
def test_folders_for_parts_are_kept(pets, parts, counts):
    in_parts(pets, **parts)
    data = image_folder(pets, 8)
    assert data.counts() == {"cat": counts, "dog": counts}
    assert data.class_names == ("cat", "dog")


def test_a_class_may_be_called_train(tmp_path):
    for name in ("train", "test", "car"):
        place(tmp_path / "traffic" / name, RED, 4)
    assert image_folder(tmp_path / "traffic", 8).class_names == ("car", "test", "train")


def test_class_names_are_the_same_on_every_system(pets):
    (pets / "cat").rename(pets / unicodedata.normalize("NFD", "Kätzchen"))
    assert image_folder(pets, 8).class_names == (unicodedata.normalize("NFC", "Kätzchen"), "dog")


# ----------------------------------------------------------------------------------- broken files
def cut(file):
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def empty(file):
    file.write_bytes(b"")


def text(file):
    file.write_bytes(b"<html>not found</html>")


def dangling(file):
    file.unlink()
    file.symlink_to(file.with_name("gone"))


def pipe(file):
    file.unlink()
    os.mkfifo(file)


def deep(file):
    Image.fromarray(np.ones((8, 8), np.float32)).save(file, format="TIFF")


def foreign(file):
    file.rename(file.with_suffix(".heic"))


HARMS = {
    cut: ".*truncated|could not create decoder|Truncated",
    empty: "the file is empty",
    text: "its content is none that Pillow knows",
    dangling: "a link that leads nowhere",
    pipe: "no ordinary file",
    deep: "its pixels have 32 bits, and 8 or 16 were expected",
    foreign: r"it is none of \.jpg, .*\.tiff",
}
no_pipes = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes and links there")


@no_pipes
@pytest.mark.parametrize("number", range(7))
@pytest.mark.parametrize("harm", HARMS, ids=[f.__name__ for f in HARMS])
def test_a_broken_file_is_named_or_skipped_and_listed(pets, harm, number):
    file = sorted((pets / "cat").iterdir())[number]
    harm(file)
    reason = f"({HARMS[harm]})"
    refused(rf"cat.{number:02d}\.\w+ is not a readable picture .{reason}.*skip_broken=True", pets)
    data = image_folder(pets, 8, skip_broken=True)
    assert data.counts() == {"cat": (7, 1, 1), "dog": (8, 1, 1)}
    ((name, reason),) = data.skipped
    assert os.path.basename(name).startswith(f"{number:02d}.")
    assert reason
    assert repr(data).endswith("cat 9, dog 10; 1 skipped)")
    assert data.train.labels.tolist()[:14] == [0, 1] * 7


def test_a_class_of_which_nothing_can_be_read(pets):
    for file in (pets / "cat").iterdir():
        empty(file)
    refused(r"None of the pictures of cat for train can be read, such as .*00\.jpg",
            pets, skip_broken=True)  # fmt: skip


def test_a_picture_with_far_too_many_pixels_is_named(pets, monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1000)
    refused("00.jpg is not a readable picture .it has far too many pixels", pets)


@pytest.mark.skipif(sys.platform != "linux", reason="file names are text there")
def test_names_that_are_no_text_are_shown_and_read(pets):
    os.rename(pets / "cat", os.fsencode(pets) + b"/c\xe4t\n")
    odd = os.fsencode(pets) + b"/c\xe4t\n/b\xff\n.png"
    with open(odd, "wb") as file:
        file.write(b"broken")
    refused(r"c\\xe4t\\n.b\\xff\\n\.png is not a readable picture", pets)
    data = image_folder(pets, 8, skip_broken=True)
    assert data.class_names == (r"c\xe4t\n", "dog")
    print(data.table(), data.skipped)


# ------------------------------------------------------------------------------- what is no folder
def only_one(root):
    shutil.rmtree(root / "dog")


def empty_class(root):
    (root / "fish").mkdir()


def no_pictures(root):
    (root / "fish").mkdir()
    (root / "fish" / "notes.txt").write_text("x")


def nothing(root):
    for name in ("cat", "dog"):
        shutil.rmtree(root / name)


def loose(root):
    shutil.copy(root / "cat" / "00.jpg", root / "stray.jpg")


def one_level_too_low(root):
    shutil.rmtree(root / "dog")
    for file in (root / "cat").iterdir():
        file.rename(root / file.name)
    (root / "cat").rmdir()


def one_level_too_high(root):
    (root / "outer").mkdir()
    for name in ("cat", "dog"):
        (root / name).rename(root / "outer" / name)


def nested(root):
    shutil.copytree(root / "cat", root / "cat" / "persian")


def nested_deep(root):
    (root / "cat" / "a").mkdir()
    shutil.copytree(root / "dog", root / "cat" / "a" / "b")


def parts_and_more(root):
    in_parts(root, train=6, test=4)
    (root / "annotations").mkdir()


def no_train(root):
    in_parts(root, test=10)


def two_trains(root):
    in_parts(root, train=6, training=4)


def fewer_classes(root):
    in_parts(root, train=6, test=4)
    shutil.rmtree(root / "test" / "dog")


def more_classes(root):
    in_parts(root, train=6, test=4)
    place(root / "test" / "fish", RED)


def empty_in_test(root):
    in_parts(root, train=6, test=4)
    for file in (root / "test" / "dog").iterdir():
        file.unlink()


def loop(root):
    (root / "cat" / "again").symlink_to(root)


def loop_to_itself(root):
    (root / "self").symlink_to(root)


def twice(root):
    (root / "kat").symlink_to(root / "cat")


def too_few(root):
    for file in sorted((root / "cat").iterdir())[2:]:
        file.unlink()


FORM = "image_folder expects FOLDER/CLASS/PICTURE"
WRONG = {
    only_one: rf"my pets has one class only \(cat\): {FORM}, with two classes or more",
    empty_class: r"my pets.fish has no picture: image_folder expects files that end with \.jpg",
    no_pictures: "my pets.fish has no picture",
    nothing: f"my pets is empty: {FORM}",
    loose: rf"my pets holds 1 picture beside its folders \(such as stray.jpg\): {FORM}",
    one_level_too_low: rf"my pets holds 10 pictures and no folder for a class \(such as 00.jpg\): "
    rf"{FORM}; did you mean .*\?",
    one_level_too_high: rf"my pets.outer holds folders \(cat, dog\) where pictures are expected: "
    rf"{FORM}; did you mean .*outer\?",
    nested: rf"my pets.cat holds folders \(persian\) beside its pictures: {FORM}; move",
    nested_deep: rf"my pets.cat holds folders \(a\) beside its pictures: {FORM}; move",
    parts_and_more: r"my pets has folders for parts \(test, train\), and beside them annotations",
    no_train: "my pets has test, but no folder train beside it",
    two_trains: "my pets has two folders for train: train, training",
    fewer_classes: "my pets.test has no class dog, which .*train has",
    more_classes: "my pets.train has no class fish, which .*test has",
    empty_in_test: "my pets.test.dog has no picture",
    loop: r"my pets.cat.again is a link that leads back to .*my pets: remove it",
    loop_to_itself: r"my pets.self is a link that leads back to .*my pets",
    twice: "cat and kat in .*my pets are the same folder",
    too_few: "cat has 2 different pictures, too few for training and validation and test: "
    "add some, or say validation=0 or test=0",
}


@pytest.mark.parametrize("harm", WRONG, ids=[f.__name__ for f in WRONG])
def test_a_folder_that_is_no_folder_of_folders_is_explained(pets, harm):
    harm(pets)
    refused(WRONG[harm], pets)


def test_links_that_lead_back_further_down_are_walked_once(pets, monkeypatch):
    inner = pets / "cat" / "a"
    inner.mkdir()
    for name in ("one", "two"):  # each walk would double at each level
        (inner / name).symlink_to(inner)
    calls = []
    listing = pictures.folders_in
    monkeypatch.setattr(pictures, "folders_in", lambda f: calls.append(f) or listing(f))
    monkeypatch.setattr(pictures, "files_in", _limited(pictures.files_in, calls))
    assert image_folder(pets, 8).counts() == {"cat": (8, 1, 1), "dog": (8, 1, 1)}


def _limited(function, calls):
    def limited(*args):
        if len(calls) > 50:
            pytest.fail("walked in circles")
        return function(*args)

    return limited


def test_links_to_folders_and_files_elsewhere_are_followed(pets, tmp_path):
    (pets / "dog").rename(tmp_path / "elsewhere")
    (pets / "dog").symlink_to(tmp_path / "elsewhere")
    assert image_folder(pets, 8).counts()["dog"] == (8, 1, 1)


@pytest.mark.parametrize(
    ("folder", "sentence"),
    [
        (None, "expects the name of a folder, got None"),
        (3, "expects the name of a folder, got 3"),
        ("", "expects the name of a folder, got ''"),
        ("no/such/folder", "There is no folder no/such/folder"),
        ("~nobody-of-this-name/pets", "There is no folder ~nobody"),
        ("a\0b", "There is no folder"),
        ("x" * 5000, "There is no folder xxx"),
        (__file__, "is a file: image_folder expects a folder, FOLDER/CLASS/PICTURE"),
    ],
)
def test_no_folder(folder, sentence):
    refused(sentence, folder)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"size": 0}, "size to be a whole number ≥ 1 or a pair of them, got 0"),
        ({"size": "64"}, "size to be a whole number"),
        ({"size": (8, 8, 3)}, "size to be a whole number"),
        ({"test": 1}, "test from 0 to less than 1, got 1"),
        ({"validation": -0.1}, "validation from 0 to less than 1, got -0.1"),
        ({"validation": float("nan")}, "validation from 0 to less than 1, got nan"),
        ({"validation": 0.5, "test": 0.5}, "leave something to train on, got 0.5 and 0.5"),
        ({"seed": -1}, "seed to be a whole number ≥ 0"),
        ({"size": 300_000}, "20 pictures of 300000 × 300000 pixels take .* GB, more than there is"),
    ],
)
def test_settings_that_do_not_fit(pets, settings, sentence):
    refused(sentence, pets, **settings)


def test_a_folder_that_may_not_be_read(pets, monkeypatch):
    listing = type(pets).iterdir

    def denied(path):
        if path.name == "dog":
            raise PermissionError(13, "Permission denied", str(path))
        return listing(path)

    monkeypatch.setattr(type(pets), "iterdir", denied)
    refused("my pets.dog cannot be read .Permission denied", pets)
