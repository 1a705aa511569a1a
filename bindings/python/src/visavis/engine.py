"""The engine: picture in, faces out, in one call or step by step."""
from __future__ import annotations

import ctypes
import math
import operator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any, Iterable, Literal, Optional, Sequence, Union

import numpy as np
import numpy.typing as npt

from . import _raw
from ._answer import Answer
from ._convert import (ByteArray, FloatArray, PathLike, as_floats, at_least_one, choice, flag, floats, from_c,
                       octets, real, several, shown, struct)
from ._embedding import EmbeddingLike, embedding
from ._handle import Handle
from ._interrupt import Uninterrupted
from ._library import call, library, result, results
from ._comparing import to_threshold
from .errors import VisavisError, bad_argument, from_status
from .faces import Box, Face, faces_of
from .image import Image, Picture, is_picture, opened
from .models import Models
from .quality import Policy, to_policy

_DETECTORS = {"hog": _raw.VAV_DETECTOR_HOG, "cnn": _raw.VAV_DETECTOR_CNN,
              "yunet": _raw.VAV_DETECTOR_YUNET}
_BACKENDS = {"auto": _raw.VAV_BACKEND_AUTO, "dlib": _raw.VAV_BACKEND_DLIB, "onednn": _raw.VAV_BACKEND_ONEDNN,
             "opencv": _raw.VAV_BACKEND_OPENCV}
_PRECISIONS = {"exact": _raw.VAV_PRECISION_EXACT, "fast": _raw.VAV_PRECISION_FAST}


@dataclass(frozen=True, eq=False)
class Remade(Answer):
    """The result of Engine.remake: what one picture gave for a template."""

    embedding: Optional[FloatArray] = field(repr=False)
    """Of the other models; None: see `kind` and `reason`."""
    distance: float
    """Of the nearest face to the template, by the models before; smaller is closer; infinite: no face was compared."""
    box: Optional[Box]
    """Where that face is; None: no face was compared."""
    same_picture: bool
    """So near that the template is of this very picture: no other need be looked at."""
    kind: str
    """done, no_face, different_face, or a reason of `Face.not_comparable_reason`; later versions may know more"""
    reason: str
    """Why there is none, as a sentence."""

    def _how_to_ask(self) -> str:
        return "look at `.embedding`, and at `.kind` for why there is none"


