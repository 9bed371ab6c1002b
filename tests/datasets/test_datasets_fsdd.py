"""Spoken digits: found, fetched, read and shared out. The recordings are made for the tests."""

import io
import tarfile
import urllib.request
import wave
from urllib.error import URLError

import numpy as np
import pytest

from course_utils.datasets import download, fsdd, full, recordings
from course_utils.datasets.registry import entry
from course_utils.errors import CourseError


def wav(samples, rate=8000):
    """The bytes of a mono WAV file of 16 bits."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(np.asarray(samples, "<i2").tobytes())
    return buffer.getvalue()


def content(name):
    """A short recording that says which one it is: digit, speaker, time."""
    digit, speaker, time = name.removesuffix(".wav").split("_")
    return wav([int(digit), recordings.SPEAKERS.index(speaker), int(time), 7])


@pytest.fixture
def place(data_home):
    """Puts all 3,000 recordings into the data folder, as the archive unpacks."""

    def put():
        folder = data_home / "fsdd" / "recordings"
        folder.mkdir(parents=True)
        for name in recordings.NAMES:
            (folder / name).write_bytes(content(name))
        return folder

    return put


@pytest.fixture
def archive():
    """The bytes of an archive as GitHub serves it, with other files beside the recordings."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz", compresslevel=1) as tar:
        for name in (*recordings.NAMES, "../../escaped.wav", "README.md"):
            blob = content(name) if name in recordings.NAMES else b"other"
            member = tarfile.TarInfo(f"free-spoken-digit-dataset-1.0.10/recordings/{name}")
            member.size = len(blob)
            tar.addfile(member, io.BytesIO(blob))
    return buffer.getvalue()


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    def fail(*args, **kwargs):
        raise URLError("no network in tests")

    monkeypatch.setattr(urllib.request, "urlopen", fail)


def test_an_unpacked_copy_is_read_as_it_is(place, data_home):
    place()
    assert full.where(full.FULL_SETS["fsdd"]) == data_home / "fsdd"
    assert entry("fsdd").present
    digits = fsdd()
    assert [len(part) for part in (digits.train, digits.validation, digits.test)] == [
        2400,
        300,
        300,
    ]
    for part, times in ((digits.train, range(10, 50)), (digits.validation, range(5, 10)),
                        (digits.test, range(5))):  # fmt: skip
        assert np.array_equal(part.sounds[:, 0], part.labels)
        assert np.array_equal(part.sounds[:, 1], part.speakers)
        assert set(part.sounds[:, 2].tolist()) == set(times)
        assert (part.lengths == 4).all()
        assert not part.sounds[:, 4:].any()
        assert part.labels[:12].tolist() == [*range(10), 0, 1]
    assert repr(digits.test) == "Recordings(300 recordings of 8000 samples)"


def test_a_recording_longer_than_a_second_is_cut(place):
    folder = place()
    (folder / "0_george_0.wav").write_bytes(wav(np.arange(9000)))
    first = fsdd().test
    assert first.lengths[0] == 8000
    assert np.array_equal(first.sounds[0], np.arange(8000))


def test_it_is_absent_at_first_and_one_sentence_says_what_to_do(data_home):
    with pytest.raises(CourseError) as caught:
        fsdd()
    message = str(caught.value)
    assert "is not in" in message
    assert "`course data get fsdd` (16 MB), or use vowels()" in message
    assert "\n" not in message
    with pytest.raises(CourseError, match=r"could not be downloaded .* fetch fsdd\.tar\.gz on"):
        download("fsdd")
    assert list(data_home.iterdir()) == []


@pytest.mark.parametrize("damage", [None, b"", b"RIFF", wav([1, 2, 3])[:-2]])
def test_a_missing_or_short_recording_does_not_count(place, damage):
    path = place() / "3_theo_7.wav"
    path.unlink()
    if damage is not None:
        path.write_bytes(damage)
    assert not entry("fsdd").present
    assert entry("fsdd").incomplete
    with pytest.raises(CourseError, match="Digit Dataset is not complete in"):
        fsdd()


@pytest.mark.parametrize("damage", [
    wav([1, 2], rate=16000),
    b"RIFF\x04\x00\x00\x00WAVE" + b"nonsense",
])  # fmt: skip
def test_another_kind_of_file_is_called_damaged(place, damage):
    (place() / "3_theo_7.wav").write_bytes(damage)
    with pytest.raises(CourseError, match="are damaged: delete that folder and run `course data"):
        fsdd()


def test_an_archive_put_there_by_hand_is_unpacked(data_home, archive):
    (data_home / "fsdd.tar.gz").write_bytes(archive)
    assert download("fsdd") == data_home / "fsdd"
    assert len(fsdd().train) == 2400
    assert sorted(p.name for p in (data_home / "fsdd" / "recordings").iterdir()) == sorted(
        recordings.NAMES
    )
    assert not list(data_home.parent.rglob("escaped.wav"))
    assert not [path for path in data_home.iterdir() if path.name.startswith(".")]


def test_a_download_is_unpacked(data_home, archive, monkeypatch):
    asked = []

    def serve(url):
        asked.append(url)
        return io.BytesIO(archive)

    monkeypatch.setattr(urllib.request, "urlopen", serve)
    download("fsdd")
    download("fsdd")  # it is there: no second question
    assert asked == [recordings.URL]
    assert sorted(path.name for path in data_home.iterdir()) == ["fsdd"]


@pytest.mark.parametrize("cut", [0, 1000, -1000])
def test_an_archive_that_is_cut_short_leaves_nothing(data_home, archive, monkeypatch, cut):
    monkeypatch.setattr(urllib.request, "urlopen", lambda url: io.BytesIO(archive[:cut]))
    with pytest.raises(CourseError, match="could not be downloaded"):
        download("fsdd")
    assert list(data_home.iterdir()) == []


@pytest.mark.full_data
def test_the_published_recordings():
    if full.where(full.FULL_SETS["fsdd"]) is None:
        pytest.skip("fsdd is not in the data folder")
    digits = fsdd()
    lengths = np.concatenate([p.lengths for p in (digits.train, digits.validation, digits.test)])
    assert lengths.min() == 1148
    assert (lengths == 8000).sum() >= 20
    assert np.abs(digits.test.sounds.astype(int)).max() > 10_000
