"""Spoken digits as WAV files in a folder: whether they are all there, fetching and reading them.

The Free Spoken Digit Dataset: six speakers say each digit fifty times. A file is named
`recordings/7_jackson_32.wav`: what is said, by whom, and for the how manyth time.
"""

import re
import shutil
import struct
import tarfile
import urllib.request
import wave
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from course_utils.datasets.scenes import check_fields

URL = "https://github.com/Jakobovski/free-spoken-digit-dataset/archive/v1.0.10.tar.gz"
ARCHIVE = "fsdd.tar.gz"
FOLDER = "recordings"
SPEAKERS = ("george", "jackson", "lucas", "nicolas", "theo", "yweweler")
TIMES = 50
RATE = 8000  # samples in a second
LONGEST = 8000  # samples that are kept: 20 of the 3,000 recordings are longer than a second
NAMES = tuple(f"{d}_{s}_{k}.wav" for d in range(10) for s in SPEAKERS for k in range(TIMES))
_MEMBER = re.compile(rf"(?:^|/){FOLDER}/(\d_[a-z]+_\d+\.wav)$")


@dataclass(frozen=True, eq=False, repr=False)
class Recordings:
    """Spoken digits. All arrays are read-only.

    sounds   int16 (N, 8000), 8,000 samples in a second, zeros after the end
    lengths  int64 (N,), samples before that
    labels   int64 (N,), the digits
    speakers int64 (N,), indices into SPEAKERS

    Raises CourseError when dtypes or shapes are others, or do not fit together.
    """

    sounds: np.ndarray
    lengths: np.ndarray
    labels: np.ndarray
    speakers: np.ndarray

    def __post_init__(self):
        check_fields(
            self,
            sounds=(np.int16, "N S"),
            lengths=(np.int64, "N"),
            labels=(np.int64, "N"),
            speakers=(np.int64, "N"),
        )

    def __len__(self) -> int:
        return len(self.labels)

    def __repr__(self) -> str:
        return f"Recordings({len(self)} recordings of {self.sounds.shape[1]} samples)"


@dataclass(frozen=True)
class SpokenDigits:
    """Recordings in three parts, the digits, and who says them."""

    name: str
    train: Recordings
    validation: Recordings
    test: Recordings
    class_names: tuple[str, ...] = tuple("0123456789")
    speaker_names: tuple[str, ...] = SPEAKERS
    rate: int = RATE


def complete(folder: Path) -> bool:
    """Whether all 3,000 files are in `folder`/recordings, and none of them is cut short.

    Raises OSError where one is missing.
    """
    return all(_is_whole(folder / FOLDER / name) for name in NAMES)


def _is_whole(path: Path) -> bool:
    """A WAV file says in its header how long it is: RIFF, and the bytes that follow."""
    with open(path, "rb") as file:
        head = file.read(12)
    if len(head) < 12 or head[:4] != b"RIFF" or head[8:] != b"WAVE":
        return False
    return path.stat().st_size >= 8 + struct.unpack("<I", head[4:8])[0]


def fetch(root: Path, train: bool, download: bool) -> None:
    """Download the archive into `root`, or take one that is there, and unpack the recordings.

    Called as torchvision's classes are. Raises OSError, or tarfile.TarError for a damaged archive.
    """
    archive = Path(root) / ARCHIVE
    if not archive.exists():
        with urllib.request.urlopen(URL) as answer, open(archive, "wb") as file:
            shutil.copyfileobj(answer, file)
    target = Path(root) / "fsdd" / FOLDER
    target.mkdir(parents=True, exist_ok=True)
    with tarfile.TarFile.gzopen(archive) as tar:
        for member in tar:
            found = _MEMBER.search(member.name)
            if found and member.isfile():  # by the last part of its name: none can lead elsewhere
                with tar.extractfile(member) as source, open(target / found[1], "wb") as file:
                    shutil.copyfileobj(source, file)


def read(folder: Path) -> dict[str, np.ndarray]:
    """All recordings: the fields of `Recordings`, and `times` (N,), the how manyth it is.

    Raises ValueError, EOFError or wave.Error for a file that is no 16-bit WAV of 8,000 Hz.
    """
    sounds = np.zeros((len(NAMES), LONGEST), dtype=np.int16)
    lengths = np.zeros(len(NAMES), dtype=np.int64)
    for n, name in enumerate(NAMES):
        samples = _samples(folder / FOLDER / name)[:LONGEST]
        sounds[n, : len(samples)], lengths[n] = samples, len(samples)
    number = np.arange(len(NAMES))
    return {
        "sounds": sounds, "lengths": lengths, "labels": number // (len(SPEAKERS) * TIMES),
        "speakers": number // TIMES % len(SPEAKERS), "times": number % TIMES,
    }  # fmt: skip


def _samples(path: Path) -> np.ndarray:
    with wave.open(str(path), "rb") as file:
        kind = file.getnchannels(), file.getsampwidth(), file.getframerate()
        if kind != (1, 2, RATE):
            raise ValueError(f"{path.name} has {kind} for channels, bytes and rate")
        return np.frombuffer(file.readframes(file.getnframes()), dtype="<i2")


def shared_out(arrays: dict[str, np.ndarray]) -> SpokenDigits:
    """The published split: times 0 to 4 of each digit and speaker are the test. 5 to 9 are for
    validation. Digits and speakers take turns.
    """
    times = arrays.pop("times")
    order = np.lexsort((arrays["labels"], arrays["speakers"], times))
    parts = []
    for low, high in ((10, TIMES), (5, 10), (0, 5)):
        chosen = order[(times[order] >= low) & (times[order] < high)]
        parts.append(Recordings(**{name: array[chosen] for name, array in arrays.items()}))
    return SpokenDigits("fsdd", *parts)