class Engine(Handle):
    """Finds faces and computes their embeddings. Any number of threads may use it at once: make one and share it.

    detector    "hog": fast, finds upright frontal faces, needs no model file; "cnn": slow, also finds turned and
                tilted faces; "yunet": fast, finds all these and small ones; its file comes with every set but
                "dlib". None: that of the set of models, "hog" for "dlib", else "yunet"
    min_face    the smallest face to find, in px; 0: what the detector sees by itself (hog about 72, cnn about 40). For
                smaller ones it first enlarges the picture 2, 4 … times, which costs 4, 16 … times as much
    max_face    the largest face to find, in px; 0: no limit
    clip        cut boxes at the edges of the picture
    threshold   added to the threshold of the detector, -10..10: above 0 it finds fewer and surer faces
    gray        look at the picture in grey: a little faster; a face or a box may differ. Only for "hog"
    roi         the region to look at: (left, top, right, bottom) in px, the pixels at all four sides included. The
                detector sees it as a picture, so boxes differ a little from those of the whole picture. They are in px
                of the whole picture
    upright     also look at the picture turned by 90, 180 and 270 degrees, for photos that lie on their side. Takes
                four times as long. Boxes and landmarks are still those of the picture as given
    threads     how many threads one call may use; calls from several Python threads run at the same time anyway
    backend     what runs the networks: "auto", "onednn", "opencv", or "dlib", the reference
    precision   of embeddings: "exact", or "fast": SFace in two fifths of the time, on CPUs with AVX-512 VNNI, with a
                cosine of .999 to the exact ones; both kinds may lie in one gallery
    max_megapixels  the largest picture that the detector may look at, after enlarging; limits memory. 0: 400 (hog), 50
                (cnn)
    models      a Models to share, or the directory of the model files; None: see Models
    """

    _what = "engine"

    def __init__(self, detector: Optional[Literal["hog", "cnn", "yunet"]] = None, *, min_face: int = 0,
                 max_face: int = 0, clip: bool = False, threshold: float = 0.0, gray: bool = False,
                 roi: Union[Box, Sequence[int], None] = None, upright: bool = False, threads: int = 1,
                 backend: Literal["auto", "dlib", "onednn", "opencv"] = "auto", max_megapixels: int = 0,
                 precision: Literal["exact", "fast"] = "exact",
                 models: Union[Models, PathLike, None] = None) -> None:
        number = _raw.VAV_DETECTOR_DEFAULT if detector is None else choice(detector, _DETECTORS, "detector")
        self._detect = struct(_raw.vav_detect_options, detector=number,
                              min_face=min_face, max_face=max_face, clip=flag(clip, "clip"), gray=flag(gray, "gray"),
                              threshold=real(threshold, "threshold"), upright=flag(upright, "upright"))
        if roi is not None:
            area = self._detect.roi = _boxes([roi], "roi")[0]
            if area.left == area.right and area.top == area.bottom:  # at 0,0 it would stand for the whole picture
                raise bad_argument(f"roi is {shown(roi)}, a single pixel, which shows no face")
        options = struct(_raw.vav_engine_options, backend=choice(backend, _BACKENDS, "backend"), threads=threads,
                         max_megapixels=max_megapixels,
                         precision=choice(precision, _PRECISIONS, "precision"))
        self.models = models if isinstance(models, Models) else Models(models)
        if detector is not None and detector not in self.models.detectors:
            raise bad_argument(f"detector must be one of the set of models {self.models.set!r}: "
                               f"{', '.join(self.models.detectors)}")
        self.set = self.models.set
        """The name of the set of models, such as "dlib"."""
        self._usual_threshold = self.models.default_threshold
        out = ctypes.POINTER(_raw.vav_engine)()
        with Uninterrupted(undo=self._abandon), self.models._use() as set_of_models:
            call("vav_engine_create", ctypes.byref(out), set_of_models, ctypes.byref(options))
            self._own(out, library().vav_engine_destroy)
        with self._use() as pointer:  # refuse wrong options now, not with the first picture
            try:
                call("vav_engine_analyze_batch", None, pointer, None, 0, ctypes.byref(self._detect), None)
            except VisavisError as problem:
                raise from_status(problem.code, problem.message.replace("detect.", "", 1)) from None

    @property
    def backend(self) -> str:
        """One line: the backend that runs, and why this one."""
        with self._use() as pointer:
            return from_c(library().vav_engine_get_backend(pointer))

    def warm_up(self, *, chips: bool = False, embeddings: bool = True) -> None:
        """Loads the models now, so that the first picture is as fast as the others."""
        with self._use() as pointer:
            call("vav_engine_warm_up", pointer, self._detect.detector, _what(chips, embeddings, False))

    def _faces(self, pointer: Any, policy: Any = None) -> list[Face]:
        return faces_of(pointer, self.set, self._usual_threshold, policy)

    def detect(self, picture: Picture) -> list[Face]:
        """Finds faces: only boxes and scores, the surest first. An empty list if there is no face."""
        with opened(picture) as seen, self._use() as pointer, seen._use() as image:
            with result(_raw.vav_faces, "vav_engine_detect", pointer, image, ctypes.byref(self._detect)) as out:
                return self._faces(out)

    def analyze(self, picture: Picture, *, chips: bool = False, embeddings: bool = True,
                quality: bool = False, policy: Union[Policy, str, None] = None) -> list[Face]:
        """Finds faces and computes landmarks, and embeddings, chips and quality if asked for. The surest face is
        first. With a policy ("strict", "normal", "lenient" or a Policy) each face knows why it is refused."""
        limits = to_policy(policy)
        options = _analyze_options(chips, embeddings, quality, limits)
        with opened(picture) as seen, self._use() as pointer, seen._use() as image:
            with result(_raw.vav_faces, "vav_engine_analyze", pointer, image, ctypes.byref(self._detect),
                        ctypes.byref(options)) as out:
                return self._faces(out, limits)

    def analyze_largest(self, picture: Picture, *, chips: bool = False, embeddings: bool = True,
                        quality: bool = False, policy: Union[Policy, str, None] = None) -> Optional[Face]:
        """The largest face, as `analyze` gives it, without what the others would cost. None: there is no face."""
        limits = to_policy(policy)
        options = _analyze_options(chips, embeddings, quality, limits)
        with opened(picture) as seen, self._use() as pointer, seen._use() as image:
            with result(_raw.vav_faces, "vav_engine_detect", pointer, image, ctypes.byref(self._detect)) as found:
                index = ctypes.c_int32(library().vav_faces_largest(found))
                if index.value < 0:
                    return None
                with result(_raw.vav_faces, "vav_engine_analyze_faces", pointer, image, found, ctypes.byref(index), 1,
                            ctypes.byref(options)) as out:
                    return self._faces(out, limits)[0]

    def analyze_batch(self, pictures: Iterable[Picture], *, chips: bool = False, embeddings: bool = True,
                      quality: bool = False, policy: Union[Policy, str, None] = None) -> list[list[Face]]:
        """Does the same for several pictures: one list of faces for each. The networks run over all faces together,
        which is faster. If one picture cannot be read, there is no result at all."""
        limits = to_policy(policy)
        options = _analyze_options(chips, embeddings, quality, limits)
        if is_picture(pictures) and not _is_several(pictures):
            raise bad_argument("pictures: analyze_batch takes several pictures, in a list: for one use analyze")
        with ExitStack() as stack:
            images = [stack.enter_context(opened(picture)) for picture in several(pictures, "pictures", "pictures")]
            pointer = stack.enter_context(self._use())
            inputs = (ctypes.POINTER(_raw.vav_image) * len(images))(*[stack.enter_context(i._use()) for i in images])
            if not images:
                return []
            with results(_raw.vav_faces, len(images), "vav_engine_analyze_batch", pointer, inputs, len(images),
                         ctypes.byref(self._detect), ctypes.byref(options)) as found:
                return [self._faces(one, limits) for one in found]

    def analyze_boxes(self, picture: Picture, boxes: Sequence[Union[Box, Sequence[int]]], *, chips: bool = False,
                      embeddings: bool = True, quality: bool = False,
                      policy: Union[Policy, str, None] = None) -> list[Face]:
        """Computes one face for each of your own boxes (left, top, right, bottom), in px and in this order."""
        limits = to_policy(policy)
        options = _analyze_options(chips, embeddings, quality, limits)
        raw = _boxes(boxes)
        with opened(picture) as seen, self._use() as pointer, seen._use() as image:
            with result(_raw.vav_faces, "vav_engine_analyze_boxes", pointer, image, raw, len(raw),
                        ctypes.byref(options)) as out:
                return self._faces(out, limits)

    def analyze_landmarks(self, picture: Picture, landmarks: npt.ArrayLike, *, chips: bool = False,
                          embeddings: bool = True, quality: bool = False,
                          policy: Union[Policy, str, None] = None) -> list[Face]:
        """Computes one face for each of your own landmarks: (n, 5, 2) in px, points in the order of Face. No boxes."""
        limits = to_policy(policy)
        options = _analyze_options(chips, embeddings, quality, limits)
        points = as_floats(landmarks, (None, _raw.VAV_LANDMARKS, 2), "landmarks")
        with opened(picture) as seen, self._use() as pointer, seen._use() as image:
            with result(_raw.vav_faces, "vav_engine_analyze_landmarks", pointer, image,
                        points.ctypes.data_as(ctypes.POINTER(_raw.vav_point)), len(points),
                        ctypes.byref(options)) as out:
                return self._faces(out, limits)

    def cut_face(self, picture: Picture, face: Face) -> Image:
        """Cuts a face that this engine has found out of its picture: upright, with as much around it as it is wide, at
        most 320 px wide. It is what `Gallery.keep_chip` takes."""
        return self._cut(picture, face, "vav_image_cut_face")

    def cut_portrait(self, picture: Picture, face: Face, *, width: int = 0) -> Image:
        """Cuts a face that this engine has found out of its picture as passports want it: upright, three wide and four
        high, the eyes at 3/8 and 5/8 of the width. `width` in px; 0: as in the picture, at most 1,200. Nothing is
        checked: `Policy(portrait=True)` of `analyze` says why the picture gives no good one."""
        wanted = at_least_one(width, "width", 0)
        if wanted > _raw.VAV_PORTRAIT_WIDTH_MAX:
            raise bad_argument(f"width must be at most {_raw.VAV_PORTRAIT_WIDTH_MAX}, not {shown(width)}")
        return self._cut(picture, face, "vav_image_cut_portrait", wanted)

    def _cut(self, picture: Picture, face: Face, function: str, *more: int) -> Image:
        if not isinstance(face, Face) or face.landmarks is None:
            raise bad_argument(f"face must be a Face with landmarks, not {shown(face)}")
        if face.set is not None and face.set != self.set:
            raise bad_argument(f"face was found by the set of models {face.set!r}, and this engine is of {self.set!r}")
        options = _analyze_options(False, False, False)
        points = as_floats(face.landmarks, (_raw.VAV_LANDMARKS, 2), "face")
        out = ctypes.POINTER(_raw.vav_image)()
        with opened(picture) as seen, self._use() as pointer, seen._use() as image:
            with result(_raw.vav_faces, "vav_engine_analyze_landmarks", pointer, image,
                        points.ctypes.data_as(ctypes.POINTER(_raw.vav_point)), 1, ctypes.byref(options)) as found:
                call(function, ctypes.byref(out), image, found, 0, *more)
                return Image(out)

    def remake(self, picture: Picture, template: EmbeddingLike, to: Engine, *, threshold: Optional[float] = None,
               kept_chip: bool = False) -> Remade:
        """Makes a template anew by other models, out of a picture of the person: what `Gallery.stage` takes.

        template   an embedding of this engine's models, such as a Template's
        to         an engine of the other models
        threshold  a face that is farther from the template is another person's; None: that of this set of models
        kept_chip  the picture is what `Gallery.kept_chip` gave

        Of the faces in the picture, the one that this engine finds nearest to the template is taken, and `to` finds it
        again in the same place. Of several pictures take the one whose `distance` is the smallest."""
        if not isinstance(to, Engine):
            raise bad_argument(f"to must be a visavis.Engine, not {shown(to)}")
        values = embedding(template, "template", self.set)
        options = struct(_raw.vav_remake_options, threshold=to_threshold(threshold),
                         kept_chip=flag(kept_chip, "kept_chip"))
        options.before, options.after = ctypes.pointer(self._detect), ctypes.pointer(to._detect)
        made = np.empty(to.models.embedding_dim, np.float32)
        raw = _raw.new(_raw.vav_remade)
        with opened(picture) as seen, self._use() as before, to._use() as after, seen._use() as image:
            call("vav_engine_remake", ctypes.byref(raw), floats(made), len(made), before, after, image, floats(values),
                 len(values), ctypes.byref(options))
        return _remade(raw, made)

    def embed_chips(self, chips: ByteArray) -> FloatArray:
        """The embeddings (n, 128) float32 of your own chips (n, 150, 150, 3) uint8 RGB; 112 instead of 150 with the set
        "opencv-zoo". A chip without a face gives numbers that mean nothing."""
        try:
            pixels = np.ascontiguousarray(chips)
        except Exception as problem:  # of another package's array
            raise bad_argument(f"chips must be an array: {problem}") from problem
        side = self.models.chip_size
        if pixels.dtype != np.uint8 or pixels.ndim != 4 or pixels.shape[1:] != (side, side, 3):
            raise bad_argument(f"chips must be uint8 of shape (n, {side}, {side}, 3), not {pixels.dtype} of "
                               f"{pixels.shape}")
        out = np.empty((len(pixels), _raw.VAV_EMBEDDING_DIM), dtype=np.float32)
        if len(pixels):
            with self._use() as pointer:
                call("vav_engine_embed_chips", floats(out), out.shape[1], pointer, octets(pixels), len(pixels))
        return out


