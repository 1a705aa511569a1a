"""The engine: picture in, faces out, in one call or step by step."""
from __future__ import annotations

import ctypes
from contextlib import ExitStack
from typing import Any, Iterable, Literal, Optional, Sequence, Union

import numpy as np
import numpy.typing as npt

from . import _raw
from ._convert import (ByteArray, FloatArray, PathLike, as_floats, choice, flag, floats, from_c, octets, real,
                       several, shown, struct)
from ._handle import Handle
from ._interrupt import Uninterrupted
from ._library import call, library
from .errors import VisavisError, bad_argument, from_status
from .faces import Box, Face, take
from .image import Picture, is_picture, opened
from .models import Models

_DETECTORS = {"hog": _raw.VAV_DETECTOR_HOG, "cnn": _raw.VAV_DETECTOR_CNN}
_BACKENDS = {"auto": _raw.VAV_BACKEND_AUTO, "dlib": _raw.VAV_BACKEND_DLIB, "onednn": _raw.VAV_BACKEND_ONEDNN,
             "opencv": _raw.VAV_BACKEND_OPENCV}


class Engine(Handle):
    """Finds faces and computes their embeddings. Safe from any number of threads at once: make one and share it.

    detector    "hog": fast, upright frontal faces, needs no model file; "cnn": also turned and tilted ones, slow
    min_face    px, the smallest face to find, 0 = what the detector sees unaided (hog about 72, cnn about 40). A
                smaller one makes it enlarge the picture by 2, 4 … at 4, 16 … times the cost
    max_face    px, 0 = no limit
    clip        cut boxes at the picture's edges
    threshold   added to the detector's own, -10..10: above 0 finds fewer and surer faces
    gray        look at the grey picture: a little faster, now and then another box; "hog" only
    roi         (left, top, right, bottom) in px, all four inside: look for faces here only. Seen as a picture of its
                own, so that boxes (in px of the whole picture) differ a little from those that looking everywhere gives
    upright     also look at the picture turned by 90, 180 and 270 degrees, as photo libraries want whose pictures lie
                on their side; four times the work. Boxes and landmarks are those of the picture as it is
    threads     how many one call may use; calls from several Python threads run side by side in any case
    backend     what runs the networks: "auto", "onednn", "opencv", or "dlib", the reference
    max_megapixels  of a picture as the detector looks at it; bounds memory. 0: 400 (hog), 50 (cnn)
    models      a Models to share, or the directory of the model files; see Models for the default
    """

    _what = "engine"

    def __init__(self, detector: Literal["hog", "cnn"] = "hog", *, min_face: int = 0, max_face: int = 0,
                 clip: bool = False, threshold: float = 0.0, gray: bool = False,
                 roi: Union[Box, Sequence[int], None] = None, upright: bool = False, threads: int = 1,
                 backend: Literal["auto", "dlib", "onednn", "opencv"] = "auto", max_megapixels: int = 0,
                 models: Union[Models, PathLike, None] = None) -> None:
        self._detect = struct(_raw.vav_detect_options, detector=choice(detector, _DETECTORS, "detector"),
                              min_face=min_face, max_face=max_face, clip=flag(clip, "clip"), gray=flag(gray, "gray"),
                              threshold=real(threshold, "threshold"), upright=flag(upright, "upright"))
        if roi is not None:
            self._detect.roi = _boxes([roi], "roi")[0]
        options = struct(_raw.vav_engine_options, backend=choice(backend, _BACKENDS, "backend"), threads=threads,
                         max_megapixels=max_megapixels)
        self.models = models if isinstance(models, Models) else Models(models)
        out = ctypes.POINTER(_raw.vav_engine)()
        with Uninterrupted(undo=self._abandon), self.models._use() as set_of_models:
            call("vav_engine_create", ctypes.byref(out), set_of_models, ctypes.byref(options))
            self._own(out, library().vav_engine_destroy)
        with self._use() as pointer:  # what is wrong with the options is said now, and not when the first picture comes
            try:
                call("vav_engine_analyze_batch", None, pointer, None, 0, ctypes.byref(self._detect), None)
            except VisavisError as problem:
                raise from_status(problem.code, problem.message.replace("detect.", "", 1)) from None

    @property
    def backend(self) -> str:
        """The backend that runs and why, in one line."""
        with self._use() as pointer:
            return from_c(library().vav_engine_get_backend(pointer))

    def warm_up(self, *, chips: bool = False, embeddings: bool = True) -> None:
        """Loads now what the arguments will need, so that the first picture is as fast as the rest."""
        with self._use() as pointer:
            call("vav_engine_warm_up", pointer, self._detect.detector, _what(chips, embeddings))

    def detect(self, picture: Picture) -> list[Face]:
        """Finds faces: boxes and scores, surest first. No face is an empty list."""
        out = ctypes.POINTER(_raw.vav_faces)()
        with opened(picture) as seen, self._use() as pointer, seen._use() as image:
            call("vav_engine_detect", ctypes.byref(out), pointer, image, ctypes.byref(self._detect))
            return take(out)

    def analyze(self, picture: Picture, *, chips: bool = False, embeddings: bool = True) -> list[Face]:
        """The whole way in one call: boxes, scores and landmarks, then embeddings and chips as asked."""
        options = _analyze_options(chips, embeddings)
        out = ctypes.POINTER(_raw.vav_faces)()
        with opened(picture) as seen, self._use() as pointer, seen._use() as image:
            call("vav_engine_analyze", ctypes.byref(out), pointer, image, ctypes.byref(self._detect),
                 ctypes.byref(options))
            return take(out)

    def analyze_batch(self, pictures: Iterable[Picture], *, chips: bool = False,
                      embeddings: bool = True) -> list[list[Face]]:
        """The same for several pictures; the networks run over all faces together. All or nothing: when one picture
        cannot be read, nothing is computed."""
        options = _analyze_options(chips, embeddings)
        if is_picture(pictures) and not _is_several(pictures):
            raise bad_argument("pictures: analyze_batch takes several pictures, in a list: for one use analyze")
        with ExitStack() as stack:
            images = [stack.enter_context(opened(picture)) for picture in several(pictures, "pictures", "pictures")]
            out = (ctypes.POINTER(_raw.vav_faces) * len(images))()
            pointer = stack.enter_context(self._use())
            inputs = (ctypes.POINTER(_raw.vav_image) * len(images))(*[stack.enter_context(i._use()) for i in images])
            if images:
                call("vav_engine_analyze_batch", out, pointer, inputs, len(images), ctypes.byref(self._detect),
                     ctypes.byref(options))
            return [take(out[index]) for index in range(len(images))]

    def analyze_boxes(self, picture: Picture, boxes: Sequence[Union[Box, Sequence[int]]], *, chips: bool = False,
                      embeddings: bool = True) -> list[Face]:
        """From boxes of your own, (left, top, right, bottom) in px, all four inside: one face each, in order."""
        options = _analyze_options(chips, embeddings)
        raw = _boxes(boxes)
        out = ctypes.POINTER(_raw.vav_faces)()
        with opened(picture) as seen, self._use() as pointer, seen._use() as image:
            call("vav_engine_analyze_boxes", ctypes.byref(out), pointer, image, raw, len(raw), ctypes.byref(options))
            return take(out)

    def analyze_landmarks(self, picture: Picture, landmarks: npt.ArrayLike, *, chips: bool = False,
                          embeddings: bool = True) -> list[Face]:
        """From landmarks of your own, (n, 5, 2) in px, points in the order of Face: one face each, without box."""
        options = _analyze_options(chips, embeddings)
        points = as_floats(landmarks, (None, _raw.VAV_LANDMARKS, 2), "landmarks")
        out = ctypes.POINTER(_raw.vav_faces)()
        with opened(picture) as seen, self._use() as pointer, seen._use() as image:
            call("vav_engine_analyze_landmarks", ctypes.byref(out), pointer, image,
                 points.ctypes.data_as(ctypes.POINTER(_raw.vav_point)), len(points), ctypes.byref(options))
            return take(out)

    def embed_chips(self, chips: ByteArray) -> FloatArray:
        """Embeddings (n, 128) float32 of chips (n, 150, 150, 3) uint8 RGB."""
        try:
            pixels = np.ascontiguousarray(chips)
        except Exception as problem:  # of another package's array
            raise bad_argument(f"chips must be an array: {problem}") from problem
        side = _raw.VAV_CHIP_SIZE
        if pixels.dtype != np.uint8 or pixels.ndim != 4 or pixels.shape[1:] != (side, side, 3):
            raise bad_argument(f"chips must be uint8 of shape (n, {side}, {side}, 3), not {pixels.dtype} of "
                               f"{pixels.shape}")
        out = np.empty((len(pixels), _raw.VAV_EMBEDDING_DIM), dtype=np.float32)
        if len(pixels):
            with self._use() as pointer:
                call("vav_engine_embed_chips", floats(out), pointer, octets(pixels), len(pixels))
        return out


