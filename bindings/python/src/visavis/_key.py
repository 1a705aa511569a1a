"""Keys of encrypted galleries, as the C API takes them."""
from __future__ import annotations

import ctypes
import threading
from typing import Any, Callable, Optional, Union

from . import _raw
from ._convert import maybe_to_c, struct
from ._interrupt import outermost
from .errors import AccessError, StateError, bad_argument

Key = Union[bytes, bytearray, memoryview, Callable[[], bytes]]
"""32 bytes, or a function that returns them. It is called when the key is needed, on any thread that uses the gallery.
It must not use the gallery itself (StateError)."""


def _bytes_of(value: Any) -> bytes:
    """The key as bytes. An int is refused: bytes(32) would be 32 zeros."""
    if not isinstance(value, (bytes, bytearray, memoryview)):
        raise bad_argument(f"a key is {_raw.VAV_KEY_SIZE} bytes, or a function that gives them, "
                           f"not {type(value).__name__}")
    return bytes(value)


def _callback(key: Callable[[], bytes], asking: set[int], problems: dict[int, BaseException]) -> Any:
    def give(_user: Any, out: Any) -> int:
        section, thread = outermost(), threading.get_ident()
        asking.add(thread)
        try:
            if section is not None:
                section.listening = True  # it may wait until somebody has typed a passphrase
            value = _bytes_of(key())
        except BaseException as problem:  # C code cannot pass on exceptions; the caller gets an AccessError
            if section is not None and not isinstance(problem, Exception):
                section.listening = False
                section.keep(problem)
            problems[thread] = problem
            return _raw.VAV_E_PERMISSION
        finally:
            if section is not None:
                section.listening = False
            asking.discard(thread)
        if len(value) != _raw.VAV_KEY_SIZE:
            return _raw.VAV_E_INVALID_ARGUMENT
        ctypes.memmove(out, value, len(value))
        return _raw.VAV_OK
    return _raw.vav_key_callback(give)


class KeyArgument:
    """A vav_gallery_key and what it borrows. If the key is a function, keep this object as long as the gallery."""

    def __init__(self, key: Optional[Key], passphrase: Optional[str]) -> None:
        self.raw: Any = None
        self._borrowed: list[Any] = []
        self._asking: set[int] = set()  # threads that run the function just now
        self._problems: dict[int, BaseException] = {}  # what the function raised, by thread
        if key is not None and passphrase is not None:
            raise bad_argument("give a key or a passphrase, not both")
        if passphrase is not None:
            self.raw = struct(_raw.vav_gallery_key, passphrase=maybe_to_c(passphrase, "passphrase"))
        elif callable(key):
            self._borrowed = [_callback(key, self._asking, self._problems)]
            self.raw = struct(_raw.vav_gallery_key, callback=self._borrowed[0])
        elif key is not None:
            value = _bytes_of(key)
            if len(value) != _raw.VAV_KEY_SIZE:
                raise bad_argument(f"a key is {_raw.VAV_KEY_SIZE} bytes, not {len(value)}")
            self._borrowed = [(ctypes.c_uint8 * len(value)).from_buffer_copy(value)]
            self.raw = struct(_raw.vav_gallery_key,
                              key=ctypes.cast(self._borrowed[0], ctypes.POINTER(ctypes.c_uint8)))

    def require_not_asking(self) -> None:
        """Refuses to use the gallery within the function: the two would wait for each other."""
        if threading.get_ident() in self._asking:
            raise StateError(_raw.VAV_E_WRONG_STATE, "the function that gives a gallery's key must not use the gallery")

    def explain(self, refused: AccessError) -> None:
        """Sets what the function raised as the cause of the error."""
        refused.__cause__ = self._problems.pop(threading.get_ident(), refused.__cause__)

    @property
    def pointer(self) -> Any:
        """For a member of another struct; None without a key."""
        return None if self.raw is None else ctypes.pointer(self.raw)
