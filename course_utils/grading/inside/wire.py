"""Values as bytes: a JSON tree whose leaves point to `.npy` blobs. No pickle, in neither direction.

A message is its own length, the length of its JSON header, the header, and the blobs, whose lengths
stand in the header. What comes from a learner's process is not believed: every length is checked
against the bytes that are there before anything is allocated, each blob is used once, and a message
has so many values at most.
"""

import itertools
import json
import math
import re
import struct

import numpy as np

_NUMBERS = "biufc"  # dtype kinds that may travel: bool, integers, floats, complex
# The header of a .npy file, version 1.0, as NumPy writes it. NumPy's own reader evaluates it as a
# Python literal, which takes longer than all the rest.
_MAGIC = b"\x93NUMPY\x01\x00"
_HEADER = re.compile(
    rb"\{'descr': '([<>|][biufc]\d{1,2})', 'fortran_order': (True|False), "
    rb"'shape': \(((?:\d{1,18}(?:, \d{1,18})*,?)?)\), \} *\n"
)
_MAX_HEADER = 8_000_000
_HUGE = 2**1024  # whole numbers up to here travel, as far as floats reach
_MAX_DEPTH = 20
_MAX_VALUES = 20_000  # lists, tuples, numbers … in one message
_MAX_TEXT = 10_000  # characters of a text that an answer returns
_LENGTH = struct.Struct("<Q")


class WireError(Exception):
    """The bytes are no message."""


class Source(str):
    """The source text of a function that is handed over as an argument."""


# ---------------------------------------------------------------------------------------- writing
def pack(tree, most: int | None = None) -> bytes:
    """A message: length, header length, header, blobs.

    With `most`, a list or tuple that would bring more than so many values arrives as an object that
    only knows how long it was, and a long text is cut short.
    """
    blobs: list[bytes] = []
    body = _Writer(blobs, most).encode(tree, 0)
    header = json.dumps({"value": body, "blobs": [len(blob) for blob in blobs]}).encode()
    rest = b"".join([_LENGTH.pack(len(header)), header, *blobs])
    return _LENGTH.pack(len(rest)) + rest


def pack_answer(tree) -> bytes:
    """A message that `unpack_answer` accepts, whatever an answer returned."""
    return pack(tree, _MAX_VALUES - 500)  # some for what is said beside it


class _Writer:
    """One message in the making."""

    def __init__(self, blobs: list[bytes], most: int | None):
        self.blobs, self.most, self.left = blobs, most, most or 0

    def encode(self, value, depth: int):
        if depth > _MAX_DEPTH:
            return {"other": "deeply nested object"}
        if type(value) is str and self.most:
            return value[:_MAX_TEXT]
        if value is None or type(value) in (bool, str, float):
            return value
        if type(value) is int:
            return value if abs(value) < _HUGE else {"other": "huge int"}
        if isinstance(value, Source):
            return {"source": str(value)}
        if isinstance(value, np.ndarray):
            return _encode_array(value, self.blobs)
        if isinstance(value, np.generic):
            return {"scalar": _encode_array(np.asarray(value), self.blobs)}
        if isinstance(value, tuple | list):
            return self._sequence(value, depth)
        if type(value) is dict and self._has_room(2 * len(value)):
            pairs = value.items()
            return {
                "dict": [[self.encode(k, depth + 1), self.encode(v, depth + 1)] for k, v in pairs]
            }
        return {"other": "function" if callable(value) else type(value).__name__[:60]}

    def _sequence(self, value: tuple | list, depth: int):
        kind = "tuple" if isinstance(value, tuple) else "list"
        if not self._has_room(len(value)):
            return {"other": f"{kind} of {len(value):,} items"}
        return {kind: [self.encode(item, depth + 1) for item in value]}

    def _has_room(self, number: int) -> bool:
        if self.most is None:
            return True
        if number > self.left:
            return False
        self.left -= number
        return True


def _encode_array(array: np.ndarray, blobs: list[bytes]) -> dict:
    if array.dtype.kind not in _NUMBERS:
        return {"other": f"array of dtype {array.dtype}"[:60]}
    plain = np.asarray(array)  # a subclass becomes what it holds
    fortran = plain.flags.f_contiguous and not plain.flags.c_contiguous
    head = f"{{'descr': '{plain.dtype.str}', 'fortran_order': {fortran}, 'shape': {plain.shape}, }}"
    aligned = -(len(_MAGIC) + 2 + len(head) + 1) % 64  # the numbers start at a multiple of 64
    padded = head + " " * aligned + "\n"
    order = "F" if fortran else "C"
    size = struct.pack("<H", len(padded))
    blobs.append(b"".join([_MAGIC, size, padded.encode(), plain.tobytes(order)]))
    strided = not (plain.flags.c_contiguous or plain.flags.f_contiguous)
    return {"array": len(blobs) - 1, "strided": strided}