def _is_several(pictures: Any) -> bool:
    """An array of several pictures, one behind the other."""
    return isinstance(pictures, np.ndarray) and (pictures.ndim > 3 or pictures.dtype == object or
                                                 (pictures.ndim == 3 and pictures.shape[2] not in (1, 3, 4)))


def _what(chips: bool, embeddings: bool) -> int:
    return (_raw.VAV_ANALYZE_LANDMARKS | (_raw.VAV_ANALYZE_CHIP if flag(chips, "chips") else 0) |
            (_raw.VAV_ANALYZE_EMBEDDING if flag(embeddings, "embeddings") else 0))


def _analyze_options(chips: bool, embeddings: bool) -> Any:
    return struct(_raw.vav_analyze_options, what=_what(chips, embeddings))


def _boxes(boxes: Sequence[Union[Box, Sequence[int]]], name: str = "boxes") -> Any:
    given = list(several(boxes, name, "boxes"))
    raw = (_raw.vav_box * len(given))()
    for index, box in enumerate(given):
        sides: Optional[list[int]] = None
        try:
            sides = [int(side) for side in box]
        except (TypeError, ValueError, OverflowError):
            pass
        if sides is None or len(sides) != 4 or any(abs(side) >= 2**31 for side in sides):
            raise bad_argument(f"{name}[{index}] must be four ints (left, top, right, bottom), not {shown(box)}")
        raw[index] = _raw.vav_box(*sides)
    return raw
