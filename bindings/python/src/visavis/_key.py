"""Keys of encrypted galleries, as the C API takes them."""
from __future__ import annotations

import ctypes
from typing import Any, Callable, Optional, Union

from . import _raw
from ._convert import maybe_to_c, struct
from .errors import bad_argument

Key = Union[bytes, bytearray, memoryview, Callable[[], bytes]]
"""32 bytes, or a function that is asked for them whenever they are needed."""


def _bytes_of(value: Any) -> bytes:
    """bytes(32) would be 32 zeros."""
    if not isinstance(value, (bytes, bytearray, memoryview)):
        raise bad_argument(f"a key is {_raw.VAV_KEY_SIZE} bytes, or a function that gives them, "
                           f"not {type(value).__name__}")
    return bytes(value)


def _callback(ask: Callable[[], bytes]) -> Any:
    def give(_user: Any, out: Any) -> int:
        try:
            value = _bytes_of(ask())
        except BaseException:  # nothing may be raised through C; the caller gets an AccessError
            return _raw.VAV_E_PERMISSION
        if len(value) != _raw.VAV_KEY_SIZE:
            return _raw.VAV_E_INVALID_ARGUMENT
        ctypes.memmove(out, value, len(value))
        return _raw.VAV_OK
    return _raw.vav_key_callback(give)


class KeyArgument:
    """A vav_gallery_key and what it borrows. Keep it as long as the gallery when the key is a function."""

    def __init__(self, key: Optional[Key], passphrase: Optional[str]) -> None:
        self.raw: Any = None
        self._borrowed: list[Any] = []
        if key is not None and passphrase is not None:
            raise bad_argument("give a key or a passphrase, not both")
        if passphrase is not None:
            self.raw = struct(_raw.vav_gallery_key, passphrase=maybe_to_c(passphrase, "passphrase"))
        elif callable(key):
            self._borrowed = [_callback(key)]
            self.raw = struct(_raw.vav_gallery_key, callback=self._borrowed[0])
        elif key is not None:
            value = _bytes_of(key)
            if len(value) != _raw.VAV_KEY_SIZE:
                raise bad_argument(f"a key is {_raw.VAV_KEY_SIZE} bytes, not {len(value)}")
            self._borrowed = [(ctypes.c_uint8 * len(value)).from_buffer_copy(value)]
            self.raw = struct(_raw.vav_gallery_key,
                              key=ctypes.cast(self._borrowed[0], ctypes.POINTER(ctypes.c_uint8)))

    @property
    def pointer(self) -> Any:
        """For a field of another struct; None when there is no key."""
        return None if self.raw is None else ctypes.pointer(self.raw)
