"""A gallery's persons and templates: one method for each function of the C API."""
from __future__ import annotations

import ctypes
import json
import threading
import warnings
from contextlib import contextmanager
from datetime import datetime, tzinfo
from itertools import islice
from typing import Any, ContextManager, Iterable, Iterator, Mapping, Optional, Sequence, Union

import numpy

from . import _names, _raw
from ._convert import (FloatArray, PathLike, choice, copy_floats, flag, floats, from_c, identifier, maybe_from_c,
                       maybe_to_c, path_to_c, real, seconds, several, shortest, shown, struct, to_c)
from ._embedding import EmbeddingLike, embedding
from ._interrupt import Interrupt, Uninterrupted, outermost
from ._key import Key, KeyArgument
from ._library import call, library, result, results
from ._moving import Moving
from ._search import How
from ._secrecy import Secrecy
from ._times import Time, field, to_zone
from ._transaction import Ticket, Transaction, commit, roll_back, take_back
from ._upkeep import Upkeep, candidate, limits_of
from ._comparing import Comparison, compare_many, comparison, to_decision, to_threshold
from .assessment import Asking, Assessment, PhotoLike
from .errors import AccessError, ArgumentError, NotFoundError, bad_argument, from_status
from .models import Models
from .rates import Preset
from .records import GalleryInfo, Identification, Identifications, Person, Template, maybe_utc, utc

_MODES = {"open_or_create": _raw.VAV_GALLERY_OPEN_OR_CREATE, "must_exist": _raw.VAV_GALLERY_MUST_EXIST,
          "must_be_new": _raw.VAV_GALLERY_MUST_BE_NEW, "read_only": _raw.VAV_GALLERY_READ_ONLY}
_DURABILITIES = {"full": _raw.VAV_DURABILITY_FULL, "normal": _raw.VAV_DURABILITY_NORMAL}
_PAGE = 1000  # persons fetched at once while listing
_ENOUGH = 1000  # templates, to tell whether a threshold recognises anybody


