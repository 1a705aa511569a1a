"""Pictures: decoded from files or bytes, or an array of yours."""
from __future__ import annotations

import ctypes
import os
from contextlib import contextmanager
from typing import Any, Iterator, Optional, Union

import numpy as np
import numpy.typing as npt

from . import _raw
from ._convert import ByteArray, PathLike, flag, from_c, known, octets, path_to_c, shown, struct, view_octets
from ._handle import Handle
from ._interrupt import Uninterrupted
from ._library import call, library
from ._pil import is_pil, pixels_of
from .errors import bad_argument

# Pixel formats by name: the number of the C API, and the channels of an array; 0 for YUV, which has planes.
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

# A picture as an argument: a path, encoded bytes, an array (gray, RGB or RGBA), an Image, a PIL image or a file opened
# with "rb". The last two are "Any": their types would need an import.
Picture = Union["Image", PathLike, bytes, bytearray, memoryview, npt.NDArray[Any], Any]


class Image(Handle):
    """An upright picture of 8-bit RGB. It never changes, so any number of threads may share it.

    Made by `Image.open`, `Image.decode` or `Image.from_array`.
    """

    _what = "image"

    def __init__(self, pointer: Any, keep: object = None) -> None:
        if not isinstance(pointer, ctypes.POINTER(_raw.vav_image)):
            raise bad_argument("Image() takes no picture: use Image.open(path), Image.decode(data) or "
                               "Image.from_array(array)")
        self._own(pointer, library().vav_image_destroy, keep)

    @classmethod
    def open(cls, path: PathLike, *, ignore_orientation: bool = False, max_pixels: int = 0) -> Image:
        """Decodes a JPEG, PNG, WebP, GIF, BMP, TIFF, HEIC or AVIF file. Its content decides which it is, not its name.

        It is turned upright as EXIF says, unless `ignore_orientation`. A picture of more than `max_pixels` (0: 100
        million) is an ImageError before memory is taken.
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
        """Decodes the bytes of such a file. They are not needed after the call."""
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
        """Makes an image of pixels in memory.

        array        uint8, (height, width) or (height, width, channels)
        format       "gray", "rgb", "bgr", "rgba", "bgra", or "nv12", "nv21", "i420" for the two-dimensional array
                     (height * 3 / 2, width) that video decoders give. None: by the channels, 1 "gray", 3 "rgb", 4
                     "rgba"
        orientation  how to make it upright, as a number of EXIF; 1: it is upright

        Upright RGB is not copied if the pixels of a row lie side by side, as in a cropped array: leave the array
        unchanged while the image is in use. Every other array is converted and copied at once.
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
        """Width of the upright picture in px."""
        with self._use() as pointer:
            return int(library().vav_image_width(pointer))

    @property
    def height(self) -> int:
        """Height of the upright picture in px."""
        with self._use() as pointer:
            return int(library().vav_image_height(pointer))

    @property
    def orientation(self) -> int:
        """The orientation that EXIF or you gave, 1..8; 1 if there was none."""
        with self._use() as pointer:
            return int(library().vav_image_orientation(pointer))

    @property
    def source(self) -> str:
        """What it was read from: "pixels", "jpeg", "png", "webp", "gif", "bmp", "tiff" or "heif"."""
        with self._use() as pointer:
            return known(_SOURCES, library().vav_image_get_source(pointer), "format")

    @property
    def warning(self) -> str:
        """The decoder's warning about a picture that it could read; "" if there is none."""
        with self._use() as pointer:
            return from_c(library().vav_image_get_warning(pointer))

    @property
    def pixels(self) -> ByteArray:
        """The upright picture, (height, width, 3) uint8 RGB: a read-only view, not a copy. It stays valid after
        close(). """
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
    """True: one picture that `as_image` takes, not several."""
    return (isinstance(value, (Image, str, os.PathLike, bytes, bytearray, memoryview, np.ndarray)) or is_pil(value) or
            _is_file(value))


def require_picture(value: object) -> None:
    """Raises an ArgumentError that says what a picture may be."""
    if not is_picture(value):
        hint = "; numpy.asarray(picture) may help" if hasattr(value, "__array__") else ""
        raise bad_argument("a picture is a path, encoded bytes, a uint8 array, a PIL image, a file opened with 'rb' or "
                           f"a visavis.Image, not {type(value).__name__}{hint}")


def as_image(picture: Picture) -> Image:
    """An Image of any picture."""
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
        try:
            data = picture.read()
        except UnicodeDecodeError:
            raise bad_argument("a file of a picture must be opened with 'rb', for bytes") from None
        except ValueError as problem:  # closed
            raise bad_argument(f"a file of a picture cannot be read: {problem}") from None
        if not isinstance(data, (bytes, bytearray, memoryview)):
            raise bad_argument("a file of a picture must be opened with 'rb', for bytes")
        return Image.decode(data)
    pixels, orientation = pixels_of(picture)
    return Image.from_array(pixels, orientation=orientation)


@contextmanager
def opened(picture: Picture) -> Iterator[Image]:
    """An Image for one `with`. If it was made for it, it is closed at the end. The garbage collector would lose a
    Ctrl-C that comes while it frees an Image."""
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
    """A vav_pixels, and the array that its pointers refer to: the given one, or a copy if necessary."""
    code, channels = _FORMATS[name]
    if channels == 0:
        return _describe_planes(array, name, orientation)
    if array.ndim == 2:
        array = array[:, :, np.newaxis]
    height, width, have = array.shape
    if have != channels:
        raise bad_argument(f"format '{name}' has {channels} channels, the array of shape {array.shape} has {have}")
    row = width * channels
    # Rows may have gaps between them, as in a cropped array; arrays with other strides are copied.
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
