"""Claims about segmentation (notebook 21): what the papers on U-Net and FCN print."""

# A claim reads best in two or three lines.
# fmt: off

from course_utils.audit.claim import claim, found
from course_utils.audit.networks import model, table

_MEMORY = "(Quoted from memory.)"


@claim("unet-layers", "In total the network has {23} convolutional layers", notebook="21",
       lecture="papers", where="Ronneberger et al. 2015, section 2")
def _():
    from torch import nn

    layers = [m for m in model("unet").modules() if isinstance(m, nn.Conv2d | nn.ConvTranspose2d)]
    return found(len(layers), why="The four transposed ones count.")


@claim("unet-sizes", "input image tile {572} x 572 … output segmentation map {388} x 388",
       notebook="21", lecture="papers", where="Ronneberger et al. 2015, figure 1")
def _():
    rows = table("unet")
    return found(rows.input_size[1], rows[-1].shape[1],
                 why=f"Eighteen convolutions without padding: each cuts off a rim, and one at "
                     f"the bottom sixteen times as much as one at the top. {_MEMORY}")


@claim("fcn-parameters", "parameters … {134M}", notebook="21", lecture="papers",
       where="Long et al. 2015, table 1")
def _():
    scores = table("fcn").parameters - table("fcn_32s").parameters
    return found(table("fcn_32s").parameters,
                 why=f"FCN-VGG16 with 21 classes, as FCN-32s. The skips of FCN-8s add {scores:,}.")
