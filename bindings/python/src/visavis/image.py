"""Pictures: decoded from files or bytes, or a view of an array of yours."""
from __future__ import annotations

import ctypes
import os
from contextlib import contextmanager
from typing import Any, Iterator, Optional, Union

import numpy as np
import numpy.typing as npt

from . import _raw
from ._convert import ByteArray, PathLike, flag, from_c, octets, path_to_c, shown, struct, view_octets
from ._handle import Handle
from ._interrupt import Uninterrupted
from ._library import call, library
from ._pil import is_pil, pixels_of
from .errors import bad_argument

# Pixel formats by name: the C API's number and the channels of an array; 0 for the YUV ones, which are planes.
_FORMATS = {
    "gray": (_raw.VAV_PIXEL_GRAY, 1),
    "rgb": (_raw.VAV_PIXEL_RGB, 3),
    "bgr": (_raw.VAV_PIXEL_BGR, 3),
    "rgba": (_raw.VAV_PIXEL_RGBA, 4),
    "bgra": (_raw.VAV_PIXEL_BGRA, 4),
    "nv12": (_raw.VAV_PIXEL_NV12, 0),
    "nv21": (_raw.VAV_PIXEL_NV21, 0),
    "i420": (_raw.VAV_PIXEL_I420, 0),
}
_BY_CHANNELS = {1: "gray", 3: "rgb", 4: "rgba"}
_SOURCES = {_raw.VAV_SOURCE_PIXELS: "pixels", _raw.VAV_SOURCE_JPEG: "jpeg", _raw.VAV_SOURCE_PNG: "png",
            _raw.VAV_SOURCE_WEBP: "webp", _raw.VAV_SOURCE_GIF: "gif", _raw.VAV_SOURCE_BMP: "bmp",
            _raw.VAV_SOURCE_TIFF: "tiff", _raw.VAV_SOURCE_HEIF: "heif"}

# What every function that takes a picture takes: a path, encoded bytes, an array (gray, RGB or RGBA), an Image, a PIL
# image or a file opened for reading bytes. Of the last two Python has no type that needs no import.
Picture = Union["Image", PathLike, bytes, bytearray, memoryview, npt.NDArray[Any], Any]


