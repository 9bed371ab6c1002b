import numpy as np
import pytest
import torch
from PIL import Image
from torchvision import tv_tensors
from torchvision.transforms import v2

from course_utils.datasets.detection import torchvision_set
from course_utils.errors import CourseError


def picture(path, height, width):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (width, height), (200, 30, 60)).save(path)


@pytest.fixture
def voc(data_home):
    """Two photographs in the form of Pascal VOC 2007."""
    root = data_home / "VOCdevkit" / "VOC2007"
    things = {
        "000001": [("dog", 1, 1, 4, 3), ("person", 5, 2, 20, 10)],
        "000002": [("cat", 2, 3, 2, 3)],
    }
    (root / "ImageSets" / "Main").mkdir(parents=True)
    (root / "ImageSets" / "Main" / "train.txt").write_text("".join(f"{k}\n" for k in things))
    (root / "Annotations").mkdir()
    for name, objects in things.items():
        picture(root / "JPEGImages" / f"{name}.jpg", 12, 20)
        boxes = "".join(
            f"<object><name>{word}</name><bndbox><xmin>{x1}</xmin><ymin>{y1}</ymin>"
            f"<xmax>{x2}</xmax><ymax>{y2}</ymax></bndbox></object>"
            for word, x1, y1, x2, y2 in objects
        )
        (root / "Annotations" / f"{name}.xml").write_text(f"<annotation>{boxes}</annotation>")
    return root


@pytest.fixture
def pets(data_home):
    """One cat in the form of the Oxford pets."""
    root = data_home / "oxford-iiit-pet"
    picture(root / "images" / "Abyssinian_7.jpg", 12, 20)
    trimap = np.full((12, 20), 2, np.uint8)
    trimap[3:9, 5:15] = 3
    trimap[4:8, 6:14] = 1
    (root / "annotations" / "trimaps").mkdir(parents=True)
    Image.fromarray(trimap).save(root / "annotations" / "trimaps" / "Abyssinian_7.png")
    for split in ("trainval", "test"):
        (root / "annotations" / f"{split}.txt").write_text("Abyssinian_7 1 1 1\n")
    return root


def test_pascal_voc_has_a_label_for_each_box_and_exclusive_ends(voc):
    data = torchvision_set("VOCDetection", year="2007", image_set="train")
    assert len(data) == 2
    image, targets = data[0]
    assert type(image) is tv_tensors.Image
    assert image.shape == (3, 12, 20)
    assert image.dtype == torch.uint8
    assert [data.class_names[k] for k in targets["label"]] == ["dog", "person"]
    assert targets["boxes"].tolist() == [[0, 0, 4, 3], [4, 1, 20, 10]]
    assert targets["boxes"].canvas_size == (12, 20)
    assert data[1][1]["boxes"].tolist() == [[1, 2, 2, 3]]  # one pixel


def test_pets_have_the_box_around_their_mask(pets):
    data = torchvision_set("OxfordIIITPet", split="test")
    image, targets = data[0]
    assert image.shape == (3, 12, 20)
    assert data.class_names[targets["label"]] == "Abyssinian"
    assert targets["boxes"].tolist() == [[5, 3, 15, 9]]
    assert targets["mask"].sum() == 60
    assert targets["mask"].shape == (1, 12, 20)


@pytest.mark.parametrize("name", ["VOCDetection", "OxfordIIITPet"])
def test_boxes_move_with_the_image(name, voc, pets):
    options = {"year": "2007"} if name == "VOCDetection" else {}
    plain = torchvision_set(name, **options)[0][1]["boxes"]
    flipped = torchvision_set(name, v2.RandomHorizontalFlip(1.0), **options)[0][1]["boxes"]
    assert flipped[0].tolist() == [20 - plain[0, 2], plain[0, 1], 20 - plain[0, 0], plain[0, 3]]


@pytest.mark.parametrize(
    ("name", "where"),
    [("VOCDetection", "VOCdevkit/VOC<year>"), ("OxfordIIITPet", "oxford-iiit-pet")],
)
def test_absent_photographs_are_one_sentence(name, where, data_home):
    with pytest.raises(CourseError) as caught:
        torchvision_set(name)
    message = str(caught.value)
    assert "There is no complete copy of" in message
    assert where in message
    assert str(data_home) in message
    assert "or work with cluttered_digits()" in message
    assert "\n" not in message


def test_names_and_options_that_do_not_exist(voc):
    with pytest.raises(CourseError, match=r"expects VOCDetection or OxfordIIITPet, got 'COCO'"):
        torchvision_set("COCO")
    with pytest.raises(CourseError, match=r"VOCDetection cannot be had like this: .*1999"):
        torchvision_set("VOCDetection", year="1999")
    with pytest.raises(CourseError, match="no complete copy"):
        torchvision_set("VOCDetection", year="2007", image_set="test")  # its list is missing
