"""Values as bytes: a JSON tree whose leaves point to `.npy` blobs. No pickle, in neither direction.

A message is its own length, the length of its JSON header, the header, and the blobs, whose lengths
stand in the header. What comes from a learner's process is not believed: every length is checked
against the bytes that are there before anything is allocated.
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
_LENGTH = struct.Struct("<Q")


class WireError(Exception):
    """The bytes are no message."""


class Source(str):
    """The source text of a function that is handed over as an argument."""


# ---------------------------------------------------------------------------------------- writing
def pack(tree) -> bytes:
    """A message: length, header length, header, blobs."""
    blobs: list[bytes] = []
    body = _encode(tree, blobs, 0)
    header = json.dumps({"value": body, "blobs": [len(blob) for blob in blobs]}).encode()
    rest = b"".join([_LENGTH.pack(len(header)), header, *blobs])
    return _LENGTH.pack(len(rest)) + rest


def _encode(value, blobs: list[bytes], depth: int):
    if depth > _MAX_DEPTH:
        return {"other": "deeply nested object"}
    if value is None or type(value) in (bool, str, float):
        return value
    if type(value) is int:
        return value if abs(value) < _HUGE else {"other": "huge int"}
    if isinstance(value, Source):
        return {"source": str(value)}
    if isinstance(value, np.ndarray):
        return _encode_array(value, blobs)
    if isinstance(value, np.generic):
        return {"scalar": _encode_array(np.asarray(value), blobs)}
    if isinstance(value, tuple | list):
        kind = "tuple" if isinstance(value, tuple) else "list"
        return {kind: [_encode(item, blobs, depth + 1) for item in value]}
    if type(value) is dict:
        pairs = value.items()
        return {
            "dict": [[_encode(k, blobs, depth + 1), _encode(v, blobs, depth + 1)] for k, v in pairs]
        }
    return {"other": "function" if callable(value) else type(value).__name__[:60]}


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
    size = _length(message, 0)
    start = _LENGTH.size + size
    if size > _MAX_HEADER or start > len(message):
        raise WireError(f"the header announces {size} bytes")
    try:
        header = json.loads(message[_LENGTH.size : start])
        body, lengths = header["value"], header["blobs"]
        blobs = _cut(message, start, lengths)
        return _decode(body, blobs, 0)
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


def _decode(node, blobs: list[bytes], depth: int):
    if depth > _MAX_DEPTH:
        raise WireError("a value is nested too deeply")
    if node is None or type(node) in (bool, float, str):
        return node
    if type(node) is int:
        if abs(node) >= _HUGE:
            raise WireError("a whole number of too many digits")
        return node
    (kind, inner), *_ = node.items()
    if kind in ("tuple", "list"):
        items = [_decode(item, blobs, depth + 1) for item in inner]
        return tuple(items) if kind == "tuple" else items
    if kind == "dict":
        return {_decode(k, blobs, depth + 1): _decode(v, blobs, depth + 1) for k, v in inner}
    if kind == "array":
        array = _decode_array(blobs[inner])
        return _strided(array) if node.get("strided") else array
    if kind == "scalar":
        return _decode(inner, blobs, depth + 1)[()]
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
