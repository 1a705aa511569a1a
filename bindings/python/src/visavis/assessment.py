"""Photos of one person, assessed together: whose face each shows, which are the same picture, who else looks so."""
from __future__ import annotations

import ctypes
import math
from dataclasses import dataclass, field
from typing import Any, Optional, Sequence, Union

import numpy as np

from . import _raw
from ._answer import Answer, OpenAnswer
from ._comparing import to_threshold
from ._convert import choice, flag, floats, from_c, known, several, shortest, struct
from ._embedding import EmbeddingLike, embedding
from ._library import call, result
from .errors import bad_argument
from .faces import Face
from .rates import Limits, Preset, require_only_one, to_preset, to_rate
from .rates import limits as to_limits
from .records import Candidate

PhotoLike = Union[EmbeddingLike, str]


class PhotoVerdict(OpenAnswer):
    """What a photo is good for. Compare it: `verdict is PhotoVerdict.ACCEPTED`; only that is a photo to enrol."""

    NOT_EVALUATED = "not_evaluated"
    ACCEPTED = "accepted"
    """It shows the person."""
    SAME_PICTURE = "same_picture"
    """It shows the person, but is the same picture as an earlier photo or as one that was enrolled."""
    DIFFERENT_FACE = "different_face"
    """It shows another face than the templates or, of somebody new, than most photos."""
    NO_FACE = "no_face"
    SEVERAL_FACES = "several_faces"
    NOT_COMPARABLE = "not_comparable"
    QUALITY = "quality"
    UNREADABLE = "unreadable"

    def _how_to_ask(self) -> str:
        return "compare it with `is PhotoVerdict.ACCEPTED`"

    @classmethod
    def _kind(cls) -> str:
        return "verdict"


_VERDICTS = dict(enumerate(PhotoVerdict))  # in the order of the numbers
_KNOWN = {str(verdict): number for number, verdict in _VERDICTS.items() if number >= _raw.VAV_PHOTO_NO_FACE}


@dataclass(frozen=True)
class AssessedPhoto:
    """One photo. It was compared with what else shows the person: the templates and the photos that are ACCEPTED."""

    verdict: PhotoVerdict
    same_as: Optional[int]
    """The place of the earlier photo that is the same picture."""
    same_template: Optional[int]
    """The id of the person's template that is of the same picture."""
    compared: int
    """With how many other pictures of the person it was compared."""
    within: int
    """How many of them are within the threshold: its agreement is `within` of `compared`."""
    nearest: Optional[float]
    """The distance to the nearest of them; None: there was nothing to compare."""
    mean: Optional[float]
    """The mean of the distances; None: there was nothing to compare."""
    looks_like: list[Candidate] = field(default_factory=list)
    """Other persons of the gallery with such a face, the nearest first, also disabled ones. They decide nothing."""


@dataclass(frozen=True)
class Assessment(Answer):
    """Photos of one person, assessed together."""

    photos: list[AssessedPhoto]
    templates: int
    """How many templates the person has."""
    rivals: int
    """Of the different pictures that are DIFFERENT_FACE, the most that show one face."""
    undecided: bool
    """Without templates: at least as many pictures show another face as the one that was taken. The first was: ask a
    person which is right."""
    wrong_person: bool
    """The person has templates, and every photo with an embedding shows another face."""
    limits: Limits
    """How two faces were told apart."""
    lookalike_limits: Limits
    """How other persons of the gallery were looked for."""

    def _how_to_ask(self) -> str:
        return "look at the `verdict` of each of `.photos`, and at `.undecided` and `.wrong_person`"


class Asking:
    """What is asked of the photos, as C takes it: keep this object until the call has ended."""

    def __init__(self, photos: Sequence[PhotoLike], length: int, of_set: str, *, threshold: Optional[float],
                 false_rate: Optional[float], preset: Union[Preset, str, None], all_of_person: bool,
                 lookalikes: bool = True, lookalike_threshold: Optional[float] = None) -> None:
        require_only_one(threshold, false_rate, preset)
        given = list(several(photos, "photos", "photos"))
        self.count, self.length = len(given), length
        self.known = (ctypes.c_int32 * max(self.count, 1))()
        self.embeddings = np.zeros((max(self.count, 1), length), np.float32)
        for i, photo in enumerate(given):
            self.known[i] = _reason(photo, f"photos[{i}]")
            if self.known[i] == _raw.VAV_PHOTO_NOT_EVALUATED:
                self.embeddings[i] = _row(photo, f"photos[{i}]", length, of_set)
        self.options = struct(_raw.vav_assess_options, threshold=to_threshold(threshold),
                              false_rate=to_rate(false_rate), preset=to_preset(preset),
                              lookalike_threshold=to_threshold(lookalike_threshold, "lookalike_threshold"),
                              all_of_person=flag(all_of_person, "all_of_person"),
                              skip_lookalikes=1 - flag(lookalikes, "lookalikes"))
        self.options.known = ctypes.cast(self.known, type(self.options.known))

    def answer(self, models: Any, gallery: Any, person: int) -> Assessment:
        """`models` or `gallery` is a pointer of the library's, the other None."""
        with result(_raw.vav_assessment, "vav_assess_photos", models, gallery, person, floats(self.embeddings),
                    self.count, self.length, ctypes.byref(self.options)) as out:
            summary = _got(_raw.vav_assessment_summary, "vav_assessment_get_summary", out)
            return Assessment([_photo(out, index) for index in range(self.count)], summary.templates, summary.rivals,
                              summary.undecided == 1, summary.wrong_person == 1,
                              to_limits(_got(_raw.vav_limits, "vav_assessment_get_limits", out)),
                              to_limits(_got(_raw.vav_limits, "vav_assessment_get_lookalike_limits", out)))


def _reason(photo: PhotoLike, what: str) -> int:
    """Why a photo was refused before, for C; 0: it was not."""
    if isinstance(photo, str):
        return choice(photo.value if isinstance(photo, PhotoVerdict) else photo, _KNOWN, what)
    if isinstance(photo, Face) and photo.refusals:
        return int(_raw.VAV_PHOTO_QUALITY)
    if isinstance(photo, Face) and photo.embedding is None and photo.comparable is False:
        return int(_raw.VAV_PHOTO_NOT_COMPARABLE)
    return int(_raw.VAV_PHOTO_NOT_EVALUATED)


def _row(photo: Any, what: str, length: int, of_set: str) -> Any:
    values = embedding(photo, what, of_set)
    if len(values) != length:
        raise bad_argument(f"{what} has {len(values)} numbers, and embeddings of the set of models {of_set!r} have "
                           f"{length}: it was made by another one")
    return values


def _got(kind: type[Any], function: str, *arguments: Any) -> Any:
    raw = _raw.new(kind)
    call(function, *arguments, ctypes.byref(raw))
    return raw


def _photo(out: Any, index: int) -> AssessedPhoto:
    raw = _got(_raw.vav_assessed_photo, "vav_assessment_get_photo", out, index)
    others = [_got(_raw.vav_lookalike, "vav_assessment_get_lookalike", out, index, i) for i in range(raw.lookalikes)]
    return AssessedPhoto(PhotoVerdict(known(_VERDICTS, raw.verdict, "verdict")),
                         None if raw.same_as < 0 else raw.same_as, raw.same_template or None, raw.compared, raw.within,
                         _finite(raw.nearest), _finite(raw.mean),
                         [Candidate(one.person, from_c(one.name), float(one.distance), one.template_id)
                          for one in others])


def _finite(distance: float) -> Optional[float]:
    return shortest(distance) if math.isfinite(distance) else None