# ---------------------------------------------------------------------------------------- reading
def split(data: bytes, limit: int) -> list[bytes]:
    """Cut a stream into the messages in it; a WireError where it is not made of whole ones."""
    messages = split_whole(data, limit)
    rest = len(data) - sum(_LENGTH.size + len(message) for message in messages)
    if rest:
        raise WireError(f"the last message was cut short, after {rest} bytes")
    return messages


def split_whole(data: bytes, limit: int) -> list[bytes]:
    """The same for a writer that was stopped in the middle: what follows the whole ones is left."""
    messages, at = [], 0
    while at + _LENGTH.size <= len(data):
        length = _length(data, at)
        if length > len(data) - at - _LENGTH.size:
            break
        at += _LENGTH.size
        messages.append(data[at : at + length])
        at += length
        if len(messages) > limit:
            raise WireError(f"more than {limit} messages came")
    return messages


def unpack(message: bytes):
    """The tree in a message (without its own length). A WireError if it is none."""
    return _unpacked(message, None)


def unpack_answer(message: bytes):
    """The same for a message from a learner's process: a WireError if it holds too many values."""
    return _unpacked(message, _MAX_VALUES)


def _unpacked(message: bytes, most: int | None):
    size = _length(message, 0)
    start = _LENGTH.size + size
    if size > _MAX_HEADER or start > len(message):
        raise WireError(f"the header announces {size} bytes")
    header = message[_LENGTH.size : start]
    if most is not None and header.count(b",") + header.count(b"[") > 6 * most:
        raise WireError("a message of too many values")  # before any of them is made
    try:
        content = json.loads(header)
        body, lengths = content["value"], content["blobs"]
        return _Reader(_cut(message, start, lengths), most).decode(body, 0)
    except WireError:
        raise
    except Exception as error:  # whatever a forged header breaks, it is no message
        raise WireError(f"{type(error).__name__} while reading a message") from error


def _length(data: bytes, at: int) -> int:
    if len(data) - at < _LENGTH.size:
        raise WireError("a message was cut short")
    return _LENGTH.unpack_from(data, at)[0]


def _cut(message: bytes, start: int, lengths: list[int]) -> list[bytes]:
    if not all(type(n) is int and n >= 0 for n in lengths) or start + sum(lengths) != len(message):
        raise WireError("the lengths of the arrays do not add up")
    ends = np.cumsum([start, *lengths]).tolist()
    return [message[a:b] for a, b in itertools.pairwise(ends)]


class _Reader:
    """One message being read. Each blob belongs to one array, or memory could be multiplied."""

    def __init__(self, blobs: list[bytes], most: int | None):
        self.blobs, self.most, self.values = dict(enumerate(blobs)), most, 0

    def decode(self, node, depth: int):
        self.values += 1
        if depth > _MAX_DEPTH:
            raise WireError("a value is nested too deeply")
        if self.most is not None and self.values > self.most:
            raise WireError("a message of too many values")
        if node is None or type(node) in (bool, float, str):
            return node
        if type(node) is int:
            if abs(node) >= _HUGE:
                raise WireError("a whole number of too many digits")
            return node
        (kind, inner), *_ = node.items()
        if kind in ("tuple", "list"):
            items = [self.decode(item, depth + 1) for item in inner]
            return tuple(items) if kind == "tuple" else items
        if kind == "dict":
            return {self.decode(k, depth + 1): self.decode(v, depth + 1) for k, v in inner}
        if kind == "array":
            if inner not in self.blobs:
                raise WireError("an array that is not there, or is there already")
            array = _decode_array(self.blobs.pop(inner))
            return _strided(array) if node.get("strided") else array
        if kind == "scalar":
            return self.decode(inner, depth + 1)[()]
        if kind == "source":
            return Source(inner)
        if kind == "other":
            return type(str(inner)[:60], (), {})()  # an object of which only the name is known
        raise WireError(f"a value of unknown kind {str(kind)[:20]!r}")


def _decode_array(blob: bytes) -> np.ndarray:
    start = len(_MAGIC) + 2
    end = start + int.from_bytes(blob[start - 2 : start], "little")
    header = _HEADER.fullmatch(blob[start:end])
    if blob[: len(_MAGIC)] != _MAGIC or header is None:
        raise WireError("an array without a proper header")
    dtype, fortran = np.dtype(header[1].decode()), header[2] == b"True"
    shape = tuple(int(n) for n in header[3].replace(b",", b"").split())
    data = memoryview(blob)[end:]
    if math.prod(shape) * dtype.itemsize != len(data):
        raise WireError(f"an array of shape {shape} with {len(data)} bytes")
    flat = np.frombuffer(data, dtype)
    return flat.reshape(shape, order="F" if fortran else "C").copy(order="K")


def _strided(array: np.ndarray) -> np.ndarray:
    """The same numbers, with a gap after each: learners meet arrays that are not contiguous."""
    wide = np.empty((*array.shape[:-1], 2 * array.shape[-1]), array.dtype)
    wide[..., ::2] = array
    return wide[..., ::2]
