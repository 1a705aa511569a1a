"""Converts between Python's values and C's: texts, arrays, pointers."""
from __future__ import annotations

import ctypes
import decimal
import numbers
import operator
import os
from typing import Any, Mapping, Optional, Union

import numpy as np
import numpy.typing as npt

from . import _raw
from ._handle import Owned
from .errors import ArgumentError, bad_argument

FloatArray = npt.NDArray[np.float32]
ByteArray = npt.NDArray[np.uint8]
PathLike = Union[str, "os.PathLike[str]"]

_float_p = ctypes.POINTER(ctypes.c_float)
_byte_p = ctypes.POINTER(ctypes.c_uint8)


def shown(value: object) -> str:
    """A value for a message: short, and never an error itself, as repr() of an int of 5,000 digits is."""
    try:
        text = repr(value)
    except Exception:
        text = f"a {type(value).__name__}"
    return text if len(text) <= 100 else text[:100] + "…"


def to_c(text: str, what: str) -> bytes:
    """UTF-8 for the library. A NUL inside is refused: C would see only the text before it."""
    if not isinstance(text, str):
        raise bad_argument(f"{what} must be a str, not {type(text).__name__}")
    if "\0" in text:
        raise bad_argument(f"{what} holds a NUL character: {shown(text)}")
    try:
        # Python gives surrogates in names of files that are not UTF-8; the library refuses such bytes with a message.
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        raise bad_argument(f"{what} holds half a character (a lone surrogate), which no UTF-8 can: "
                           f"{shown(text)}") from None


def maybe_to_c(text: Optional[str], what: str) -> Optional[bytes]:
    return None if text is None else to_c(text, what)


def path_to_c(path: PathLike, what: str = "path") -> bytes:
    try:
        name = os.fspath(path)
    except TypeError:
        raise bad_argument(f"{what} must be a str or an os.PathLike, not {type(path).__name__}") from None
    return to_c(name, what)


def from_c(text: Optional[bytes]) -> str:
    return "" if text is None else text.decode("utf-8", "replace")


def maybe_from_c(text: Optional[bytes]) -> Optional[str]:
    return None if text is None else text.decode("utf-8", "replace")


def struct(kind: type[Any], **values: Any) -> Any:
    """A C struct with these members. A number that does not fit is an error; ctypes would cut it."""
    made = _raw.new(kind)
    for name, value in values.items():
        if isinstance(value, (bool, np.bool_)):
            raise bad_argument(f"{name} must be a number, not {value}")
        value = whole(value)
        try:
            setattr(made, name, value)
        except (TypeError, OverflowError):
            raise bad_argument(f"{name} cannot be {shown(value)}") from None
        if isinstance(value, int) and getattr(made, name) != value:
            raise bad_argument(f"{name} is out of range: {shown(value)}")
    return made


def whole(value: Any) -> Any:
    """numpy's integers as Python's; anything else as it is."""
    try:
        return operator.index(value)
    except TypeError:
        return value


def at_least_one(value: int, what: str, least: int = 1) -> int:
    """A count."""
    number = whole(value)
    if isinstance(value, (bool, np.bool_)) or not isinstance(number, int) or number < least:
        raise bad_argument(f"{what} must be an int of at least {least}, not {shown(value)}")
    if number >= 2**63:  # ctypes would cut it
        raise bad_argument(f"{what} is out of range: {shown(value)}")
    return number


def several(values: Any, what: str, of: str) -> Any:
    """An iterator over a list of values; a text is refused."""
    try:
        if isinstance(values, (str, bytes, bytearray)):
            raise TypeError
        return iter(values)
    except TypeError:
        raise bad_argument(f"{what} must be a list of {of}, not {shown(values)}") from None


def flag(value: bool, what: str) -> int:
    """A switch for C. Any text is true in Python, also "no" and "off": only True and False are taken."""
    if not isinstance(value, (bool, np.bool_)):
        raise bad_argument(f"{what} must be True or False, not {shown(value)}")
    return int(value)


def real(value: float, what: str) -> float:
    """A number. Texts and bool are refused; float() would take them."""
    try:
        if (isinstance(value, (bool, np.bool_, str, bytes, bytearray)) or
                getattr(getattr(value, "dtype", None), "kind", "f") not in "fiu"):
            raise TypeError
        return float(value)
    except (TypeError, ValueError, OverflowError):
        raise bad_argument(f"{what} must be a number, not {shown(value)}") from None