class Store(Upkeep, Secrecy, Moving):
    """Persons and templates in one SQLite file. Any thread may use it, and several processes may open the file. Where a
    method takes a person, give an id or a text: see `find`."""

    _what = "gallery"
    _survives_fork = False  # SQLite forbids to use a connection after a fork

    def __init__(self, path: PathLike, models: Models, mode: str, busy_timeout: float, durability: str,
                 key: Optional[Key] = None, passphrase: Optional[str] = None, audit_label: str = "",
                 threads: int = 1, timezone: Union[str, tzinfo, None] = None) -> None:
        self._zone = to_zone(timezone)
        self._interrupt = Interrupt()
        busy_timeout = seconds(busy_timeout, "busy_timeout")
        unlock = KeyArgument(key, passphrase)
        self._keys = [unlock]
        # For C, 0 means the default of 5 s: so the shortest wait is one millisecond.
        options = struct(_raw.vav_gallery_options, mode=choice(mode, _MODES, "mode"),
                         busy_timeout_ms=max(1, round(busy_timeout * 1000)),
                         durability=choice(durability, _DURABILITIES, "durability"), key=unlock.pointer,
                         audit_label=to_c(audit_label, "audit_label"), threads=threads,
                         keep_going=self._interrupt.keep_going)
        out = ctypes.POINTER(_raw.vav_gallery)()
        self._transaction_lock = threading.Lock()
        self._open_transaction: Optional[Ticket] = None
        self._set, self._length, self._usual_threshold = models.set, models.embedding_dim, models.default_threshold
        self._lenient_threshold = models.limits(preset="photos").threshold if models.measured else self._usual_threshold
        with Uninterrupted(undo=self._abandon), models._use() as set_of_models:
            try:
                call("vav_gallery_open", ctypes.byref(out), path_to_c(path), set_of_models, ctypes.byref(options))
            except AccessError as refused:
                unlock.explain(refused)
                raise
            self._own(out, library().vav_gallery_destroy, keep=self._interrupt)

    @contextmanager
    def _use(self) -> Iterator[Any]:
        """As for every handle. First rolls back a transaction that nobody can end any more."""
        for unlock in self._keys:
            unlock.require_not_asking()
        with super()._use() as pointer:
            left = self._open_transaction
            if left is not None and left.is_left:
                take_back(self, left, pointer)
            try:
                yield pointer
            except AccessError as refused:
                for unlock in self._keys:
                    unlock.explain(refused)
                raise

    # ---- Persons ----

    def add_person(self, name: str, *, external_id: Optional[str] = None,
                   metadata: Optional[Mapping[str, Any]] = None, enabled: Optional[bool] = None,
                   valid_from: Time = None, valid_until: Time = None, consent_ref: Optional[str] = None,
                   consent_at: Time = None, expires: Time = None) -> int:
        """Adds a person and gives the id, which is never used again. External ids must be unique, names need not be.
        For the arguments see `update_person`."""
        out = ctypes.c_int64()
        fields = _person_fields(to_c(name, "name"), external_id, metadata, enabled, consent_ref,
                                dict(valid_from=valid_from, valid_until=valid_until, consent_at=consent_at,
                                     expires_at=expires), self._zone)
        with self._use() as pointer:
            call("vav_gallery_add_person", ctypes.byref(out), pointer, ctypes.byref(fields))
        return out.value

    def update_person(self, person: Union[int, str], *, name: Optional[str] = None, external_id: Optional[str] = None,
                      metadata: Optional[Mapping[str, Any]] = None, enabled: Optional[bool] = None,
                      valid_from: Time = None, valid_until: Time = None, consent_ref: Optional[str] = None,
                      consent_at: Time = None, expires: Time = None) -> None:
        """Changes what is given; "" removes an external id or a consent reference, "none" a time.

        external_id  your own key for the person, unique in the gallery
        metadata     a mapping that JSON can hold
        enabled      False: the person stays in the gallery, but no search finds them
        valid_from   searches find the person from this time on; a date counts from its first moment
        valid_until  searches do not find the person from this time on; a date still counts as a whole
        consent_ref  where you keep the person's consent
        consent_at   when the consent was given
        expires      as `valid_until`, and `purge_expired` removes the person

        A date is a day in the gallery's `timezone`.
        """
        fields = _person_fields(maybe_to_c(name, "name"), external_id, metadata, enabled, consent_ref,
                                dict(valid_from=valid_from, valid_until=valid_until, consent_at=consent_at,
                                     expires_at=expires), self._zone)
        number = self._number(person)
        with self._use() as pointer:
            call("vav_gallery_update_person", pointer, number, ctypes.byref(fields))

    def join_group(self, person: Union[int, str], group: str) -> None:
        """Makes a person a member of a group. Joining again has no effect. A group exists as long as it has a
        member."""
        number = self._number(person)
        with self._use() as pointer:
            call("vav_gallery_join_group", pointer, number, to_c(group, "group"))

    def leave_group(self, person: Union[int, str], group: str) -> None:
        """Ends a membership; does nothing if there is none."""
        number = self._number(person)
        with self._use() as pointer:
            call("vav_gallery_leave_group", pointer, number, to_c(group, "group"))

    def groups(self) -> dict[str, int]:
        """All groups by name, with the number of their members."""
        lib = library()
        with self._use() as pointer, result(_raw.vav_groups, "vav_gallery_list_groups", pointer) as out:
            return {from_c(lib.vav_groups_name(out, index)): int(lib.vav_groups_persons(out, index))
                    for index in range(lib.vav_groups_count(out))}

    def rename_person(self, person: Union[int, str], name: str) -> None:
        """Gives a person another name."""
        self.update_person(person, name=name)

    def remove_person(self, person: Union[int, str]) -> None:
        """Removes a person and all their templates. `forget_person` also overwrites them."""
        number = self._number(person)
        with self._use() as pointer:
            call("vav_gallery_remove_person", pointer, number)

    def person(self, person: Union[int, str]) -> Person:
        """One person. NotFoundError if there is none."""
        if isinstance(person, str):
            return self.find(person)
        number = identifier(person, "person")
        found = self._page(struct(_raw.vav_person_query, person=number)) if number > 0 else []
        if not found:
            raise NotFoundError(_raw.VAV_E_NOT_FOUND, f"the gallery has no person {shown(person)}")
        return found[0]

    def find(self, person: Union[int, str]) -> Person:
        """The person that is meant by an id or by a text: "id:3", "ext:staff-7", "name:Ada" or just "Ada". If two
        persons could be meant, such as by a number that is also a name, it is an ArgumentError that names both."""
        return _names.find(self, person)

    def _number(self, person: Union[int, str]) -> int:
        """The id that is meant, see `find`. The library refuses the id of nobody."""
        return self.find(person).id if isinstance(person, str) else identifier(_names.require_id(person), "person")

    def persons(self, *, name: Optional[str] = None, external_id: Optional[str] = None,
                group: Optional[str] = None) -> Iterator[Person]:
        """All persons in the order of their ids, or only those with exactly this name or external id, or of this group.
        They are read page by page: a change made meanwhile may or may not be seen."""
        query = struct(_raw.vav_person_query, limit=_PAGE, name=maybe_to_c(name, "name"),
                       external_id=maybe_to_c(external_id, "external_id"), group=maybe_to_c(group, "group"))
        while True:
            page = self._page(query)
            yield from page
            if len(page) < _PAGE:
                return
            query.after = page[-1].id

    def _page(self, query: Any) -> list[Person]:
        with self._use() as pointer, result(_raw.vav_persons, "vav_gallery_list_persons", pointer,
                                            ctypes.byref(query)) as out:
            return [_person(out, index) for index in range(library().vav_persons_count(out))]

    # ---- Templates ----

    def add_template(self, person: Union[int, str], template: EmbeddingLike, *, quality: Optional[float] = None,
                     source: Optional[str] = None) -> int:
        """Adds an embedding (a Face, or finite floats) to a person and gives the id of the new template.

        quality  your own measure, 0..1, larger is better; stored, never used
        source   where it comes from, such as a path
        """
        fields = struct(_raw.vav_template_fields, has_quality=int(quality is not None),
                        quality=0.0 if quality is None else real(quality, "quality"),
                        source=maybe_to_c(source, "source"))
        values = embedding(template, of_set=self._set)
        out = ctypes.c_int64()
        number = self._number(person)
        with self._use() as pointer:
            call("vav_gallery_add_template", ctypes.byref(out), pointer, number, floats(values), len(values),
                 ctypes.byref(fields))
        return out.value

    def remove_template(self, template: int) -> None:
        """Removes one template by its id."""
        with self._use() as pointer:
            call("vav_gallery_remove_template", pointer, identifier(template, "template"))

    def templates(self, person: Union[int, str]) -> list[Template]:
        """The templates of a person, in the order of their ids."""
        number = self._number(person)
        with self._use() as pointer, result(_raw.vav_templates, "vav_gallery_list_templates", pointer, number) as out:
            return [_template(out, index) for index in range(library().vav_templates_count(out))]

    # ---- Search ----

    def identify_embedding(self, probe: EmbeddingLike, **how: Any) -> Identification:
        """Finds the nearest persons and decides whether the nearest is a match. `how`: see `identify_embeddings`."""
        return self.identify_embeddings([probe], **how)[0]

    def identify_embeddings(self, probes: Iterable[EmbeddingLike], *, candidates: int = 5,
                            threshold: Optional[float] = None, only_within_threshold: bool = False, best_of: int = 1,
                            groups: Union[str, Iterable[str], None] = None, persons: Optional[Iterable[int]] = None,
                            include_inactive: bool = False, note_seen: bool = False, now: Optional[datetime] = None,
                            false_rate: Optional[float] = None,
                            preset: Union[Preset, str, None] = None) -> Identifications:
        """One answer for each probe, all from one state of the gallery. Faster than one call for each probe.

        candidates        the most persons in an answer
        threshold         the largest distance of a match; or
        false_rate        how often a stranger may be a match in this search, such as 0.001; or
        preset            named rates, see `Preset`. None of these: the gallery's own threshold, or else "standard"
        only_within_threshold  leave out candidates beyond the threshold, or that of a REVIEW
        best_of           the distance of a person is the mean distance of their `best_of` nearest templates
        groups, persons   only members of at least one of these groups; only persons with these ids. An empty list is
                          an ArgumentError: it would let nobody in, or is a mistake
        include_inactive  include disabled, expired and out-of-date persons
        note_seen         set `last_seen` of a person who is matched, once an hour at most
        now               the time at which persons must be valid; None: the system's clock
        """
        how = How(self._zone, candidates=candidates, threshold=threshold, only_within_threshold=only_within_threshold,
                  best_of=best_of, groups=groups, persons=persons, include_inactive=include_inactive,
                  note_seen=note_seen, now=now, false_rate=false_rate, preset=preset)
        values = [embedding(probe, "probe", self._set) for probe in several(probes, "probes", "embeddings or faces")]
        lib = library()
        with self._use() as pointer:
            if not values:
                return Identifications()
            with results(_raw.vav_matches, len(values), "vav_gallery_identify_batch", pointer,
                         floats(_one_after_the_other(values)), len(values[0]), len(values),
                         ctypes.byref(how.options)) as found:
                return Identifications(
                    Identification(to_decision(lib.vav_matches_decision(one)), shortest(lib.vav_matches_threshold(one)),
                                   [candidate(lib, one, index) for index in range(lib.vav_matches_count(one))],
                                   inactive=bool(lib.vav_matches_inactive(one)), limits=limits_of(one))
                    for one in found)

    def verify_embedding(self, person: Union[int, str], probe: EmbeddingLike, threshold: Optional[float] = None, *,
                         best_of: int = 1, groups: Union[str, Iterable[str], None] = None,
                         include_inactive: bool = False, note_seen: bool = False, now: Optional[datetime] = None,
                         false_rate: Optional[float] = None, preset: Union[Preset, str, None] = None) -> Comparison:
        """Is it this person, who may be let in now? INACTIVE: the face is right, but the person is disabled, expired,
        not yet or no longer valid, or in none of `groups`. NOT_EVALUATED: the person has no templates. For `person` see
        `find`, for the other arguments `identify_embeddings`."""
        how = self._how_to_verify(threshold, best_of=best_of, groups=groups, include_inactive=include_inactive,
                                  note_seen=note_seen, now=now, false_rate=false_rate, preset=preset)
        return self._verify(person, probe, how)

    def _how_to_verify(self, threshold: Optional[float] = None, *, best_of: int = 1,
                       groups: Union[str, Iterable[str], None] = None, include_inactive: bool = False,
                       note_seen: bool = False, now: Optional[datetime] = None, false_rate: Optional[float] = None,
                       preset: Union[Preset, str, None] = None) -> How:
        return How(self._zone, threshold=threshold, best_of=best_of, groups=groups, include_inactive=include_inactive,
                   note_seen=note_seen, now=now, false_rate=false_rate, preset=preset)

    def _verify(self, person: Union[int, str], probe: EmbeddingLike, how: How) -> Comparison:
        raw = _raw.new(_raw.vav_comparison)
        values = embedding(probe, "probe", self._set)
        number = self._number(person)
        with self._use() as pointer:
            call("vav_gallery_verify_with", ctypes.byref(raw), pointer, number, floats(values), len(values),
                 ctypes.byref(how.options))
        return comparison(raw)

    def set_threshold(self, threshold: Optional[float]) -> None:
        """Sets the gallery's own threshold, which is stored in the file and used wherever none is given. None removes
        it: the default is used again. A warning says it if hardly anybody would be recognised: distances of sets with
        a density, such as "dlib-1", do not begin at 0."""
        limit = to_threshold(threshold)
        with self._use() as pointer:
            call("vav_gallery_set_threshold", pointer, limit)
        if threshold is None:
            return
        try:
            beyond = [compare_many(one, one[None])[0] > limit for one in islice(self._embeddings(), _ENOUGH)]
        except ArgumentError:  # a model of a user's own, whose norms no set gives
            return
        if 2 * sum(beyond) > len(beyond):
            warnings.warn(f"of {len(beyond)} templates {sum(beyond)} are farther than {limit:.4g} even from "
                          "themselves: most people will not be recognised. Distances of the set "
                          f"{self._set!r} do not begin at 0; for a comparison the preset standard is "
                          f"{self._usual_threshold:.4g} there", stacklevel=2)

    def _embeddings(self) -> Iterator[FloatArray]:
        for person in self.persons():
            for template in self.templates(person.id):
                yield template.embedding

    def _threshold_of_photos(self) -> float:
        """For photos of one person, which somebody looks at: a new hairstyle is no stranger."""
        return self.info().threshold or self._lenient_threshold

    def _threshold(self, asked: Optional[float]) -> float:
        """The threshold of one comparison that would be used."""
        return to_threshold(asked) or self.info().threshold or self._usual_threshold

    def assess(self, photos: Sequence[PhotoLike], person: Union[int, str, None] = None, *,
               threshold: Optional[float] = None, false_rate: Optional[float] = None,
               preset: Union[Preset, str, None] = None, all_of_person: bool = False, lookalikes: bool = True,
               lookalike_threshold: Optional[float] = None) -> Assessment:
        """Assesses photos that are to be enrolled: whose face each shows, which are the same picture, who else of the
        gallery looks like them. Nothing is written, and `enroll` does the same.

        person       whose photos they are; None: somebody's who is new. Whether the person may be found makes no
                     difference
        lookalikes   look for other persons, up to `lookalike_threshold`; None: as for `find_duplicates`

        The other arguments are those of `Models.assess`; without a threshold the gallery's own is used."""
        asking = Asking(photos, self._length, self._set, threshold=threshold, false_rate=false_rate, preset=preset,
                        all_of_person=all_of_person, lookalikes=lookalikes, lookalike_threshold=lookalike_threshold)
        number = 0 if person is None else self._number(person)
        if number == 0 and person is not None:
            raise bad_argument("person 0 is nobody: leave person out for somebody new")
        with self._use() as pointer:
            return asking.answer(None, pointer, number)

    # ---- The whole ----

    def transaction(self) -> ContextManager[None]:
        """For `with`: all changes inside, from any thread, become durable together at its end, or none if an exception
        leaves it. A second transaction at the same time is a StateError."""
        return Transaction(self)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """While this lasts, no other transaction begins or ends."""
        section = outermost()
        while not self._transaction_lock.acquire(timeout=0.1):
            if section is not None and section.ending:
                raise from_status(_raw.VAV_E_CANCELLED, "stopped while it waited for another thread's transaction")
        try:
            yield
        finally:
            self._transaction_lock.release()

    @contextmanager
    def _short_transaction(self) -> Iterator[None]:
        """For a few quick writes: part of the transaction that is open, or else one of its own."""
        with Uninterrupted(), self._turn(), self._use() as pointer:
            if self._open_transaction is not None:
                yield
                return
            call("vav_gallery_begin", pointer)
            try:
                yield
            except BaseException:
                roll_back(pointer)
                raise
            commit(pointer)

    def info(self) -> GalleryInfo:
        """What the gallery holds and how it is set."""
        raw = _raw.new(_raw.vav_gallery_info)
        with self._use() as pointer:
            call("vav_gallery_get_info", pointer, ctypes.byref(raw))
            return GalleryInfo(persons=raw.persons, templates=raw.templates, created=utc(raw.created_at),
                               schema_version=raw.schema_version, model_sha256=from_c(raw.model_sha256),
                               recipe=from_c(raw.recipe), encrypted=bool(raw.encrypted),
                               reencrypting=bool(raw.reencrypting), erase_pending=bool(raw.erase_pending),
                               audit=bool(raw.audit), threshold=shortest(raw.threshold) or None)

    def check(self) -> list[str]:
        """Reads and checks the whole file. One line for each problem; an empty list if all is well."""
        lib = library()
        with self._use() as pointer, result(_raw.vav_check_report, "vav_gallery_check", pointer) as out:
            return [from_c(lib.vav_check_report_problem(out, index))
                    for index in range(lib.vav_check_report_count(out))]


