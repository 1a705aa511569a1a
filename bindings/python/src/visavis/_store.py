"""A gallery's persons and templates, one method for each function of the C API."""
from __future__ import annotations

import ctypes
import json
import threading
from contextlib import contextmanager
from typing import Any, Iterator, Mapping, Optional, Union

from . import _raw
from ._convert import (EmbeddingLike, PathLike, choice, copy_floats, embedding, floats, from_c, identifier,
                       maybe_from_c, maybe_to_c, path_to_c, struct, to_c)
from ._key import Key, KeyArgument
from ._library import call, library
from ._secrecy import Secrecy
from .compare import DECISIONS, Comparison, comparison, to_threshold
from .errors import NotFoundError, bad_argument
from .models import Models
from .records import Candidate, GalleryInfo, Identification, Person, Template, utc

_MODES = {"open_or_create": _raw.VAV_GALLERY_OPEN_OR_CREATE, "must_exist": _raw.VAV_GALLERY_MUST_EXIST,
          "must_be_new": _raw.VAV_GALLERY_MUST_BE_NEW, "read_only": _raw.VAV_GALLERY_READ_ONLY}
_PAGE = 1000  # persons fetched at once while listing


class Store(Secrecy):
    """Persons and templates in one SQLite file. Safe from any thread; several processes may have it open."""

    _what = "gallery"
    _survives_fork = False  # SQLite forbids a connection on the other side of a fork

    def __init__(self, path: PathLike, models: Models, mode: str, busy_timeout: float, key: Optional[Key] = None,
                 passphrase: Optional[str] = None, audit_label: str = "") -> None:
        if not 0 <= busy_timeout <= 3600:
            raise bad_argument(f"busy_timeout must be within 0..3600 seconds, not {busy_timeout}")
        unlock = KeyArgument(key, passphrase)
        self._keys = [unlock]
        # 0 would be the default of 5 s: the shortest wait there is, is one millisecond.
        options = struct(_raw.vav_gallery_options, mode=choice(mode, _MODES, "mode"),
                         busy_timeout_ms=max(1, round(busy_timeout * 1000)), key=unlock.pointer,
                         audit_label=to_c(audit_label, "audit_label"))
        out = ctypes.POINTER(_raw.vav_gallery)()
        with models._use() as set_of_models:
            call("vav_gallery_open", ctypes.byref(out), path_to_c(path), set_of_models, ctypes.byref(options))
        self._transaction_lock = threading.Lock()
        self._in_transaction = False
        self._own(out, library().vav_gallery_destroy)

    # ---- Persons ----

    def add_person(self, name: str, *, external_id: Optional[str] = None,
                   metadata: Optional[Mapping[str, Any]] = None) -> int:
        """Adds a person and gives its id, which is never used again. Names need not be unique, external ids must."""
        out = ctypes.c_int64()
        fields = _person_fields(to_c(name, "name"), external_id, metadata)
        with self._use() as pointer:
            call("vav_gallery_add_person", ctypes.byref(out), pointer, ctypes.byref(fields))
        return out.value

    def update_person(self, person: int, *, name: Optional[str] = None, external_id: Optional[str] = None,
                      metadata: Optional[Mapping[str, Any]] = None) -> None:
        """Changes what is given; an external id of "" removes it."""
        fields = _person_fields(maybe_to_c(name, "name"), external_id, metadata)
        with self._use() as pointer:
            call("vav_gallery_update_person", pointer, identifier(person, "person"), ctypes.byref(fields))

    def rename_person(self, person: int, name: str) -> None:
        """Gives a person another name."""
        self.update_person(person, name=name)

    def remove_person(self, person: int) -> None:
        """Removes a person with all templates."""
        with self._use() as pointer:
            call("vav_gallery_remove_person", pointer, identifier(person, "person"))

    def person(self, person: int) -> Person:
        """One person by id; NotFoundError when there is none."""
        number = identifier(person, "person")
        found = self._page(struct(_raw.vav_person_query, person=number)) if number > 0 else []
        if not found:
            raise NotFoundError(_raw.VAV_E_NOT_FOUND, f"the gallery has no person {person}")
        return found[0]

    def persons(self, *, name: Optional[str] = None, external_id: Optional[str] = None) -> Iterator[Person]:
        """All persons by id, or those with exactly this name or external id. Fetched page by page: a change made
        meanwhile may or may not be seen."""
        query = struct(_raw.vav_person_query, limit=_PAGE, name=maybe_to_c(name, "name"),
                       external_id=maybe_to_c(external_id, "external_id"))
        while True:
            page = self._page(query)
            yield from page
            if len(page) < _PAGE:
                return
            query.after = page[-1].id

    def _page(self, query: Any) -> list[Person]:
        lib = library()
        out = ctypes.POINTER(_raw.vav_persons)()
        with self._use() as pointer:
            call("vav_gallery_list_persons", ctypes.byref(out), pointer, ctypes.byref(query))
        try:
            return [_person(out, index) for index in range(lib.vav_persons_count(out))]
        finally:
            lib.vav_persons_destroy(out)

    # ---- Templates ----

    def add_template(self, person: int, template: EmbeddingLike, *, quality: Optional[float] = None,
                     source: Optional[str] = None) -> int:
        """Adds an embedding (128 finite floats, or a Face) to a person and gives the template's id."""
        fields = struct(_raw.vav_template_fields, has_quality=int(quality is not None), quality=quality or 0.0,
                        source=maybe_to_c(source, "source"))
        values = embedding(template)
        out = ctypes.c_int64()
        with self._use() as pointer:
            call("vav_gallery_add_template", ctypes.byref(out), pointer, identifier(person, "person"), floats(values),
                 ctypes.byref(fields))
        return out.value

    def remove_template(self, template: int) -> None:
        """Removes one template by its id."""
        with self._use() as pointer:
            call("vav_gallery_remove_template", pointer, identifier(template, "template"))

    def templates(self, person: int) -> list[Template]:
        """A person's templates, by id."""
        lib = library()
        out = ctypes.POINTER(_raw.vav_templates)()
        with self._use() as pointer:
            call("vav_gallery_list_templates", ctypes.byref(out), pointer, identifier(person, "person"))
        try:
            return [_template(out, index) for index in range(lib.vav_templates_count(out))]
        finally:
            lib.vav_templates_destroy(out)

    # ---- Search ----

    def identify_embedding(self, probe: EmbeddingLike, *, candidates: int = 5, threshold: Optional[float] = None,
                           only_within_threshold: bool = False) -> Identification:
        """Searches the whole gallery, exactly, for the nearest persons."""
        if candidates < 1:
            raise bad_argument(f"candidates must be at least 1, not {candidates}")
        options = struct(_raw.vav_identify_options, max_candidates=candidates, threshold=to_threshold(threshold),
                         only_within_threshold=int(only_within_threshold))
        values = embedding(probe, "probe")
        lib = library()
        out = ctypes.POINTER(_raw.vav_matches)()
        with self._use() as pointer:
            call("vav_gallery_identify", ctypes.byref(out), pointer, floats(values), ctypes.byref(options))
        try:
            return Identification(DECISIONS[lib.vav_matches_decision(out)], float(lib.vav_matches_threshold(out)),
                                  [_candidate(lib, out, index) for index in range(lib.vav_matches_count(out))])
        finally:
            lib.vav_matches_destroy(out)

    def verify_embedding(self, person: int, probe: EmbeddingLike, threshold: Optional[float] = None) -> Comparison:
        """Compares with one person's nearest template; a person without templates gives NOT_EVALUATED."""
        raw = _raw.new(_raw.vav_comparison)
        values = embedding(probe, "probe")
        with self._use() as pointer:
            call("vav_gallery_verify", ctypes.byref(raw), pointer, identifier(person, "person"), floats(values),
                 to_threshold(threshold))
        return comparison(raw)

    # ---- The whole ----

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All changes within, from any thread, become durable together at the end, or none when an exception leaves
        it. A second transaction at the same time is a StateError."""
        with self._transaction_lock, self._use() as pointer:
            call("vav_gallery_begin", pointer)
            self._in_transaction = True
        try:
            yield
        except BaseException:
            with self._transaction_lock, self._use() as pointer:
                self._in_transaction = False
                _rollback(pointer)
            raise
        with self._transaction_lock, self._use() as pointer:
            self._in_transaction = False
            _commit(pointer)

    @contextmanager
    def _short_transaction(self) -> Iterator[None]:
        """For a few quick writes: part of the caller's transaction, if there is one, else one of its own. No other
        begins or ends meanwhile."""
        with self._transaction_lock, self._use() as pointer:
            if self._in_transaction:
                yield
                return
            call("vav_gallery_begin", pointer)
            try:
                yield
            except BaseException:
                _rollback(pointer)
                raise
            _commit(pointer)

    def info(self) -> GalleryInfo:
        """Counts and stamps."""
        raw = _raw.new(_raw.vav_gallery_info)
        with self._use() as pointer:
            call("vav_gallery_get_info", pointer, ctypes.byref(raw))
            return GalleryInfo(persons=raw.persons, templates=raw.templates, created=utc(raw.created_at),
                               schema_version=raw.schema_version, model_sha256=from_c(raw.model_sha256),
                               recipe=from_c(raw.recipe), encrypted=bool(raw.encrypted),
                               reencrypting=bool(raw.reencrypting), erase_pending=bool(raw.erase_pending),
                               audit=bool(raw.audit))

    def check(self) -> list[str]:
        """Reads the whole file and says what is wrong with it, a line each; an empty list when nothing is."""
        lib = library()
        out = ctypes.POINTER(_raw.vav_check_report)()
        with self._use() as pointer:
            call("vav_gallery_check", ctypes.byref(out), pointer)
        try:
            return [from_c(lib.vav_check_report_problem(out, index))
                    for index in range(lib.vav_check_report_count(out))]
        finally:
            lib.vav_check_report_destroy(out)


def _rollback(pointer: Any) -> None:
    """Its own failure is not reported: why it is rolled back matters more, and closing rolls back, too."""
    library().vav_gallery_rollback(pointer, None)


def _commit(pointer: Any) -> None:
    try:
        call("vav_gallery_commit", pointer)
    except BaseException:
        _rollback(pointer)  # a full disk, say: do not leave it open
        raise


def _person_fields(name: Union[bytes, None], external_id: Optional[str], metadata: Optional[Mapping[str, Any]]) -> Any:
    try:
        text = None if metadata is None else json.dumps(dict(metadata), ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError) as problem:
        raise bad_argument(f"metadata must be a mapping that JSON can hold: {problem}") from None
    return struct(_raw.vav_person_fields, name=name, external_id=maybe_to_c(external_id, "external_id"),
                  metadata=maybe_to_c(text, "metadata"))


def _person(pointer: Any, index: int) -> Person:
    raw = _raw.new(_raw.vav_person)
    call("vav_persons_get", pointer, index, ctypes.byref(raw))
    return Person(id=raw.id, name=from_c(raw.name), external_id=maybe_from_c(raw.external_id),
                  metadata=json.loads(from_c(raw.metadata) or "{}"), templates=raw.templates,
                  created=utc(raw.created_at), updated=utc(raw.updated_at))


def _template(pointer: Any, index: int) -> Template:
    raw = _raw.new(_raw.vav_template)
    call("vav_templates_get", pointer, index, ctypes.byref(raw))
    values = copy_floats(raw.embedding, _raw.VAV_EMBEDDING_DIM)
    assert values is not None
    return Template(id=raw.id, embedding=values, quality=float(raw.quality) if raw.has_quality else None,
                    source=maybe_from_c(raw.source), created=utc(raw.created_at))


def _candidate(lib: Any, pointer: Any, index: int) -> Candidate:
    return Candidate(id=lib.vav_matches_person(pointer, index), name=from_c(lib.vav_matches_name(pointer, index)),
                     distance=float(lib.vav_matches_distance(pointer, index)),
                     template=lib.vav_matches_template(pointer, index))
