"""Vowels from measured formants: what is said by whom, and whether it sounds like it."""

import numpy as np
import pytest

from course_utils.datasets import FORMANTS, GROUPS, PITCH, VOWELS, Sounds, speak, vowels
from course_utils.datasets.vowels import LENGTH, LEVELS, RATE, SPOKEN, spoken
from course_utils.errors import CourseError


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A small set, made once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COURSE_DATA", str(tmp_path_factory.mktemp("vowels")))
        return vowels(count=(90, 30, 60), seed=3)


def peaks(sound):
    """Frequencies (Hz) and powers of a sound's bins."""
    power = np.abs(np.fft.rfft(sound * np.hanning(len(sound)))) ** 2
    return np.fft.rfftfreq(len(sound), 1 / RATE), power


def test_shapes_turns_and_names(small):
    assert small.class_names == VOWELS
    assert small.group_names == GROUPS
    for part, n in ((small.train, 90), (small.validation, 30), (small.test, 60)):
        assert part.sounds.shape == (n, LENGTH)
        assert np.array_equal(part.labels[:12] % 10, np.arange(12) % 10)
        assert np.bincount(part.groups).tolist() == [n // 3] * 3
        with pytest.raises(ValueError, match="read-only"):
            part.sounds[:] = 0
    assert repr(small.test) == "Sounds(60 sounds of 3200 samples)"


def test_the_means_are_those_of_table_ii():
    """Sums of the printed table, and some of its corners."""
    assert FORMANTS.sum(axis=(1, 2)).tolist() == [43080, 50520, 58650]
    assert FORMANTS[0, :, 0].tolist() == [270, 2290, 3010]
    assert FORMANTS[1, :, 3].tolist() == [860, 2050, 2850]
    assert FORMANTS[2, :, 9].tolist() == [560, 1820, 2160]
    assert PITCH[:, 4].tolist() == [124, 212, 256]
    assert LEVELS[:, 5].tolist() == [0, -7, -34]
    assert (np.diff(FORMANTS, axis=0) > 0).all()  # the smaller the mouth, the higher
    assert (np.diff(FORMANTS, axis=1) > 0).all()


@pytest.mark.parametrize("g", range(3))
@pytest.mark.parametrize("v", range(10))
def test_a_voice_has_harmonics_of_its_pitch_and_is_loudest_near_a_formant(g, v):
    sound = spoken(int(PITCH[g, v]), FORMANTS[g, :, v], LEVELS[:, v], length=RATE)
    frequency, power = peaks(sound)  # one bin for each Hz
    loud = frequency[power > power.max() / 10_000]
    away = np.abs(loud / PITCH[g, v] - np.rint(loud / PITCH[g, v])) * PITCH[g, v]
    assert away.max() < 6
    loudest = frequency[power.argmax()]
    assert min(abs(loudest - f) for f in FORMANTS[g, :, v]) <= PITCH[g, v]
    assert np.abs(sound).max() == 1


def test_the_vowel_is_where_the_onset_says(small):
    for sound, onset in zip(small.train.sounds[:20], small.train.onsets[:20], strict=True):
        loud = np.abs(sound.astype(int)) > 600
        assert onset <= loud.argmax() < onset + 200
        assert not loud[onset + SPOKEN :].any()


def test_equal_arguments_give_equal_bytes(small, digest, data_home):
    assert digest(vowels(count=(90, 30, 60), seed=3)) == digest(small)
    assert digest(small) == "5c0bde1ddc4f34f997d44676feb3eec9"
    assert digest(vowels(count=(90, 30, 60), seed=4)) != digest(small)


def test_what_makes_no_sense_is_refused(data_home):
    with pytest.raises(CourseError, match="vowels expects a count of at least 1"):
        vowels(count=(1, 0, 1))
    with pytest.raises(CourseError, match="vowels expects a seed of 0 or more, got -1"):
        vowels(seed=-1)
    arrays = {"sounds": np.zeros((2, 9), np.int16), "labels": np.zeros(2, np.int64),
              "groups": np.zeros(3, np.int64), "onsets": np.zeros(2, np.int64)}  # fmt: skip
    with pytest.raises(CourseError, match=r"Sounds expects groups .* got int64 \(3,\)"):
        Sounds(**arrays)


# ---------------------------------------------------------------------------------------- speaking
def test_speech_glides_from_vowel_to_vowel():
    sound = speak(["heed", "hod"], "men", seconds=0.8)
    assert sound.shape == (6400,)
    frequency, first = peaks(sound[800:2000])
    _, last = peaks(sound[4400:5600])
    high = (frequency > 1900) & (frequency < 2600)  # the second formant of "heed", 2290 Hz
    middle = (frequency > 900) & (frequency < 1300)  # that of "hod", 1090 Hz
    assert first[high].sum() > 10 * first[middle].sum()
    assert last[middle].sum() > 10 * last[high].sum()


def test_pitch_and_size_of_the_mouth_are_free():
    frequency, power = peaks(speak(["heard"], "women", 1, pitch=100))
    loud = frequency[power > power.max() / 1000]
    assert np.abs(loud / 100 - np.rint(loud / 100)).max() < 0.05
    assert not np.array_equal(speak(["had"], up=1.1), speak(["had"]))


@pytest.mark.parametrize(("words", "group", "wrong"), [
    (["hello"], "men", "'hello'"), (["had", "hat"], "men", "'hat'"), (["had"], "dogs", "'dogs'"),
])  # fmt: skip
def test_what_no_one_can_say_is_refused(words, group, wrong):
    with pytest.raises(CourseError, match=f"speak expects one of .*, got {wrong}"):
        speak(words, group)
