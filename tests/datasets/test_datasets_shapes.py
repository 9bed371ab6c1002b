import numpy as np
import pytest

from course_utils.datasets import flatten, shapes, texture_shapes
from course_utils.errors import CourseError


@pytest.fixture(scope="module")
def standard(tmp_path_factory):
    """The standard set, drawn once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COURSE_DATA", str(tmp_path_factory.mktemp("shapes")))
        return shapes()


def scaled(images):
    return images.astype(np.float32) / 127.5 - 1


def test_ten_classes_in_turn(standard):
    assert repr(standard) == (
        "DataSet(shapes: 4000 train, 500 validation, 1000 test, images (3, 32, 32), 10 classes)"
    )
    assert len(set(standard.class_names)) == 10
    assert standard.class_names[:3] == ("striped disc", "checked disc", "striped ring")
    assert standard.test.labels.tolist() == list(range(10)) * 100


def test_a_linear_model_trained_to_the_end_stays_far_below_one_half(standard):
    from sklearn.linear_model import LogisticRegression

    x, y = scaled(flatten(standard.train.images)), standard.train.labels
    test = scaled(flatten(standard.test.images))
    for strength in (1e-4, 1e-3):  # warns, and so fails, when it has not converged
        model = LogisticRegression(C=strength, max_iter=500, tol=1e-3).fit(x, y)
        assert model.score(test, standard.test.labels) < 0.35


def small_network(torch):
    def block(into, out):
        convolution = torch.nn.Conv2d(into, out, 3, padding=1, bias=False)
        return [convolution, torch.nn.MaxPool2d(2), torch.nn.BatchNorm2d(out), torch.nn.ReLU()]

    layers = *block(3, 16), *block(16, 32), *block(32, 64), torch.nn.Flatten()
    return torch.nn.Sequential(*layers, torch.nn.Linear(1024, 10))


def test_a_small_convolutional_network_passes_90_percent_in_seconds(standard):
    torch = pytest.importorskip("torch")
    torch.manual_seed(0)
    model, steps = small_network(torch), 4 * 80
    optimizer = torch.optim.SGD(model.parameters(), momentum=0.9, weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 0.05, total_steps=steps)
    images = torch.tensor(scaled(standard.train.images))
    labels = torch.tensor(standard.train.labels)
    for _ in range(4):
        for some in torch.randperm(4000).split(50):
            optimizer.zero_grad()
            torch.nn.functional.cross_entropy(model(images[some]), labels[some]).backward()
            optimizer.step()
            schedule.step()
    model.eval()
    with torch.no_grad():
        guesses = model(torch.tensor(scaled(standard.test.images))).argmax(dim=1)
    assert (guesses.numpy() == standard.test.labels).mean() > 0.9  # 0.97


def figure(outline, texture="striped", radius=14.0, period=6.0, angle=0):
    """int64 (3, 32, 32): quarters of ground and of the two colours, in the middle of the canvas."""
    label = texture_shapes.CLASSES.index(f"{texture} {outline}")
    arrays = (np.array([value]) for value in (label, radius, period, angle))
    return texture_shapes._layers(*arrays, np.array([[16.0, 16.0]]))[0]


AREAS = {  # of the outline in a circle of radius 1
    "disc": 0.81 * np.pi,
    "ring": 0.7 * np.pi,
    "square": 1.5**2,
    "triangle": 1.5**2 / 1.75,
    "cross": 2 * 1.9 * 0.6 - 0.6**2,
}


@pytest.mark.parametrize("outline", AREAS)
@pytest.mark.parametrize("angle", [0, 300, 2000])
def test_outlines_have_the_area_of_their_figure(outline, angle):
    layers = figure(outline, angle=angle)
    assert (layers.sum(axis=0) == 4).all()  # four quarters in each pixel
    ink = layers[1:].sum() / 4
    assert ink == pytest.approx(AREAS[outline] * 14**2, rel=0.03)
    assert layers[2].sum() / 4 == pytest.approx(ink / 2, rel=0.15)


def test_the_textures_are_stripes_and_checks():
    striped, checked = (
        figure("square", texture)[2, 8:24, 8:24] for texture in ("striped", "checked")
    )
    assert (striped == striped[:, :1]).all()  # lines across
    assert len(np.unique(striped[:, 0])) == 2
    np.testing.assert_array_equal(checked, checked.T)
    np.testing.assert_array_equal(checked[:, 3:6], 4 - checked[:, :3])  # half a period further


def test_a_quarter_turn_makes_lines_upright():
    upright = figure("square", angle=900)[2, 8:24, 8:24]
    assert (upright == upright[:1]).all()
    assert len(np.unique(upright)) == 2


def test_channels_are_light_on_dark_and_dark_on_light_equally_often(standard):
    images = standard.train.images.astype(int)
    corners = images[:, :, [0, 0, -1, -1], [0, -1, 0, -1]]  # ground in nearly all pictures
    light = np.median(corners, axis=2) > 127
    assert 0.45 < light.mean() < 0.55
    pairs = np.corrcoef(light.T)
    assert np.abs(pairs[np.triu_indices(3, 1)]).max() < 0.1  # any colour


def test_the_mean_picture_of_a_class_shows_nothing(standard):
    means = [standard.train.images[standard.train.labels == k].mean(axis=0) for k in range(10)]
    assert np.std(means) < 12  # the pictures themselves: 70
    assert standard.train.images.std() > 60


def test_the_same_bytes_on_every_computer(data_home, digest):
    assert digest(shapes(count=(40, 10, 10))) == "5e0ec4383001f23f689d96f23671e9de"


def test_seeds_and_parts_differ_and_counts_are_checked(data_home):
    count = (10, 10, 10)
    first = shapes(count)
    assert (first.train.images != first.test.images).any(axis=(1, 2, 3)).all()
    assert (first.train.images != shapes(count, seed=1).train.images).any(axis=(1, 2, 3)).all()
    with pytest.raises(CourseError, match="shapes expects a count of at least 1"):
        shapes((0, 1, 1))
