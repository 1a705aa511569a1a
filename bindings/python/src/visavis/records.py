"""Results of a gallery as plain values: persons, templates, answers of searches."""
from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any, List, Optional, SupportsIndex, overload

from ._answer import Answer
from ._convert import FloatArray
from ._comparing import Decision
from .faces import Box, Face
from .rates import Limits


@dataclass(frozen=True)
class Person:
    """One person of a gallery."""

    id: int
    name: str
    external_id: Optional[str]
    """Your own key for the person, unique in the gallery; None: there is none."""
    metadata: dict[str, Any]
    templates: int
    """Number of templates."""
    created: datetime
    updated: datetime
    enabled: bool = True
    """False: no search finds the person."""
    groups: tuple[str, ...] = ()
    valid_from: Optional[datetime] = None
    """Searches find the person from this time on."""
    valid_until: Optional[datetime] = None
    """Searches do not find the person from this time on."""
    consent_ref: Optional[str] = None
    """Where you keep the person's consent."""
    consent_at: Optional[datetime] = None
    expires: Optional[datetime] = None
    """Searches do not find the person from this time on, and `purge_expired` removes them."""
    last_seen: Optional[datetime] = None
    """The last match by a search with `note_seen`; set once an hour at most."""


@dataclass(frozen=True, eq=False)
class Template:
    """One stored embedding."""

    id: int
    embedding: FloatArray = field(repr=False)
    """float32, (128,) with dlib's model"""
    quality: Optional[float]
    """0..1, larger is better; None: not known."""
    source: Optional[str]
    """Where it comes from; None: not known."""
    created: datetime


@dataclass(frozen=True)
class GalleryInfo:
    """What a gallery holds and how it is set."""

    persons: int
    templates: int
    created: datetime
    schema_version: int
    model_sha256: str
    """SHA-256 of the embedding model that made the templates."""
    recipe: str
    """Chip and metric of the templates."""
    encrypted: bool = False
    reencrypting: bool = False
    """A rekey() with a new data key is not finished."""
    erase_pending: bool = False
    """The bytes of a forgotten person are not all overwritten yet."""
    audit: bool = False
    """The audit log is on."""
    threshold: Optional[float] = None
    """The gallery's own threshold, used where none is given; None: the preset "standard" decides."""


@dataclass(frozen=True)
class Erasure(Answer):
    """The receipt for a forgotten person."""

    person: int
    """The id that the person had."""
    templates: int
    """Number of templates that were removed."""
    requested: datetime
    erased: Optional[datetime]
    """When every byte was overwritten; None: somebody still reads an older state."""

    def _how_to_ask(self) -> str:
        return "ask whether `.erased is not None`"


@dataclass(frozen=True)
class AuditReport(Answer):
    """What a check of the audit log found."""

    sound: bool
    """True: no entry was altered, removed or moved."""
    entries: int
    """Number of correct entries, counted from the first."""
    first_wrong: Optional[int]
    """Number of the first wrong entry; None: there is none."""
    head: str
    """Stands for the log up to here. Keep it elsewhere: only with it a later check notices that entries at the end were
    removed."""

    def _how_to_ask(self) -> str:
        return "ask `.sound`"


@dataclass(frozen=True)
class AuditEntry:
    """One entry of the audit log."""

    number: int
    time: datetime
    event: str
    """on, off, identify, verify, enroll, remove, forget, rekey or threshold; later versions may know more."""
    person: Optional[int]
    """Who was recognised, verified, enrolled or removed, or whose template was; None: nobody."""
    template: Optional[int]
    """The template that was added, removed or matched; None: none."""
    label: str
    """Who used the gallery: the `audit_label` it was opened with."""
    decision: Optional[Decision]
    """Only of identify and verify, as is distance."""
    distance: Optional[float]
    threshold: Optional[float]
    """Of identify and verify: the one that was used. Of threshold: the one that was set, None if it was removed."""
    recipe: str
    near_person: Optional[int] = None
    """Of identify without a match: the nearest person, if not farther than 1.25 times the threshold (1.05 times
    where the metric is cosine) or than that of a REVIEW."""


@dataclass(frozen=True)
class Candidate:
    """A person that a search found, by their nearest template."""

    id: int
    """The id of the person."""
    name: str
    distance: float
    """Euclidean, 0 and up, smaller is closer; the mean distance if `best_of` is above 1."""
    template: int
    """The id of the nearest template."""


@dataclass(frozen=True, eq=False)
class Identification(Answer):
    """The answer of a search: who a face is. "Unknown" is also an answer."""

    decision: Decision
    """MATCH: it is the first candidate. UNKNOWN: it is nobody who may be found. NOT_EVALUATED: the face cannot be
    compared. REVIEW and AMBIGUOUS, of the preset "door": a person must look at it."""
    threshold: float
    candidates: list[Candidate]
    """The nearest persons, nearest first. Also those beyond the threshold, unless `only_within_threshold` was given."""
    face: Optional[Face] = None
    """The face that was searched for; None if it was an embedding."""
    inactive: bool = False
    """True: a person within the threshold and at least as near as the first candidate is disabled, expired, not yet
    or no longer valid, or not among the `groups` or `persons` given. The decision is then UNKNOWN: nobody else is
    named in their place."""
    limits: Optional[Limits] = None
    """How it was decided, and how often a stranger would be named; None for a face that cannot be compared."""

    @property
    def person(self) -> Optional[str]:
        """The name of the person; None if it is no match. Names need not be unique: see `person_id`."""
        return self.candidates[0].name if self.decision is Decision.MATCH else None

    @property
    def person_id(self) -> Optional[int]:
        """The id of the person; None if it is no match."""
        return self.candidates[0].id if self.decision is Decision.MATCH else None

    @property
    def distance(self) -> float:
        """The distance to the nearest candidate, also without a match; inf if there is no candidate."""
        return self.candidates[0].distance if self.candidates else math.inf

    @property
    def box(self) -> Optional[Box]:
        """Where the face is in the picture; None if an embedding was searched for."""
        return self.face.box if self.face else None

    def _how_to_ask(self) -> str:
        return "ask whether `.person_id is not None`, or compare `.decision` with Decision.MATCH"


