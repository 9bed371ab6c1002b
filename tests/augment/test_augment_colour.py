import numpy as np
import pytest
import torch
from torchvision import tv_tensors

from course_utils.augment import ColourJitter, PCAColourNoise, pca_colour
from course_utils.errors import CourseError


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


@pytest.fixture
def colours():
    """Floats (40, 3, 6, 7) with the known covariance B Bᵀ: `(images, B Bᵀ)`."""
    B = torch.tensor([[0.2, 0.05, 0], [0.15, -0.05, 0.02], [0.1, 0.03, -0.03]], dtype=torch.float64)
    white = torch.randn(3, 40 * 6 * 7, generator=seeded(), dtype=torch.float64)
    white = white - white.mean(1, keepdim=True)
    white = torch.linalg.solve(torch.linalg.cholesky(white @ white.T / white.shape[1]), white)
    pixels = (B @ white + 0.5).view(3, 40, 6, 7)
    return pixels.transpose(0, 1), B @ B.T


def test_components_of_a_known_covariance(colours):
    images, covariance = colours
    values, vectors = pca_colour(images)
    assert values[0] > values[1] > values[2] > 0
    np.testing.assert_allclose(vectors @ values.diag() @ vectors.T, covariance, atol=1e-12)
    np.testing.assert_allclose(vectors.T @ vectors, np.eye(3), atol=1e-12)
    np.testing.assert_allclose(covariance @ vectors[:, 0], values[0] * vectors[:, 0], atol=1e-12)


def test_components_of_bytes_count_from_0_to_1():
    images = torch.randint(0, 256, (3000, 3, 2, 2), generator=seeded()).byte()
    pixels = images.numpy().transpose(1, 0, 2, 3).reshape(3, -1) / 255
    expected = np.linalg.eigvalsh(np.cov(pixels, bias=True))[::-1]
    for kind in (images, images.numpy(), images / 255):  # more than 1,024 images: in pieces
        np.testing.assert_allclose(pca_colour(kind)[0], expected, rtol=1e-5)


def test_signs_are_fixed(colours):
    images, _ = colours
    for changed in (images, 1 - images, images.flip(1)):
        vectors = pca_colour(changed)[1]
        assert (vectors.gather(0, vectors.abs().argmax(0, keepdim=True)) > 0).all()


def test_grey_images_have_one_component():
    grey = torch.rand(10, 1, 4, 4, generator=seeded()).expand(10, 3, 4, 4)
    values, vectors = pca_colour(grey)
    np.testing.assert_allclose(values[1:], 0, atol=1e-9)
    np.testing.assert_allclose(vectors[:, 0], 3**-0.5, atol=1e-6)


def test_noise_moves_along_the_components_with_the_asked_spread():
    vectors = torch.linalg.qr(torch.randn(3, 3, generator=seeded(), dtype=torch.float64))[0]
    values = torch.tensor([0.4, 0.1, 0.0], dtype=torch.float64)
    images = torch.rand(10_000, 3, 2, 1, generator=seeded(1), dtype=torch.float64)
    noisy = PCAColourNoise(values, vectors, std=0.5, generator=seeded(2))(images)
    moved = noisy - images
    np.testing.assert_allclose(moved[:, :, 0], moved[:, :, 1], atol=1e-12)  # one draw per image
    along = moved[:, :, 0, 0] @ vectors  # (N, 3): how far along each component
    np.testing.assert_allclose(along.std(0), 0.5 * values, rtol=0.03, atol=1e-12)
    np.testing.assert_allclose(along.mean(0), 0, atol=0.01)
    assert along[:, 2].abs().max() < 1e-12  # never along a component without spread
    assert abs(np.corrcoef(along[:, :2].T)[0, 1]) < 0.03


def test_noise_on_bytes_is_rounded_and_cut_off():
    noise = PCAColourNoise(torch.tensor([1.0, 0, 0]), torch.eye(3), std=0.4, generator=seeded())
    images = torch.full((200, 3, 2, 2), 128, dtype=torch.uint8)
    noisy = noise(images)
    assert noisy.dtype == torch.uint8
    assert (noisy[:, 1:] == 128).all()
    assert noisy[:, 0].min() == 0
    assert noisy[:, 0].max() == 255
    expected = noise.__class__(noise.eigenvalues, noise.eigenvectors, 0.4, seeded()).draw(200)[:, 0]
    inside = (expected * 255).abs() < 120
    drawn = 128 + 255 * expected[inside]
    np.testing.assert_allclose(noisy[inside, 0, 0, 0].double(), drawn, atol=0.501)