def _person_fields(name: Optional[bytes], external_id: Optional[str], metadata: Optional[Mapping[str, Any]],
                   enabled: Optional[bool], consent_ref: Optional[str], times: Mapping[str, Time],
                   zone: Optional[tzinfo]) -> Any:
    try:
        text = None if metadata is None else json.dumps(dict(metadata), ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError) as problem:
        raise bad_argument(f"metadata must be a mapping that JSON can hold: {problem}") from None
    except RecursionError:
        raise bad_argument("metadata is nested too deeply") from None
    switch = _raw.VAV_SWITCH_KEEP
    if enabled is not None:
        switch = _raw.VAV_SWITCH_ON if flag(enabled, "enabled") else _raw.VAV_SWITCH_OFF
    return struct(_raw.vav_person_fields, name=name, external_id=maybe_to_c(external_id, "external_id"),
                  metadata=maybe_to_c(text, "metadata"), consent_ref=maybe_to_c(consent_ref, "consent_ref"),
                  enabled=switch, **{what: field(time, what, zone) for what, time in times.items()})


def _person(pointer: Any, index: int) -> Person:
    raw = _raw.new(_raw.vav_person)
    call("vav_persons_get", pointer, index, ctypes.byref(raw))
    groups = tuple(from_c(library().vav_persons_group(pointer, index, group)) for group in range(raw.groups))
    return Person(id=raw.id, name=from_c(raw.name), external_id=maybe_from_c(raw.external_id),
                  metadata=json.loads(from_c(raw.metadata) or "{}"), templates=raw.templates,
                  created=utc(raw.created_at), updated=utc(raw.updated_at), enabled=bool(raw.enabled), groups=groups,
                  valid_from=maybe_utc(raw.valid_from), valid_until=maybe_utc(raw.valid_until),
                  consent_ref=maybe_from_c(raw.consent_ref), consent_at=maybe_utc(raw.consent_at),
                  expires=maybe_utc(raw.expires_at), last_seen=maybe_utc(raw.last_seen_at))


def _one_after_the_other(embeddings: list[FloatArray]) -> FloatArray:
    if any(len(one) != len(embeddings[0]) for one in embeddings):
        raise bad_argument("the probes have not all the same length: they were made by different models")
    return numpy.concatenate(embeddings)


def _template(pointer: Any, index: int) -> Template:
    raw = _raw.new(_raw.vav_template)
    call("vav_templates_get", pointer, index, ctypes.byref(raw))
    values = copy_floats(raw.embedding, raw.embedding_length)
    assert values is not None
    return Template(id=raw.id, embedding=values, quality=float(raw.quality) if raw.has_quality else None,
                    source=maybe_from_c(raw.source), created=utc(raw.created_at))