def seconds(value: float, what: str) -> float:
    """A time to wait."""
    number = real(value, what)
    if not 0 <= number <= 3600:
        raise bad_argument(f"{what} must be within 0..3600 seconds, not {shown(value)}")
    return number


def shortest(number: float) -> float:
    """A float of C's as people write it: 0.6, not 0.6000000238418579."""
    return float(str(np.float32(number)))


def identifier(value: int, what: str) -> int:
    """The id of a person or template. A number too large for the library becomes -1, which nobody has. True is refused:
    it would be person 1."""
    try:
        if isinstance(value, (bool, np.bool_)):
            raise TypeError
        number = operator.index(value)
    except TypeError:
        raise bad_argument(f"{what} must be an id, which is an int, not {shown(value)}") from None
    return number if -2**63 <= number < 2**63 else -1


def choice(value: str, choices: Mapping[str, int], what: str) -> int:
    """The C API's number for a name."""
    if not isinstance(value, str) or value not in choices:
        raise bad_argument(f"{what} {shown(value)} is unknown: one of {', '.join(choices)}")
    return choices[value]


def known(names: Mapping[int, str], number: int, what: str) -> str:
    """The name of one of the C API's numbers, also of one that only a newer version of the library gives."""
    return names.get(number, f"{what} {number} of a newer version")


def floats(array: FloatArray) -> Any:
    """A pointer to a C-contiguous float32 array, which it keeps alive."""
    return array.ctypes.data_as(_float_p)


def octets(array: ByteArray) -> Any:
    """A pointer to a uint8 array, which it keeps alive."""
    return array.ctypes.data_as(_byte_p)


def as_floats(values: Any, shape: tuple[Optional[int], ...], what: str) -> FloatArray:
    """Values as a C-contiguous float32 array of this shape (None: any length). Copied only if necessary."""
    try:
        array = _numbers(values, what)
    except (MemoryError, ArgumentError):
        raise
    except Exception as problem:  # an array of another package may raise anything when numpy converts it
        raise bad_argument(f"{what} must be numbers: {problem}"[:300]) from problem
    if array.ndim != len(shape) or any(want not in (None, have) for want, have in zip(shape, array.shape)):
        wanted = tuple("n" if want is None else want for want in shape)
        raise bad_argument(f"{what} must have the shape {wanted}, not {array.shape}".replace("'", ""))
    return array


def _numbers(values: Any, what: str) -> FloatArray:
    """Numbers only. numpy would also convert texts, times, bools and records, and drop masks and imaginary parts."""
    if any(np.ma.is_masked(one) for one in (values if isinstance(values, (list, tuple)) else [values])):
        raise bad_argument(f"{what} has masked values: give it without a mask, and only when none was masked")
    given = np.asanyarray(values)
    kind = given.dtype.kind
    if kind == "O" and all(isinstance(one, (numbers.Real, decimal.Decimal)) and not isinstance(one, bool)
                           for one in given.flat):
        kind = "f"
    if kind not in "fiu" and given.size:  # an empty list is of any type
        raise bad_argument(f"{what} must be numbers, not {given.dtype}")
    with np.errstate(over="ignore"):  # the library refuses what is infinite
        return np.ascontiguousarray(given, dtype=np.float32)


def copy_floats(pointer: Any, *shape: int) -> Optional[FloatArray]:
    """A copy of the library's floats; None for NULL."""
    return np.ctypeslib.as_array(pointer, shape).copy() if pointer else None


def copy_octets(pointer: Any, *shape: int) -> Optional[ByteArray]:
    """A copy of the library's bytes; None for NULL."""
    return np.ctypeslib.as_array(pointer, shape).copy() if pointer else None


class _View:
    """Memory of a library object for numpy; it keeps the object alive."""

    def __init__(self, owned: Owned, address: int, shape: tuple[int, ...], strides: tuple[int, ...]) -> None:
        self._owned = owned
        self.__array_interface__ = {"version": 3, "typestr": "|u1", "data": (address, True), "shape": shape,
                                    "strides": strides}

    def __del__(self) -> None:
        self._owned.release()


def view_octets(owned: Owned, address: int, shape: tuple[int, ...], strides: tuple[int, ...]) -> ByteArray:
    """A read-only view of bytes inside a library object. The caller has acquired `owned`; the view releases it."""
    return np.asarray(_View(owned, address, shape, strides))
