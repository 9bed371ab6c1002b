"""The lecture's augmentation for one image (torchvision's transforms v2) and for a batch."""

from collections.abc import Sequence

import PIL.Image
import torch
from torchvision import tv_tensors
from torchvision.transforms import v2
from torchvision.transforms.v2 import functional as V

from course_utils.augment import moving
from course_utils.augment.affine import AffineParameters, Setting, check_settings, matrix, sample
from course_utils.augment.moving import Fill, require_images
from course_utils.errors import CourseError

KeyPoints = getattr(tv_tensors, "KeyPoints", ())  # torchvision has them from 0.23


class LectureAugment(v2.Transform):
    """The lecture's six transforms as one affine map, for one image and all that belongs to it.

    Called with an image (C, H, W), uint8 or floats, or with any nest of tuples and dicts that has
    one (`SceneDataset` gives such): `tv_tensors` Image, BoundingBoxes, Mask and KeyPoints move
    together, everything else stays. Images that come as one batch move alike; `BatchAugment` draws
    for each of them.

    generator  draws come from it; from torch's global generator if not given, which is what a
               DataLoader with several workers needs (a generator is copied to each of them)
    fill       as in `augment_batch`; masks are filled with 0
    clamp      cut boxes off at the image's edges
    settings   angle, shift, scale, flip, shear, stretch as in `sample`: the lecture's if not given,
               a number for always the same, a pair for other bounds, None for off

    A moved box is the smallest upright one around the four moved corners. Key points keep their
    order: where left and right hand are to change names in a flip, take `BatchAugment`. Raises
    CourseError for settings or data that do not fit.
    """

    _transformed_types = (V.is_pure_tensor, tv_tensors.TVTensor, PIL.Image.Image)

    def __init__(self, generator: torch.Generator | None = None, *, fill: Fill = 0.0,
                 clamp: bool = False, **settings: Setting):  # fmt: skip
        super().__init__()
        check_settings(**settings)
        self.generator, self.fill, self.clamp, self.settings = generator, fill, clamp, settings

    def check_inputs(self, flat_inputs: list) -> None:
        if any(isinstance(part, PIL.Image.Image) for part in flat_inputs):
            raise CourseError("LectureAugment expects tensors: put v2.ToImage() before it.")

    def make_params(self, flat_inputs: list) -> dict:
        """One draw for all that is in the sample."""
        try:
            size = v2.query_size(flat_inputs)
        except (TypeError, ValueError) as error:
            raise CourseError(
                f"LectureAugment expects an image tensor (C, H, W) and what belongs to it: {error}"
            ) from None
        return {"matrices": matrix(sample(1, self.generator, **self.settings), size), "size": size}

    def transform(self, inpt, params: dict):
        """One part of the sample, moved; of the same type and dtype."""
        moved = self._move(inpt, params["matrices"], params["size"])
        return tv_tensors.wrap(moved, like=inpt) if isinstance(inpt, tv_tensors.TVTensor) else moved

    def _move(self, inpt, matrices: torch.Tensor, size: tuple[int, int]) -> torch.Tensor:
        plain = inpt.as_subclass(torch.Tensor)
        if isinstance(inpt, KeyPoints):
            return moving.move_points(plain[None], matrices)[0]
        if isinstance(inpt, tv_tensors.BoundingBoxes):
            clamp = size if self.clamp else None
            moved = moving.move_boxes(moving.as_xyxy(inpt)[None], matrices, clamp=clamp)[0]
            return moving.as_before(moved, inpt)
        planes = plain.flatten(0, -3) if plain.ndim > 3 else plain.view(-1, *plain.shape[-2:])
        if isinstance(inpt, tv_tensors.Mask):
            return moving.move_masks(planes[None], matrices).view(plain.shape)
        batch = plain[None] if plain.ndim == 3 else plain
        require_images("LectureAugment", batch)
        matrices = matrices.expand(len(batch), 2, 3)
        return moving.move_images(batch, matrices, fill=self.fill).view(plain.shape)


class BatchAugment:
    """The lecture's six transforms for a batch, one draw per image, on the batch's device.

    `BatchAugment(generator)(images)` moves images (N, C, H, W) and returns them; called with
    (images, targets), it moves the targets, too, and returns both: boxes, points and masks of a
    dict as in `move_targets`. So it fits `fit(…, transform=BatchAugment())`, where the images have
    been normalised: 0 is then the mean colour, and what was black is −mean / std.

    pairs      numbers of the points that change names where an image is flipped, as left and right
               hand do: `datasets.PAIRS` for stick figures, as `stick_figures().pairs`

    The other arguments as for `LectureAugment`. What was drawn last is in `.parameters`.
    """

    def __init__(self, generator: torch.Generator | None = None, *, fill: Fill = 0.0,
                 clamp: bool = False, pairs: Sequence[tuple[int, int]] = (),
                 **settings: Setting):  # fmt: skip
        check_settings(**settings)
        self.generator, self.fill, self.clamp, self.settings = generator, fill, clamp, settings
        self.pairs = pairs
        self.parameters: AffineParameters | None = None

    def __call__(self, images: torch.Tensor, *targets):
        """images (N, C, H, W) -> the same shape and dtype; with targets, (images, targets)."""
        require_images("BatchAugment", images)
        self.parameters, size = self.draw(len(images)), tuple(images.shape[-2:])
        matrices = matrix(self.parameters, size)
        moved = self._move(images, matrices)
        if not targets:
            return moved
        options = {"clamp": self.clamp, "pairs": self.pairs}
        return moved, *(moving.move_targets(t, matrices, size, **options) for t in targets)

    def draw(self, n: int) -> AffineParameters:
        """The parameters of the next n images."""
        return sample(n, self.generator, **self.settings)

    def _move(self, images: torch.Tensor, matrices: torch.Tensor) -> torch.Tensor:
        return moving.move_images(images, matrices, fill=self.fill)