class Identifications(List[Identification]):
    """The answers of one search, one for each face, also for strangers. So `if identifications:` raises unless the list
    is empty: it would let everybody in."""

    # What is made of such a list is one, too.
    @overload
    def __getitem__(self, index: SupportsIndex) -> Identification: ...
    @overload
    def __getitem__(self, index: slice) -> Identifications: ...
    def __getitem__(self, index: Any) -> Any:
        found = super().__getitem__(index)
        return Identifications(found) if isinstance(index, slice) else found

    def __add__(self, other: Any) -> Any:
        return Identifications(super().__add__(other))

    def __mul__(self, count: Any) -> Any:
        return Identifications(super().__mul__(count))

    __rmul__ = __mul__

    def copy(self) -> Identifications:
        """Another list of the same answers."""
        return Identifications(self)

    def __bool__(self) -> bool:
        if len(self) == 0:
            return False
        raise TypeError("a list of identifications is neither true nor false, it may hold strangers: "
                        "ask each for its `.person_id`, or `len()` whether there was a face")


@dataclass(frozen=True)
class Duplicate:
    """Two persons of a gallery who may be one."""

    person: int
    """The smaller id."""
    name: str
    other: int
    """The larger id."""
    other_name: str
    distance: float
    """Euclidean, between their nearest templates; smaller is closer."""


@dataclass(frozen=True)
class MoveStatus:
    """How far a gallery's move to other models is."""

    under_way: bool
    """Embeddings are staged."""
    to_these: bool
    """They are of the models that were asked about."""
    staged: int
    """Number of templates that have one."""
    templates: int
    """Number of templates in the gallery."""
    kept_chips: int
    """Number of templates of which a chip is kept."""
    to_set: Optional[str] = None
    """The set of models that the staged embeddings are of; "own": a model of a user's own. None: no move is under way,
    or this version does not know the set."""
    to_model_sha256: Optional[str] = None
    """The SHA-256 of their model; None: no move is under way."""
    to_recipe: Optional[str] = None
    """Their chip and metric; None: no move is under way."""


@dataclass(frozen=True)
class Unmoved:
    """A template that could not be embedded anew, and why."""

    template: int
    person: int
    name: str
    source: Optional[str]
    reason: str
    kind: str
    """no_source, not_found, different_face, unreadable, unavailable, no_face, or a reason of
    `Face.not_comparable_reason`"""


@dataclass(frozen=True)
class Migration(Answer):
    """The result of Gallery.migrate."""

    moved: bool
    """The gallery is one of the other models now."""
    staged: int
    """Number of templates that this call has embedded anew."""
    failed: list[Unmoved]
    left_behind: int
    """Number of templates that were removed, for nothing was staged for them."""

    def _how_to_ask(self) -> str:
        return "look at `.moved`, and at `.failed` for what could not be embedded anew"


@dataclass(frozen=True)
class Refusal:
    """A picture that was not enrolled, and why."""

    index: int
    """Its place in the list of pictures, from 0."""
    picture: str
    """Its path, or its type."""
    reason: str
    kind: str = "unreadable"
    """unreadable, no_face, several_faces, different_face, quality, or a reason of `Face.not_comparable_reason`"""


@dataclass(frozen=True)
class Enrollment(Answer):
    """The result of Gallery.enroll."""

    person: Optional[int]
    """The id of the person; None: every picture was refused and nobody was added."""
    templates: list[int]
    """The ids of the new templates."""
    refused: list[Refusal]
    looks_like: list[Candidate] = field(default_factory=list)
    """Other persons who have one of these faces, nearest first: somebody may be enrolled twice."""
    already: list[int] = field(default_factory=list)
    """Places of the pictures that the person already has; they are not stored again."""
    name_looks_like: list[Person] = field(default_factory=list)
    """For a new person: others whose names differ from this one but look like it."""

    def _how_to_ask(self) -> str:
        return "look at `.templates` for what was enrolled and at `.refused` for what was not"


def maybe_utc(milliseconds: int) -> Optional[datetime]:
    """A time of the library; 0 becomes None."""
    return utc(milliseconds) if milliseconds else None


def utc(milliseconds: int) -> datetime:
    """A time of the library; what is later than a datetime can say becomes the last one. Without fromtimestamp(), which
    fails before 1970 on some systems."""
    first, last = datetime(1970, 1, 1, tzinfo=timezone.utc), datetime.max.replace(tzinfo=timezone.utc)
    since = timedelta(milliseconds=milliseconds)
    return first + since if since <= last - first else last
