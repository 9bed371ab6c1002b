"""Where a checkpoint cannot be written, or what lies there is none: told in words, nothing lost."""

import errno
import os
import shutil
from types import SimpleNamespace

import pytest
import torch
from training_helpers import blobs, convnet, images, mlp, quiet

from course_utils.errors import CourseError
from course_utils.training import Checkpoint, checkpoint, load_weights


def test_a_full_disk_is_told_in_words(tmp_path, monkeypatch):
    """torch's own writer is given a file that takes 5,000 bytes, and hides what the file says."""
    file = tmp_path / "a.pt"
    quiet(mlp(), blobs(), checkpoint=file, epochs=1)
    before = file.read_bytes()

    class Full:
        def __init__(self, file):
            self.file, self.room = file, 5000

        def write(self, data):
            self.room -= len(data)
            if self.room < 0:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return self.file.write(data)

        def flush(self):
            self.file.flush()

    save = torch.save
    monkeypatch.setattr(torch, "save", lambda state, file: save(state, Full(file)))
    with pytest.raises(CourseError, match=r"no way to write a checkpoint .*: the one before stays"):
        quiet(mlp(), blobs(), checkpoint=file)
    assert file.read_bytes() == before
    assert os.listdir(tmp_path) == ["a.pt"]


def test_a_full_disk_hides_behind_torchs_words(tmp_path, monkeypatch):
    def fails(state, file):
        raise RuntimeError("[enforce fail at inline_container.cc:672] . unexpected pos 9 vs 8")

    monkeypatch.setattr(torch, "save", fails)
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: SimpleNamespace(free=4096))
    with pytest.raises(CourseError, match=r"a\.pt \(the disk is full\)"):
        checkpoint.save({"x": 2}, tmp_path / "a.pt")


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("", "Checkpoint expects the name of a file, got ''"),
        (" ", "Checkpoint expects the name of a file, got ' '"),
        ("folder", "folder is a folder: name a file"),
        ("notes.txt", r"notes\.txt is no checkpoint that fit wrote, and would be written over"),
        ("notes.txt/a.pt", "no way to write a checkpoint to .*notes.txt.a.pt"),
        (os.devnull, "is no ordinary file"),
    ],
)
def test_a_place_that_cannot_be_written_is_noticed_before_the_first_batch(tmp_path, name, sentence):
    (tmp_path / "folder").mkdir()
    (tmp_path / "notes.txt").write_text("hello")
    place = tmp_path / name if name.strip() else name
    with pytest.raises(CourseError, match=sentence):
        quiet(mlp(), blobs(), checkpoint=place, transform=lambda x: pytest.fail("trained"))
    assert (tmp_path / "notes.txt").read_text() == "hello"


@pytest.mark.parametrize(("optimizer", "parts"), [("sgd", 2), ("adam", 3)])
def test_a_disk_that_is_too_small_is_noticed_before_the_first_batch(
    tmp_path, monkeypatch, optimizer, parts
):
    needed = parts * 4 * 67  # an mlp has 67 weights, and the optimizer keeps as many, or twice
    settings = {"checkpoint": tmp_path / "a.pt", "optimizer": optimizer}
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: SimpleNamespace(free=needed))
    quiet(mlp(), blobs(), **settings)
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: SimpleNamespace(free=needed - 1))
    with pytest.raises(CourseError, match=r"takes .* MB, but the disk of .*a\.pt has .* left"):
        quiet(mlp(), blobs(), transform=lambda x: pytest.fail("trained"), **settings)


def test_what_a_killed_training_left_is_swept_up(tmp_path):
    for name in (".a.pt.x1y2z3_9", ".a.pt.bak", ".b.pt.x1y2z3_9"):
        (tmp_path / name).write_bytes(b"half")
    quiet(mlp(), blobs(), checkpoint=tmp_path / "a.pt", epochs=1)
    assert sorted(os.listdir(tmp_path)) == [".a.pt.bak", ".b.pt.x1y2z3_9", "a.pt"]


def test_one_flipped_byte_is_noticed(tmp_path):
    file = tmp_path / "a.pt"
    checkpoint.save({"x": torch.arange(5000)}, file)
    content = bytearray(file.read_bytes())
    place = content.find(torch.arange(2000, 2010).numpy().tobytes())
    content[place] ^= 1
    file.write_bytes(content)
    with pytest.raises(CourseError, match=r"a\.pt is damaged: its checksums do not fit"):
        checkpoint.load(file)


def test_a_checkpoint_of_other_data_does_not_go_on(tmp_path):
    file = tmp_path / "a.pt"
    quiet(convnet(), images(seed=0), checkpoint=file)
    with pytest.raises(CourseError, match=r"data='uint8 2 × 8 × 8, checksum .* has data='uint8"):
        quiet(convnet(), images(seed=1), checkpoint=file, resume=True)
    x, labels = blobs()
    quiet(mlp(), (x, labels), checkpoint=file)
    with pytest.raises(CourseError, match="data='float32 4, checksum"):
        quiet(mlp(), (x, labels.flip(0)), checkpoint=file, resume=True)
    assert len(quiet(mlp(), (x, labels), checkpoint=file, resume=True).loss) == 2


def test_a_checkpoint_from_before_data_had_checksums_goes_on(tmp_path):
    file = tmp_path / "a.pt"
    quiet(mlp(), blobs(), checkpoint=file, epochs=1)
    state = checkpoint.load(file)
    del state["settings"]["data"], state["format"]
    checkpoint.save(state, file)
    assert len(quiet(mlp(), blobs(), checkpoint=file, resume=True).loss) == 2


def test_files_that_are_no_checkpoints(tmp_path):
    file = tmp_path / "a.pt"
    for content in (b"", b"nonsense", b"PK\x03\x04 half a zip", b"hello", b"hello\n", b"\x80\x02"):
        file.write_bytes(content)
        with pytest.raises(CourseError, match=r"a\.pt is no checkpoint"):
            checkpoint.load(file)
    torch.save([1, 2], file)
    with pytest.raises(CourseError, match="is no checkpoint"):
        checkpoint.load(file)
    checkpoint.save({"x": 1}, file)
    for use in (checkpoint.progress, lambda file: load_weights(mlp(), file),
                lambda file: quiet(mlp(), blobs(), checkpoint=file, resume=True)):  # fmt: skip
        with pytest.raises(CourseError, match="is no checkpoint that fit wrote"):
            use(file)
    with pytest.raises(CourseError, match="There is no checkpoint"):
        checkpoint.load(tmp_path / "b.pt")
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(CourseError, match="no way to write"):
        checkpoint.save({}, tmp_path / "file" / "a.pt")
    with pytest.raises(CourseError, match="every ≥ 1"):
        Checkpoint(file, every=0)


def test_loading_runs_no_code(tmp_path):
    file = tmp_path / "a.pt"

    class Evil:
        def __reduce__(self):
            return os.mkdir, (str(tmp_path / "evil"),)

    torch.save({"format": 1, "x": Evil()}, file)
    with pytest.raises(CourseError, match="is no checkpoint"):
        checkpoint.load(file)
    assert not (tmp_path / "evil").exists()