def _remade(raw: Any, made: FloatArray) -> Remade:
    lib = library()
    done = raw.result == _raw.VAV_REMAKE_DONE
    kind, reason = from_c(lib.vav_remake_result_name(raw.result)), ""
    if raw.result == _raw.VAV_REMAKE_NOT_COMPARABLE:
        kind, reason = (from_c(word(raw.comparability)) for word in (lib.vav_comparability_name,
                                                                     lib.vav_comparability_advice))
    elif raw.result == _raw.VAV_REMAKE_DIFFERENT_FACE:
        reason = f"shows somebody else: the nearest face is at {raw.distance:.3f}"
    elif not done:
        reason = "shows no face"
    box = raw.box
    seen = Box(box.left, box.top, box.right, box.bottom) if math.isfinite(raw.distance) else None
    return Remade(made if done else None, raw.distance, seen, raw.same_picture == 1, kind, reason)


def _is_several(pictures: Any) -> bool:
    """True: an array of several pictures."""
    return isinstance(pictures, np.ndarray) and (pictures.ndim > 3 or pictures.dtype == object or
                                                 (pictures.ndim == 3 and pictures.shape[2] not in (1, 3, 4)))


def _what(chips: bool, embeddings: bool, quality: bool) -> int:
    return (_raw.VAV_ANALYZE_LANDMARKS | (_raw.VAV_ANALYZE_CHIP if flag(chips, "chips") else 0) |
            (_raw.VAV_ANALYZE_EMBEDDING if flag(embeddings, "embeddings") else 0) |
            (_raw.VAV_ANALYZE_QUALITY if flag(quality, "quality") else 0))


def _analyze_options(chips: bool, embeddings: bool, quality: bool, policy: Any = None) -> Any:
    what = _what(chips, embeddings, quality) | (0 if policy is None else _raw.VAV_ANALYZE_QUALITY)
    return struct(_raw.vav_analyze_options, what=what)


def _boxes(boxes: Sequence[Union[Box, Sequence[int]]], name: str = "boxes") -> Any:
    given = list(several(boxes, name, "boxes"))
    raw = (_raw.vav_box * len(given))()
    for index, box in enumerate(given):
        sides: Optional[list[int]] = None
        try:
            sides = [operator.index(side) for side in box]  # no text, and nothing cut off a float
        except TypeError:
            pass
        if sides is None or len(sides) != 4 or any(abs(side) >= 2**31 for side in sides):
            raise bad_argument(f"{name}[{index}] must be four ints (left, top, right, bottom), not {shown(box)}")
        raw[index] = _raw.vav_box(*sides)
    return raw
