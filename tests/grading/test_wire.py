"""Values as bytes, and bytes that are no values."""

import io
import json
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from course_utils.checking.comparing import identical
from course_utils.grading.inside import wire
from course_utils.grading.inside.wire import WireError, pack, split, split_whole, unpack

arrays = hnp.arrays(
    st.sampled_from(["f8", "f4", "i8", "u1", "?", "c16", ">f4", "f2"]),
    hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4),
)
plain = st.none() | st.booleans() | st.integers(-(2**63) + 1, 2**63 - 1) | st.floats() | st.text()
trees = st.recursive(
    plain | arrays,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)


def same(a, b):
    if isinstance(a, float):
        return type(b) is float and (a == b or (a != a and b != b))
    if isinstance(a, list | tuple):
        return type(a) is type(b) and len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return type(b) is dict and list(a) == list(b) and all(same(a[k], b[k]) for k in a)
    return type(a) is type(b) and identical(a, b)


@given(trees)
def test_what_goes_in_comes_out(value):
    (message,) = split(pack(value), 1)
    assert same(value, unpack(message))


def test_memory_order_survives():
    for array in (np.ones((3, 4), order="F"), np.ones((3, 8))[:, ::2], np.ones((3, 4))):
        flags = unpack(split(pack(array), 1)[0]).flags
        assert flags.c_contiguous == array.flags.c_contiguous
        assert flags.f_contiguous == array.flags.f_contiguous


@given(arrays)
def test_the_blobs_are_npy_files(array):
    blobs = []
    wire._encode_array(array, blobs)
    loaded = np.load(io.BytesIO(blobs[0]), allow_pickle=False)
    assert identical(loaded, np.asarray(array))
    assert (len(blobs[0]) - array.nbytes) % 64 == 0


def test_numpy_numbers_stay_numpy_numbers():
    assert type(unpack(split(pack(np.float32(1.5)), 1)[0])) is np.float32


@pytest.mark.parametrize("value", [2**63, -(2**70), 2**1024 - 1])
def test_large_whole_numbers_arrive_to_the_last_digit(value):
    assert unpack(split(pack(value), 1)[0]) == value


@pytest.mark.parametrize("value", [object(), print, {1, 2}, 2**1024, np.array([object()])])
def test_other_things_arrive_as_objects_of_that_name(value):
    arrived = unpack(split(pack(value), 1)[0])
    assert not isinstance(arrived, np.ndarray | int)
    assert arrived != value


@given(trees, st.data())
def test_damaged_bytes_are_refused_or_are_another_value(value, data):
    raw = bytearray(pack(value))
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(raw) - 1))
        raw[place] = data.draw(st.integers(0, 255))
    try:
        for message in split(bytes(raw), 3):
            unpack(message)
    except WireError:
        pass


@given(st.binary(max_size=200))
def test_noise_is_refused_or_empty(noise):
    try:
        for message in split(noise, 3):
            unpack(message)
    except WireError:
        pass


def forged(header, blob=b""):
    head = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(head)) + head + blob


def array_blob(shape, descr="'<f8'", data=b""):
    text = f"{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}, }}".encode()
    return (
        b"\x93NUMPY\x01\x00"
        + struct.pack("<H", max(118, len(text) + 1) % 65536)
        + text.ljust(117)
        + b"\n"
        + data
    )


@pytest.mark.parametrize(
    "blob",
    [
        array_blob((10**12,)),
        array_blob((10**12,), data=bytes(80)),
        array_blob((-1,)),
        array_blob((2, -3)),
        array_blob((3,), data=bytes(16)),
        array_blob((1,), descr="'|O'", data=bytes(8)),
        array_blob((1,), descr="[('a', '<f8')]", data=bytes(8)),
        array_blob((1,), descr="'<M8[s]'", data=bytes(8)),
        array_blob("().__class__", data=bytes(8)),
        array_blob("(" + "1" * 100_000 + ")", data=bytes(8)),
        array_blob("(" + "1, " * 30 + "x)", data=bytes(8)),
        array_blob("(" + "1, " * 99 + "1)", data=bytes(8)),
        b"\x93NUMPY\x02\x00" + bytes(100),
        b"",
    ],
)
def test_forged_arrays_are_refused(blob):
    with pytest.raises(WireError):
        unpack(forged({"value": {"array": 0}, "blobs": [len(blob)]}, blob))


@pytest.mark.parametrize(
    "header",
    [
        {"value": {"array": 5}, "blobs": []},
        {"value": {"array": "x"}, "blobs": []},
        {"value": {"surprise": 1}, "blobs": []},
        {"value": {}, "blobs": []},
        {"value": 1, "blobs": [-5, 5]},
        {"value": 1, "blobs": [10**30]},
        {"value": 1, "blobs": "abc"},
        {"value": 1},
        [1],
        b"{",
        b"[" * 100_000,
        {"value": {"tuple": 7}, "blobs": []},
        {"value": {"dict": [[{"list": []}, 1]]}, "blobs": []},
        {"value": {"scalar": {"array": 0}}, "blobs": []},
    ],
)
def test_forged_headers_are_refused(header):
    with pytest.raises(WireError):
        unpack(forged(header))


def test_a_header_that_announces_too_much_is_refused():
    with pytest.raises(WireError, match="header"):
        unpack(struct.pack("<Q", 1 << 50) + b"{}")


def test_streams_are_cut_exactly():
    stream = pack(1) + pack([2]) + pack("three")
    assert [unpack(m) for m in split(stream, 3)] == [1, [2], "three"]
    with pytest.raises(WireError, match="more than 2"):
        split(stream, 2)
    with pytest.raises(WireError, match="cut short"):
        split(stream[:-1], 3)
    assert len(split_whole(stream[:-1], 3)) == 2


def test_nothing_is_nested_without_end():
    deep = []
    for _ in range(100):
        deep = [deep]
    text = json.dumps(json.loads(split(pack(deep), 1)[0][8:])["value"])
    assert "deeply nested" in text
    assert wire._MAX_DEPTH < 100
