"""Pixels of PIL images, as the library reads a file: 16 bits are scaled to 8, transparent pixels become white. PIL need
not be installed."""
from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from . import _raw
from ._convert import ByteArray
from .errors import ImageError, VisavisError, bad_argument

_ORIENTATION = 0x0112  # of EXIF


def is_pil(value: object) -> bool:
    """Whether it is a PIL image, found out without importing PIL."""
    return hasattr(value, "convert") and hasattr(value, "getexif") and hasattr(value, "mode")


def pixels_of(picture: Any) -> tuple[ByteArray, int]:
    """The pixels (gray, RGB, or RGBA without transparency) and the EXIF orientation."""
    try:
        orientation = picture.getexif().get(_ORIENTATION, 1)
        return _pixels(picture), int(orientation) if orientation in range(1, 9) else 1
    except (MemoryError, VisavisError):
        raise
    except Exception as problem:  # PIL reads the file only now, and raises many kinds of exceptions
        raise ImageError(_raw.VAV_E_IMAGE_DECODE, f"the PIL image cannot be read: {problem}") from problem


def _pixels(picture: Any) -> ByteArray:
    mode = picture.mode
    # Before version 11, PIL gives a PNG of 16 bits the mode I.
    if mode.startswith("I;16") or (mode == "I" and getattr(picture, "format", None) == "PNG"):
        return _from_16_bits(np.asarray(picture).astype(np.uint32), picture.info.get("transparency"))
    if mode in ("I", "F"):
        raise bad_argument(f"a PIL image of mode '{mode}' does not say which value is white: make it one of mode 'L', "
                           "such as by picture.point(lambda value: value * (255 / white)).convert('L')")
    palette = getattr(picture, "palette", None) if mode == "P" else None
    if mode in ("La", "RGBa"):  # colours that are multiplied by the alpha
        picture = picture.convert("LA" if mode == "La" else "RGBA")
    if "transparency" in picture.info or picture.mode in ("LA", "PA", "RGBA") or "A" in getattr(palette, "mode", ""):
        return _on_white(np.asarray(picture.convert("RGBA")))
    return np.asarray(picture.convert("L" if mode in ("1", "L") else "RGB"))


def _from_16_bits(values: npt.NDArray[np.uint32], hidden: Any) -> ByteArray:
    gray = (values * np.uint32(255) + np.uint32(32895)) >> np.uint32(16)  # rounded, as libpng does
    return np.where(values == hidden, 255, gray).astype(np.uint8) if isinstance(hidden, int) else gray.astype(np.uint8)


def _on_white(pixels: ByteArray) -> ByteArray:
    """Makes transparent pixels white."""
    if pixels.ndim != 3 or (pixels[:, :, 3] == 255).all():
        return pixels
    alpha = pixels[:, :, 3:].astype(np.uint16)
    seen = pixels[:, :, :3] * alpha + (255 - alpha) * np.uint16(255) + np.uint16(128)
    return ((seen + (seen >> np.uint16(8))) >> np.uint16(8)).astype(np.uint8)