class Image(Handle):
    """A picture, upright, seen by the engine as 8-bit RGB. It never changes: share it between threads freely.

    Made by `Image.open`, `Image.decode` or `Image.from_array`.
    """

    _what = "image"

    def __init__(self, pointer: Any, keep: object = None) -> None:
        self._own(pointer, library().vav_image_destroy, keep)

    @classmethod
    def open(cls, path: PathLike, *, ignore_orientation: bool = False, max_pixels: int = 0) -> Image:
        """Decodes a JPEG, PNG, WebP, GIF, BMP, TIFF, HEIC or AVIF file, told apart by content and not by name.

        The EXIF orientation is applied unless `ignore_orientation`. A picture of more than `max_pixels` (0: 100
        million) is refused with an ImageError before any memory is taken.
        """
        out = ctypes.POINTER(_raw.vav_image)()
        options = _options(ignore_orientation, max_pixels)
        name = path_to_c(path)
        with Uninterrupted():
            call("vav_image_load", ctypes.byref(out), name, ctypes.byref(options))
            return cls(out)

    @classmethod
    def decode(cls, data: Union[bytes, bytearray, memoryview], *, ignore_orientation: bool = False,
               max_pixels: int = 0) -> Image:
        """The same from the bytes of such a file, which are not needed afterwards."""
        try:
            seen = memoryview(data)
            source = np.frombuffer(seen.tobytes(), np.uint8) if not seen.c_contiguous else np.frombuffer(seen, np.uint8)
        except (TypeError, ValueError):
            if not isinstance(data, (bytes, bytearray, memoryview)) or len(data) != 0:
                raise bad_argument(f"data must be the bytes of a picture file, not {type(data).__name__}") from None
            source = np.empty(0, dtype=np.uint8)
        out = ctypes.POINTER(_raw.vav_image)()
        options = _options(ignore_orientation, max_pixels)
        with Uninterrupted():
            call("vav_image_decode", ctypes.byref(out), source.ctypes.data_as(ctypes.c_void_p), source.size,
                 ctypes.byref(options))
            return cls(out)

    @classmethod
    def from_array(cls, array: npt.NDArray[Any], format: Optional[str] = None, *, orientation: int = 1) -> Image:
        """An image of pixels that are in memory already.

        `array` is uint8, (height, width) or (height, width, channels). `format` is "gray", "rgb", "bgr", "rgba",
        "bgra", or "nv12", "nv21", "i420" for the two-dimensional (height * 3 / 2, width) array which video decoders
        give; None: by the channels, 1 "gray", 3 "rgb", 4 "rgba". `orientation` is an EXIF number, 1 for upright.

        Upright RGB is not copied as long as the pixels of a row lie side by side, so a cropped array is fine: leave
        the array unchanged while the image is in use. Every other one is converted at once.
        """
        pixels = _checked(array)
        name = format if format is not None else _BY_CHANNELS.get(pixels.shape[2] if pixels.ndim == 3 else 1)
        if name is None:
            raise bad_argument(f"an array of shape {pixels.shape} is no picture: (height, width, 1, 3 or 4)")
        if not isinstance(name, str) or name not in _FORMATS:
            raise bad_argument(f"format {shown(format)} is unknown: one of {', '.join(_FORMATS)}")
        described, kept = _describe(pixels, name, orientation)
        out = ctypes.POINTER(_raw.vav_image)()
        with Uninterrupted():
            call("vav_image_wrap", ctypes.byref(out), ctypes.byref(described))
            return cls(out, keep=kept)

    @property
    def width(self) -> int:
        """px of the upright picture."""
        with self._use() as pointer:
            return int(library().vav_image_width(pointer))

    @property
    def height(self) -> int:
        """px of the upright picture."""
        with self._use() as pointer:
            return int(library().vav_image_height(pointer))

    @property
    def orientation(self) -> int:
        """The EXIF orientation found, 1..8; 1 when there was none."""
        with self._use() as pointer:
            return int(library().vav_image_orientation(pointer))

    @property
    def source(self) -> str:
        """What it was read from: "pixels", "jpeg", "png", "webp", "gif", "bmp", "tiff" or "heif"."""
        with self._use() as pointer:
            return _SOURCES.get(library().vav_image_get_source(pointer), "unknown")

    @property
    def warning(self) -> str:
        """What the decoder grumbled about while it still gave a whole picture; "" when nothing."""
        with self._use() as pointer:
            return from_c(library().vav_image_get_warning(pointer))

    @property
    def pixels(self) -> ByteArray:
        """The upright picture, (height, width, 3) uint8 RGB: a read-only view without a copy.

        It keeps the picture's memory alive, also after close().
        """
        with self._use() as pointer:
            described = _raw.new(_raw.vav_pixels)
            call("vav_image_get_pixels", pointer, ctypes.byref(described))
            address = ctypes.cast(described.data[0], ctypes.c_void_p).value
            assert address is not None
            shape = (described.height, described.width, 3)
            self._owned.acquire()  # given back by the view
            return view_octets(self._owned, address, shape, (described.stride[0], 3, 1))

    def __repr__(self) -> str:
        return "<visavis.Image closed>" if self.closed else f"<visavis.Image {self.width}x{self.height} {self.source}>"


def is_picture(value: object) -> bool:
    """One picture, and not several: all that `as_image` takes."""
    return (isinstance(value, (Image, str, os.PathLike, bytes, bytearray, memoryview, np.ndarray)) or is_pil(value) or
            _is_file(value))


