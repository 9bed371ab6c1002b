"""Colours: AlexNet's noise along the principal components, and torchvision's jitter."""

import numpy as np
import torch
from torchvision.transforms import v2

from course_utils.augment.affine import device_of
from course_utils.augment.moving import require_images
from course_utils.augment.policies import PerImage, place_of_image
from course_utils.errors import CourseError, as_course_error
from course_utils.shapes import number


class ColourJitter(PerImage, v2.ColorJitter):
    """Brightness, contrast, saturation and hue, changed at random in random order (torchvision).

    A number b for brightness stands for factors from max(0, 1 − b) to 1 + b, and so for contrast
    and saturation; hue ≤ 0.5 is a part of the colour circle. Only the image changes. Called with a
    sample, or with a batch (N, C, H, W) where each image has its own draw, from torch's global
    generator. The images are bytes or floats from 0 to 1: so before normalisation.

    Raises CourseError for normalised images, which it would cut off at 0 and 1.
    """

    def __init__(self, brightness=0.4, contrast=0.4, saturation=0.4, hue=0.1):
        with as_course_error():
            try:
                super().__init__(brightness, contrast, saturation, hue)
            except (TypeError, ValueError) as error:  # torchvision's, with the name and the range
                raise ValueError(f"ColourJitter expects other settings: {error}") from None

    def check_inputs(self, flat_inputs: list) -> None:
        """What torchvision asks a transform before it starts."""
        self.check_image(flat_inputs[place_of_image(flat_inputs, "ColourJitter")])

    def check_image(self, image: torch.Tensor) -> None:
        """Channels, and floats between 0 and 1."""
        super().check_image(image)
        if image.is_floating_point() and image.numel() and not 0 <= image.min() <= image.max() <= 1:
            raise CourseError(
                "ColourJitter expects bytes or floats from 0 to 1, got "
                f"{image.min():.2f} to {image.max():.2f}: use it before normalising."
            )


def pca_colour(images) -> tuple[torch.Tensor, torch.Tensor]:
    """The principal components of the colours of all pixels (AlexNet, section 4.1).

    images (N, 3, H, W), a tensor or an array; bytes count from 0 to 1 -> eigenvalues float64 (3,)
    of the 3 × 3 covariance matrix of red, green and blue, the largest first, and eigenvectors
    float64 (3, 3), one per column, each with its largest number positive.

    Raises CourseError when there are not three channels, or no pixels.
    """
    images = torch.tensor(images) if isinstance(images, np.ndarray) else images
    _require_rgb("pca_colour", images)
    white = 255 if images.dtype == torch.uint8 else 1
    mean = sum(x.double().sum((0, 2, 3)) for x in images.split(1024)) / (images.numel() // 3)
    scatter = sum(_scatter(x.double() - mean[:, None, None]) for x in images.split(1024))
    covariance = scatter / (images.numel() // 3) / white**2
    eigenvalues, eigenvectors = torch.linalg.eigh(covariance.cpu())  # the smallest first
    eigenvalues, eigenvectors = eigenvalues.flip(0).clamp(min=0), eigenvectors.flip(1)
    largest = eigenvectors.gather(0, eigenvectors.abs().argmax(dim=0, keepdim=True))  # (1, 3)
    return eigenvalues, eigenvectors * largest.sign()


def _scatter(x: torch.Tensor) -> torch.Tensor:
    """(n, 3, H, W) -> (3, 3): the sum of the products of two channels."""
    pixels = x.transpose(0, 1).reshape(3, -1)
    return pixels @ pixels.T


def _require_rgb(what: str, images) -> None:
    require_images(what, images)
    if images.shape[1] != 3 or images.numel() == 0:
        raise CourseError(f"{what} expects colour images (N, 3, H, W), got {tuple(images.shape)}.")


def _as_numbers(array) -> torch.Tensor:
    """float64, or nothing where there are no numbers."""
    try:
        return torch.as_tensor(array).double()
    except (TypeError, ValueError, RuntimeError):
        return torch.empty(0)


class PCAColourNoise:
    """AlexNet's colour noise (section 4.1): light that grows brighter, dimmer or changes its tint.

    To all pixels of an image is added Σᵢ αᵢ λᵢ pᵢ, with eigenvalues λ and eigenvectors p of the
    colours, and αᵢ normal with standard deviation `std`, drawn once per image and component.

        noise = PCAColourNoise(*pca_colour(train.images), std=0.1)

    Called with images (N, 3, H, W), or with (images, targets) of which the targets stay. Bytes are
    rounded and cut off at 0 and 255. Floats are added to as they are: they must be on the scale
    that the eigenvalues were measured on, 0 to 1 for bytes, and may leave it. For images that
    training has normalised, measure `pca_colour` on normalised images.

    The paper does not name the scale of its pixels, and λ grows with its square: on 0 to 1 a `std`
    of 0.1 is faint. Raises CourseError when shapes do not fit, or std < 0.
    """

    def __init__(self, eigenvalues: torch.Tensor, eigenvectors: torch.Tensor, std: float = 0.1,
                 generator: torch.Generator | None = None):  # fmt: skip
        values, vectors = (_as_numbers(a) for a in (eigenvalues, eigenvectors))
        if values.shape != (3,) or vectors.shape != (3, 3):
            raise CourseError(
                "PCAColourNoise expects eigenvalues (3,) and eigenvectors (3, 3), got "
                f"{tuple(values.shape)} and {tuple(vectors.shape)}: PCAColourNoise(*pca_colour(…))."
            )
        with as_course_error():
            number("PCAColourNoise", "std", std)
        device_of(generator)
        self.eigenvalues, self.eigenvectors, self.std = values, vectors, std
        self.generator = generator

    def draw(self, n: int) -> torch.Tensor:
        """What is added to the red, green and blue of n images: float64 (n, 3)."""
        draws = {"generator": self.generator, "device": device_of(self.generator)}
        normal = torch.randn(n, 3, dtype=torch.float64, **draws)
        return (self.std * normal.cpu() * self.eigenvalues) @ self.eigenvectors.T

    def __call__(self, images: torch.Tensor, *targets):
        """images (N, 3, H, W) -> the same shape and dtype; with targets, (images, targets)."""
        _require_rgb("PCAColourNoise", images)
        white = 255 if images.dtype == torch.uint8 else 1
        working = torch.float32 if images.dtype == torch.uint8 else images.dtype
        noise = (white * self.draw(len(images))).to(images.device, working)
        noisy = images.to(working) + noise[:, :, None, None]
        if images.dtype == torch.uint8:
            noisy = noisy.round_().clamp_(0, 255)
        noisy = noisy.to(images.dtype)
        return (noisy, *targets) if targets else noisy
