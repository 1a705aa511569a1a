"""What a gallery gives back: persons, templates, search results, as plain values."""
from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any, List, Optional

from ._answer import Answer
from ._convert import FloatArray
from .compare import Decision
from .faces import Box, Face


@dataclass(frozen=True)
class Person:
    """One person of a gallery."""

    id: int
    name: str
    external_id: Optional[str]
    """Your own key, unique in the gallery."""
    metadata: dict[str, Any]
    templates: int
    """How many."""
    created: datetime
    updated: datetime
    enabled: bool = True
    """False: in the gallery, but never found by a search."""
    groups: tuple[str, ...] = ()
    valid_from: Optional[datetime] = None
    valid_until: Optional[datetime] = None
    consent_ref: Optional[str] = None
    """Where the person's consent is kept."""
    consent_at: Optional[datetime] = None
    expires: Optional[datetime] = None
    """From then on `purge_expired` removes the person."""
    last_seen: Optional[datetime] = None
    """When a search that was asked to note it matched the person, to the hour."""


@dataclass(frozen=True, eq=False)
class Template:
    """One stored embedding."""

    id: int
    embedding: FloatArray = field(repr=False)
    """(128,) float32"""
    quality: Optional[float]
    """0..1, bigger is better; None: not evaluated."""
    source: Optional[str]
    """Where it came from."""
    created: datetime


@dataclass(frozen=True)
class GalleryInfo:
    """What a gallery holds."""

    persons: int
    templates: int
    created: datetime
    schema_version: int
    model_sha256: str
    """Of the embedding model that made the templates."""
    recipe: str
    """Chip and metric."""
    encrypted: bool = False
    reencrypting: bool = False
    """A rekey() with a new data key has not come to its end."""
    erase_pending: bool = False
    """Bytes of somebody who was forgotten are still in the log."""
    audit: bool = False
    """The audit log is on."""
    threshold: Optional[float] = None
    """The gallery's own, which decides where none is given; None: the default does."""


@dataclass(frozen=True)
class Erasure(Answer):
    """The receipt for a forgotten person."""

    person: int
    templates: int
    """How many were removed."""
    requested: datetime
    erased: Optional[datetime]
    """When every byte was gone; None while somebody still reads an older state."""

    def _how_to_ask(self) -> str:
        return "ask whether `.erased is not None`"


@dataclass(frozen=True)
class AuditReport(Answer):
    """What a verification of the audit log found."""

    sound: bool
    entries: int
    """How many are sound, from the first."""
    first_wrong: Optional[int]
    head: str
    """To be kept elsewhere: a later verification with it notices a cut-off end."""

    def _how_to_ask(self) -> str:
        return "ask `.sound`"


@dataclass(frozen=True)
class AuditEntry:
    """One entry of the audit log."""

    number: int
    time: datetime
    event: str
    """on, off, identify, verify, enroll, remove, forget, rekey or threshold"""
    person: Optional[int]
    template: Optional[int]
    label: str
    """Who used the gallery: the `audit_label` it was opened with."""
    decision: Optional[Decision]
    """Of identify and verify, as are distance and threshold."""
    distance: Optional[float]
    threshold: Optional[float]
    recipe: str
    near_person: Optional[int] = None
    """Of an identification without a match: the nearest person, when it was near."""


@dataclass(frozen=True)
class Candidate:
    """A person that a search found, by its nearest template."""

    id: int
    """The person's."""
    name: str
    distance: float
    template: int
    """The id of the nearest template."""


@dataclass(frozen=True, eq=False)
class Identification(Answer):
    """Who a face is. An unknown face is an answer like any other."""

    decision: Decision
    """MATCH when the nearest person is within the threshold, else UNKNOWN; NOT_EVALUATED when the face cannot be
    compared."""
    threshold: float
    candidates: list[Candidate]
    """The nearest persons, nearest first: also those beyond the threshold, unless left out."""
    face: Optional[Face] = None
    """None when an embedding was searched for."""
    inactive: bool = False
    """The nearest person within the threshold is one who is disabled, not yet or no longer valid, expired, or outside
    the groups or persons that the search was narrowed to: nobody is named in their place."""

    @property
    def person(self) -> Optional[str]:
        """The name of the person it is; None when unknown. Names need not be unique: see `person_id`."""
        return self.candidates[0].name if self.decision is Decision.MATCH else None

    @property
    def person_id(self) -> Optional[int]:
        """The id of the person it is; None when unknown."""
        return self.candidates[0].id if self.decision is Decision.MATCH else None

    @property
    def distance(self) -> float:
        """To the nearest person, known or not; inf when there was none to compare with."""
        return self.candidates[0].distance if self.candidates else math.inf

    @property
    def box(self) -> Optional[Box]:
        """Where the face is in the picture."""
        return self.face.box if self.face else None

    def _how_to_ask(self) -> str:
        return "ask whether `.person_id is not None`, or compare `.decision` with Decision.MATCH"


class Identifications(List[Identification]):
    """The answers of one search, one for each face. A stranger's is one of them: `if identifications:` would open a
    door to anybody, so that only an empty list can be asked."""

    def __bool__(self) -> bool:
        if len(self) == 0:
            return False
        raise TypeError("a list of identifications is neither true nor false, it may hold strangers: "
                        "ask each for its `.person_id`, or `len()` whether there was a face")


@dataclass(frozen=True)
class Duplicate:
    """Two persons of a gallery who look like one."""

    person: int
    """The smaller id."""
    name: str
    other: int
    other_name: str
    distance: float
    """Between their nearest templates."""


@dataclass(frozen=True)
class Refusal:
    """A picture that was not enrolled, and why."""

    index: int
    """Which of the pictures given."""
    picture: str
    """Its path, or what it was."""
    reason: str
    kind: str = "unreadable"
    """unreadable, no_face, several_faces, different_face, or a reason of `Face.not_comparable_reason`"""


@dataclass(frozen=True)
class Enrollment(Answer):
    """The outcome of Gallery.enroll."""

    person: Optional[int]
    """The person's id; None when every picture was refused and nobody was added."""
    templates: list[int]
    """The ids of the new templates."""
    refused: list[Refusal]
    looks_like: list[Candidate] = field(default_factory=list)
    """Other persons who have one of these faces, nearest first: is somebody enrolled twice?"""
    already: list[int] = field(default_factory=list)
    """Which of the pictures given the person had already: they are not enrolled twice."""
    name_looks_like: list[Person] = field(default_factory=list)
    """Of a new person: others with a name that looks like this one, and is not the same."""

    def _how_to_ask(self) -> str:
        return "look at `.templates` for what was enrolled and at `.refused` for what was not"


def maybe_utc(milliseconds: int) -> Optional[datetime]:
    """The library's time; 0 is none."""
    return utc(milliseconds) if milliseconds else None


def utc(milliseconds: int) -> datetime:
    """The library's time. By hand: fromtimestamp() fails before 1970 on some systems."""
    return datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(milliseconds=milliseconds)
