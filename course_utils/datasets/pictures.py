"""One way of reading a picture, for every data set made of files: upright RGB pixels, without
PyTorch.

    with opened(file) as picture:       Pillow's image: its header is read, `picture.size` is known
        x = pixels(picture, (64, 64))   uint8 (64, 64, 3)
"""

import contextlib
import os
import warnings
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import IO

import numpy as np

from course_utils.errors import CourseError

SUFFIXES = (".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".bmp", ".gif", ".tif", ".tiff")
# pictures, too, but none that every installation of Pillow can read
FOREIGN = (".heic", ".heif", ".avif", ".jxl", ".jp2", ".svg", ".psd", ".dng", ".cr2", ".cr3",
           ".nef", ".arw", ".orf", ".raf", ".rw2")  # fmt: skip
# what systems put beside the folders of somebody's pictures; hidden ones begin with a full stop
_SYSTEM_FOLDERS = ("__MACOSX", "__pycache__", "@eaDir", "$RECYCLE.BIN", "lost+found",
                   "System Volume Information")  # fmt: skip


class Unreadable(Exception):
    """A file that gives no pixels. `reason` ends a sentence; `too_large`: not even opened."""

    def __init__(self, reason: str, too_large: bool = False):
        super().__init__(reason)
        self.reason, self.too_large = reason, too_large


def folders_in(folder: Path) -> list[Path]:
    """The folders in a folder, by name, without those that the system has put there."""
    found = (path for path in folder.iterdir() if path.name[0] != "." and path.is_dir())
    return sorted((p for p in found if p.name not in _SYSTEM_FOLDERS), key=lambda p: p.name)


def files_in(folder: Path, suffixes: tuple[str, ...] = SUFFIXES) -> list[Path]:
    """The files that end like pictures, by name; Thumbs.db, .DS_Store and the like are none.

    A link that leads nowhere is among them: it stands for a picture that is missing.
    """
    found = (p for p in folder.iterdir() if p.suffix.lower() in suffixes and p.name[0] != ".")
    return sorted((p for p in found if not p.is_dir()), key=lambda p: p.name)


@contextlib.contextmanager
def opened(file: Path | IO[bytes]) -> Iterator:
    """A picture by Pillow, of which only the header has been read: `pixels` decodes the rest.

    Raises Unreadable for whatever goes wrong inside, such as damage that shows when it is decoded.
    """
    from PIL import Image

    try:
        with warnings.catch_warnings():  # about size and odd metadata: what matters is an error
            warnings.simplefilter("ignore")
            with Image.open(file) as picture:
                yield picture
    except (CourseError, Unreadable, MemoryError):
        raise
    except Image.DecompressionBombError:
        raise Unreadable("it has far too many pixels", too_large=True) from None
    except Image.UnidentifiedImageError:
        raise Unreadable("its content is none that Pillow knows") from None
    except Exception as error:  # Pillow has a dozen error types for damage
        raise Unreadable(_reason(error)) from None


def pixels(picture, size: tuple[int, int] | None = None) -> np.ndarray:
    """An opened picture as uint8 (H, W, 3): upright, in RGB, whatever its mode and depth.

    The first frame of several; turned as its EXIF data say; what is transparent lies over white;
    16-bit grey becomes 8-bit grey. With a size (H, W) the picture is scaled until it covers that
    size, and the middle is cut out. Raises Unreadable for pixels of 32 bits.
    """
    from PIL import Image, ImageOps

    if size is not None:  # a JPEG is decoded at half its size, or a quarter, if that is enough
        picture.draft(picture.mode, (2 * max(size),) * 2)
    picture.load()
    with contextlib.suppress(Exception):  # damaged EXIF data turn nothing
        picture = ImageOps.exif_transpose(picture)
    picture = _in_rgb(picture)
    if size is not None and picture.size != size[::-1]:
        picture = ImageOps.fit(picture, size[::-1], Image.Resampling.BICUBIC)
    return np.asarray(picture)


def read(file: Path, size: tuple[int, int]) -> np.ndarray:
    """A file as an image of this size: uint8 (3, H, W). Raises Unreadable."""
    return decoded(content(file), size)


def decoded(content: bytes, size: tuple[int, int]) -> np.ndarray:
    """The content of a file as an image of this size: uint8 (3, H, W). Raises Unreadable."""
    with opened(BytesIO(content)) as picture:
        return pixels(picture, size).transpose(2, 0, 1)


def content(file: Path) -> bytes:
    """The bytes of a picture's file. Raises Unreadable where there are none, or of a foreign kind.

    What is no ordinary file is not opened: a pipe would be waited for.
    """
    if file.suffix.lower() in FOREIGN:
        raise Unreadable(f"it is none of {', '.join(SUFFIXES)}")
    try:
        if not file.exists():
            raise Unreadable("a link that leads nowhere" if file.is_symlink() else "no such file")
        if not file.is_file():
            raise Unreadable("no ordinary file")
        found = file.read_bytes()
    except OSError as error:
        raise Unreadable(error.strerror or str(error)) from None
    if not found:
        raise Unreadable("the file is empty")
    return found


def _in_rgb(picture):
    from PIL import Image

    if picture.mode == "F" or picture.mode.startswith("I"):
        return Image.fromarray(_in_eight_bits(np.asarray(picture))).convert("RGB")
    if picture.mode in ("LA", "La", "PA", "RGBA", "RGBa") or "transparency" in picture.info:
        layer = picture.convert("RGBA")
        white = Image.new("RGBA", layer.size, "white")
        return Image.alpha_composite(white, layer).convert("RGB")
    return picture.convert("RGB")


def _in_eight_bits(grey: np.ndarray) -> np.ndarray:
    """Grey values (H, W) of 16 bits as uint8; scaled, where Pillow would cut them at 255."""
    if grey.dtype.kind == "f" or not 0 <= grey.min() <= grey.max() <= 65535:
        raise Unreadable("its pixels have 32 bits, and 8 or 16 were expected")
    return np.rint(grey.astype(np.float64) / 257).astype(np.uint8)  # 65535 is white


def _reason(error: Exception) -> str:
    """Why a file gives no picture, as the end of a sentence."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    lines = str(error).strip().splitlines()
    return lines[0].rstrip(".") if lines else type(error).__name__


def shown(path: str | os.PathLike) -> str:
    """A path for a message, in one line, also where its bytes are no text."""
    text = os.fsencode(path).decode("utf-8", "backslashreplace")
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