def require_picture(value: object) -> None:
    """ArgumentError with what is taken."""
    if not is_picture(value):
        hint = "; numpy.asarray(picture) may help" if hasattr(value, "__array__") else ""
        raise bad_argument("a picture is a path, encoded bytes, a uint8 array, a PIL image, a file opened with 'rb' or "
                           f"a visavis.Image, not {type(value).__name__}{hint}")


def as_image(picture: Picture) -> Image:
    """An Image of whatever a function was given."""
    require_picture(picture)
    if isinstance(picture, Image):
        return picture
    if isinstance(picture, (str, os.PathLike)):
        return Image.open(picture)
    if isinstance(picture, (bytes, bytearray, memoryview)):
        return Image.decode(picture)
    if isinstance(picture, np.ndarray):
        return Image.from_array(picture)
    if _is_file(picture):
        data = picture.read()
        if not isinstance(data, (bytes, bytearray, memoryview)):
            raise bad_argument("a file of a picture must be opened with 'rb', for bytes")
        return Image.decode(data)
    pixels, orientation = pixels_of(picture)
    return Image.from_array(pixels, orientation=orientation)


@contextmanager
def opened(picture: Picture) -> Iterator[Image]:
    """The same for one `with`, which closes an Image made for it at its end. Were the Image forgotten instead, Python
    would lose a Ctrl-C that comes while it is freed."""
    image = as_image(picture)
    try:
        yield image
    finally:
        if image is not picture:
            image.close()


def _is_file(value: object) -> bool:
    return callable(getattr(value, "read", None)) and not is_pil(value)


def _options(ignore_orientation: bool, max_pixels: int) -> Any:
    return struct(_raw.vav_image_options, ignore_orientation=flag(ignore_orientation, "ignore_orientation"),
                  max_pixels=max_pixels)


def _checked(array: npt.NDArray[Any]) -> ByteArray:
    if not isinstance(array, np.ndarray):
        raise bad_argument(f"array must be a numpy array, not {type(array).__name__}")
    if array.dtype != np.uint8:
        hint = ": for values 0..1 use (array * 255).astype(numpy.uint8)" if array.dtype.kind == "f" else ""
        raise bad_argument(f"pixels must be uint8, not {array.dtype}{hint}")
    if array.ndim not in (2, 3) or 0 in array.shape:
        raise bad_argument(f"an array of shape {array.shape} is no picture: it is (height, width) or (height, width, "
                           "channels)")
    return array


def _describe(array: ByteArray, name: str, orientation: int) -> tuple[Any, ByteArray]:
    """The array as vav_pixels, and the array (a copy, if it had to be) whose memory that points at."""
    code, channels = _FORMATS[name]
    if channels == 0:
        return _describe_planes(array, name, orientation)
    if array.ndim == 2:
        array = array[:, :, np.newaxis]
    height, width, have = array.shape
    if have != channels:
        raise bad_argument(f"format '{name}' has {channels} channels, the array of shape {array.shape} has {have}")
    row = width * channels
    # Rows may lie anywhere apart, as in a cropped array; turned, flipped and thinned-out ones have to be copied.
    if array.strides[1:] != (channels, 1) or array.strides[0] < row:
        array = np.ascontiguousarray(array)
    return _pixels(code, width, height, orientation, array), array


def _describe_planes(array: ByteArray, name: str, orientation: int) -> tuple[Any, ByteArray]:
    """YUV: chroma rows below the luma rows, in one array."""
    if array.ndim != 2 or array.shape[0] % 3 or array.shape[1] % 2:
        raise bad_argument(f"format '{name}' needs an array of shape (height * 3 / 2, width) with even height and "
                           f"width, not {array.shape}")
    array = np.ascontiguousarray(array)
    return _pixels(_FORMATS[name][0], array.shape[1], array.shape[0] // 3 * 2, orientation, array), array


def _pixels(code: int, width: int, height: int, orientation: int, array: ByteArray) -> Any:
    described = struct(_raw.vav_pixels, format=code, width=width, height=height, orientation=orientation)
    described.stride[0] = array.strides[0]
    described.data[0] = octets(array)
    return described
