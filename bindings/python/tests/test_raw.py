"""The generated layer: are structs laid out as the C compiler lays them out, and does the library have it all?"""
import ctypes
import json

import pytest
from conftest import REPOSITORY

from visavis import _raw
from visavis._library import library

API = json.loads((REPOSITORY / "bindings" / "spec" / "api.json").read_text(encoding="utf-8"))


@pytest.mark.skipif(ctypes.sizeof(ctypes.c_void_p) != 8, reason="api.json has the layout of 64-bit machines")
@pytest.mark.parametrize("struct", API["structs"], ids=lambda struct: struct["name"])
def test_layout_is_the_compilers(struct):
    made = getattr(_raw, struct["name"])
    assert ctypes.sizeof(made) == struct["size"]
    assert {f["name"]: getattr(made, f["name"]).offset for f in struct["fields"]} == {
        f["name"]: f["offset"] for f in struct["fields"]}


@pytest.mark.parametrize("struct", [s["name"] for s in API["structs"] if s["sized"]])
def test_new_is_what_the_library_inits(struct):
    made, inited = _raw.new(getattr(_raw, struct)), getattr(_raw, struct)()
    getattr(library(), struct + "_init")(ctypes.byref(inited))
    assert bytes(made) == bytes(inited)


def test_status_names_are_the_librarys():
    codes = {name: value for name, value in vars(_raw).items() if name.startswith("VAV_E_")}
    assert len(codes) > 20
    assert {name: library().vav_status_name(code).decode() for name, code in codes.items()} == {n: n for n in codes}


def test_sizes_are_the_librarys():
    assert library().vav_embedding_dim() == _raw.VAV_EMBEDDING_DIM
    assert library().vav_chip_size() == _raw.VAV_CHIP_SIZE
    assert library().vav_landmarks_count() == _raw.VAV_LANDMARKS
