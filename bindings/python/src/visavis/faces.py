"""Faces: what the engine found in a picture, as plain values."""
from __future__ import annotations

import ctypes
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Optional

import numpy as np

from . import _raw
from ._convert import ByteArray, FloatArray, copy_floats, copy_octets, from_c, several, shown
from ._library import call, library
from .errors import bad_argument
from .quality import Quality, quality_of, refusals_of


class Box(NamedTuple):
    """A rectangle in px of the upright picture. The pixels at all four sides belong to it: width = right - left + 1."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        return self.right - self.left + 1

    @property
    def height(self) -> int:
        return self.bottom - self.top + 1


@dataclass(frozen=True, eq=False)
class Face:
    """One face. What was not computed is None. The arrays are copies and yours."""

    box: Optional[Box] = None
    """May reach beyond the picture, unless the engine was made with `clip`; None if your own landmarks were given."""
    score: Optional[float] = None
    """How sure the detector is: larger is surer, 0 is its threshold. Each detector has its own scale."""
    landmarks: Optional[FloatArray] = field(default=None, repr=False)
    """(5, 2) float32, x and y in px: outer and inner corner of the eye on the right side of the picture, outer and
    inner corner of the eye on its left side, base of the nose."""
    embedding: Optional[FloatArray] = field(default=None, repr=False)
    """(128,) float32 with dlib's model. Compare with `visavis.distance`. None if the face is not comparable."""
    chip: Optional[ByteArray] = field(default=None, repr=False)
    """(150, 150, 3) uint8 RGB: the face cut out upright, as the embedding network sees it."""
    comparable: Optional[bool] = None
    """Whether the face can be compared with others; None if no landmarks were asked for. In worse pictures different
    people look alike, so a face that is not comparable has no embedding."""
    not_comparable_reason: Optional[str] = None
    """Why not: "landmarks", "cut", "too_small", "too_dark", "too_bright", "low_contrast", "blurred",
    "compressed" or "noisy"; later versions may know more. None when the face is comparable."""
    advice: Optional[str] = field(default=None, repr=False)
    """The reason as a sentence, and what to do about it. None if the face is comparable."""
    quality: Optional[dict[str, Quality]] = field(default=None, repr=False)
    """The measures by name, such as `face.quality["sharpness"].score`; None if they were not asked for."""
    refusals: Optional[list[str]] = field(default=None, repr=False)
    """Why the policy refuses the face, each as a sentence; empty: it is good enough. None if no policy was given."""
    set: Optional[str] = None
    """The set of models that made it, such as "dlib"; None: a face that you made. Two sets are not compared."""
    usual_threshold: Optional[float] = field(default=None, repr=False)
    """The largest distance of a match of that set, where nobody says otherwise."""


def largest(faces: list[Face]) -> Optional[Face]:
    """The face with the largest box; None if there is none."""
    given = list(several(faces, "faces", "faces"))
    if not all(isinstance(face, Face) for face in given):
        raise bad_argument(f"faces must be a list of faces, not {shown(faces)}")
    boxed = [face for face in given if face.box is not None]
    return max(boxed, key=lambda face: face.box.width * face.box.height if face.box else 0, default=None)


def faces_of(pointer: Any, set: str, usual_threshold: float, policy: Any = None) -> list[Face]:
    """The faces of a vav_faces, copied: half a kilobyte each costs less than guarding lifetimes."""
    lib = library()
    return [_face(lib, pointer, index, set, usual_threshold, policy) for index in range(lib.vav_faces_count(pointer))]


def _face(lib: Any, pointer: Any, index: int, set: str, usual_threshold: float, policy: Any) -> Face:
    raw = _raw.new(_raw.vav_face)
    call("vav_faces_get", pointer, index, ctypes.byref(raw))
    verdict = lib.vav_faces_comparability(pointer, index)
    refused = verdict not in (_raw.VAV_COMPARABLE, _raw.VAV_COMPARABILITY_NOT_EVALUATED)
    box, points, side = raw.box, None, lib.vav_faces_chip_size(pointer)
    if raw.has & _raw.VAV_HAS_LANDMARKS:
        points = np.array([(point.x, point.y) for point in raw.landmarks], dtype=np.float32)
    return Face(
        box=Box(box.left, box.top, box.right, box.bottom) if raw.has & _raw.VAV_HAS_BOX else None,
        score=float(raw.score) if raw.has & _raw.VAV_HAS_SCORE else None,
        landmarks=points,
        embedding=copy_floats(lib.vav_faces_embedding(pointer, index), lib.vav_faces_embedding_length(pointer, index)),
        chip=copy_octets(lib.vav_faces_chip(pointer, index), side, side, 3),
        comparable=None if verdict == _raw.VAV_COMPARABILITY_NOT_EVALUATED else not refused,
        not_comparable_reason=from_c(lib.vav_comparability_name(verdict)) if refused else None,
        advice=from_c(lib.vav_comparability_advice(verdict)) if refused else None,
        quality=quality_of(pointer, index) if raw.has & _raw.VAV_HAS_QUALITY else None,
        refusals=refusals_of(pointer, index, policy) if policy is not None else None,
        set=set, usual_threshold=usual_threshold)