def test_noise_repeats_with_its_seed_and_leaves_targets(colours):
    images, _ = colours
    components = pca_colour(images)
    first, again, other = (
        PCAColourNoise(*components, generator=seeded(s))(images.float()) for s in (0, 0, 1)
    )
    assert first.dtype == torch.float32
    assert torch.equal(first, again)
    assert not torch.equal(first, other)
    targets = torch.arange(40)
    noisy, same = PCAColourNoise(*components, generator=seeded())(images.float(), targets)
    assert torch.equal(noisy, first)
    assert same is targets


def test_std_0_1_is_alexnets():
    assert PCAColourNoise(torch.ones(3), torch.eye(3)).std == 0.1


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (
            lambda: pca_colour(torch.zeros(2, 1, 4, 4)),
            r"colour images \(N, 3, H, W\), got \(2, 1, 4, 4\)",
        ),
        (lambda: pca_colour(torch.zeros(0, 3, 4, 4)), r"got \(0, 3, 4, 4\)"),
        (lambda: pca_colour(torch.zeros(3, 4, 4)), r"got \(3, 4, 4\): images\[None\]"),
        (lambda: PCAColourNoise(torch.eye(3), torch.ones(3)), r"got \(3, 3\) and \(3,\)"),
        (lambda: PCAColourNoise(torch.ones(3), torch.eye(3), std=-1), "std ≥ 0, got -1"),
        (
            lambda: PCAColourNoise(torch.ones(3), torch.eye(3))(torch.zeros(2, 1, 4, 4)),
            "colour images",
        ),
    ],
)
def test_wrong_arguments_are_refused(call, sentence):
    with pytest.raises(CourseError, match=sentence):
        call()


def test_jitter_draws_for_each_image_of_a_batch():
    torch.manual_seed(0)
    image = torch.randint(0, 256, (3, 5, 6), generator=seeded()).byte()
    batch = ColourJitter()(image.expand(4, 3, 5, 6))
    assert batch.dtype == torch.uint8
    assert batch.shape == (4, 3, 5, 6)
    assert len(batch.flatten(1).unique(dim=0)) == 4


def test_jitter_with_fixed_factors_by_hand():
    image = torch.full((3, 2, 2), 100, dtype=torch.uint8)
    brighter = ColourJitter(brightness=(1.5, 1.5), contrast=0, saturation=0, hue=0)
    assert (brighter(image) == 150).all()
    np.testing.assert_allclose(brighter(image / 255), 150 / 255, atol=1e-6)


def test_jitter_leaves_everything_but_the_image():
    torch.manual_seed(1)
    image = tv_tensors.Image(torch.randint(0, 256, (3, 8, 8), generator=seeded()).byte())
    mask, box = tv_tensors.Mask(torch.ones(1, 8, 8)), torch.rand(4)
    jittered, (same_mask, same_box) = ColourJitter()(image, (mask, box))
    assert not torch.equal(jittered, image)
    assert torch.equal(same_mask, mask)
    assert same_box is box


def test_jitter_refuses_normalised_images():
    with pytest.raises(CourseError, match=r"from 0 to 1, got -1.00 to 2.00: use it before"):
        ColourJitter()(torch.tensor([-1.0, 0, 2]).view(3, 1, 1).expand(3, 4, 4))
    with pytest.raises(CourseError, match=r"from 0 to 1, got 0.00 to 2.00"):
        ColourJitter()(torch.tensor([0.0, 1, 2]).view(1, 3, 1, 1))
    with pytest.raises(CourseError, match=r"1 or 3 channels.* got \(2, 4, 4\)"):
        ColourJitter()(torch.zeros(2, 4, 4))
    with pytest.raises(CourseError, match="ColourJitter expects an image"):
        ColourJitter()({"label": 3})


def test_jitter_of_a_batch_leaves_its_targets():
    targets = {"boxes": torch.rand(4, 4)}
    jittered, same = ColourJitter()(torch.rand(4, 3, 5, 6), targets)
    assert jittered.shape == (4, 3, 5, 6)
    assert same is targets
    assert ColourJitter()(torch.zeros(0, 3, 5, 6)).shape == (0, 3, 5, 6)
