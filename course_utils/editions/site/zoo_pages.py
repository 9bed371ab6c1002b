"""A page for each family of the zoo: every network with its source, its table and its drawing."""

from pathlib import Path

from course_utils import zoo
from course_utils.anatomy import overview
from course_utils.anatomy.draw import draw

TITLES = {
    "lenet": "LeNet", "alexnet": "AlexNet", "zfnet": "ZFNet", "vgg": "VGG",
    "googlenet": "GoogLeNet", "inception_v3": "Inception-v3",
    "inception": "Inception-v4 and Inception-ResNet", "resnet": "ResNet and plain networks",
    "preact": "Pre-activation ResNet", "wide_resnet": "Wide ResNet", "resnext": "ResNeXt",
    "rir": "ResNet in ResNet", "fractalnet": "FractalNet", "densenet": "DenseNet",
    "xception": "Xception", "mobilenet": "MobileNet", "fcn": "Fully convolutional networks",
    "unet": "U-Net", "vit": "Vision transformer", "convnext": "ConvNeXt",
    "airbench": "Airbench",
}  # fmt: skip


def write(folder: Path) -> list[str]:
    """Write zoo/FAMILY.md for every family -> their names, in the zoo's order."""
    families = list(dict.fromkeys(zoo.entry(name).family for name in zoo.names()))
    (folder / "zoo").mkdir(parents=True, exist_ok=True)
    for family in families:
        members = [name for name in zoo.names() if zoo.entry(name).family == family]
        text = "\n\n".join([f"# {TITLES[family]}", *(_network(name, folder) for name in members)])
        (folder / "zoo" / f"{family}.md").write_text(text + "\n", encoding="utf-8")
    return families


def _network(name: str, folder: Path) -> str:
    """Source and counts, the drawing, and the table of its blocks, folded."""
    import torch

    entry = zoo.entry(name)
    table = overview.table_of(name, depth=1)
    with torch.device("meta"):
        drawing = draw(entry.build(), (entry.channels, entry.size, entry.size))
    picture = folder / "_drawings" / f"{name}.svg"
    picture.parent.mkdir(exist_ok=True)
    drawing.save(picture)
    printed = f"The source prints {entry.published} parameters" if entry.published else ""
    image = "\u00a0×\u00a0".join(map(str, (entry.channels, entry.size, entry.size)))
    said = "; ".join(filter(None, (printed, entry.note)))
    said = said[:1].upper() + said[1:]
    return "\n\n".join((
        f"## {name}",
        f"{entry.source}. {entry.parameters:,} parameters, "
        f"{overview.in_words(table.multiply_adds)} multiply–adds for one image of "
        f"{image}." + (f" {said}." if said else ""),
        f'<div class="frame" tabindex="0" role="group" aria-label="Layers of {name}">'
        f"{table._repr_html_()}</div>",
        f'<details><summary>Drawing</summary><img loading="lazy" class="drawing" '
        f'alt="{drawing.words}" src="../drawings/{name}.svg"></details>',
    ))  # fmt: skip
