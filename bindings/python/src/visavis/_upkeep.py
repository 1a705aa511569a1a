"""Methods for a whole gallery: backup, export, import, duplicates, expired persons."""
from __future__ import annotations

import ctypes
from datetime import date, datetime, tzinfo
from typing import Any, Iterator, Optional, Union

from . import _raw
from ._convert import PathLike, flag, floats, from_c, identifier, path_to_c, struct
from ._embedding import EmbeddingLike, embedding
from ._handle import Handle
from ._interrupt import Interrupt, Uninterrupted
from ._library import call, library, result
from ._pieces import Progress, require_function, run_in_pieces
from ._times import to_milliseconds
from ._comparing import to_threshold
from .rates import Limits
from .rates import limits as to_limits
from .records import Candidate, Duplicate

_PAGE = 200   # persons looked at between two lists of duplicates


class Upkeep(Handle):
    """Methods for the file, and for many persons at once."""

    _zone: Optional[tzinfo]  # the zone of dates; None: that of the machine
    _interrupt: Interrupt
    _set: str                # the name of the set of models

    def backup(self, path: PathLike, *, overwrite: bool = False, progress: Optional[Progress] = None) -> None:
        """Copies the gallery as it is now; others may go on writing. The file appears when it is complete, and only its
        owner may read it."""
        self._job("vav_gallery_start_backup", path, flag(overwrite, "overwrite"), progress)

    def export(self, path: PathLike, *, overwrite: bool = False, progress: Optional[Progress] = None) -> None:
        """Writes everything into one file of the documented format. Names and faces are not encrypted in it: keep it
        safe. Only its owner may read it."""
        self._job("vav_gallery_start_export", path, flag(overwrite, "overwrite"), progress)

    def import_from(self, path: PathLike, *, skip_known: bool = False, progress: Optional[Progress] = None) -> None:
        """Adds everything from an exported file, or nothing if that fails. A gallery that never held a person keeps the
        exported ids.

        skip_known  leave out persons whose external id the gallery has; else they are an AlreadyExistsError

        Persons without an external id are always added: importing a gallery's own export adds them a second time.
        """
        self._job("vav_gallery_start_import", path, flag(skip_known, "skip_known"), progress)

    def compact(self) -> None:
        """Gives the space of removed data back to the disk. Needs as much memory as the file is long."""
        with self._use() as pointer:
            call("vav_gallery_compact", pointer)

    def purge_expired(self, now: Union[datetime, date, None] = None) -> int:
        """Removes everybody whose time `expires` has come, and gives their number. `now`: a datetime with a time zone,
        or a date for its first moment; None: the system's clock."""
        out = ctypes.c_int64()
        with self._use() as pointer:
            call("vav_gallery_purge_expired", ctypes.byref(out), pointer,
                 0 if now is None else to_milliseconds(now, "now", self._zone))
        return out.value

    def find_duplicates(self, probe: EmbeddingLike, *, ignore: int = 0,
                        threshold: Optional[float] = None) -> list[Candidate]:
        """Persons who have this face already: those within the threshold, nearest first, at most 100. The person with
        the id `ignore` is left out."""
        values = embedding(probe, "probe", self._set)
        lib = library()
        with self._use() as pointer, result(_raw.vav_matches, "vav_gallery_find_duplicates", pointer, floats(values),
                                            len(values), identifier(ignore, "ignore"), to_threshold(threshold)) as out:
            return [candidate(lib, out, index) for index in range(lib.vav_matches_count(out))]

    def duplicates(self, threshold: Optional[float] = None) -> Iterator[Duplicate]:
        """Pairs of persons who may be one, each pair once. They are searched for while you iterate."""
        lib = library()
        query = struct(_raw.vav_duplicate_query, limit=_PAGE, threshold=to_threshold(threshold))
        while True:
            with self._use() as pointer, result(_raw.vav_duplicates, "vav_gallery_list_duplicates", pointer,
                                                ctypes.byref(query)) as out:
                page = [_duplicate(out, index) for index in range(lib.vav_duplicates_count(out))]
                query.after = lib.vav_duplicates_last(out)
            yield from page
            if query.after == 0:
                return

    def _job(self, start: str, path: PathLike, switch: int, progress: Optional[Progress]) -> None:
        name = path_to_c(path)
        require_function(progress)
        job = ctypes.POINTER(_raw.vav_job)()
        with Uninterrupted() as section:
            try:
                with self._use() as pointer:
                    call(start, ctypes.byref(job), pointer, name, switch)
                run_in_pieces("vav_job_run", job, section, progress,
                              "stopped by a signal; what was not finished is undone")
            finally:
                if job:
                    library().vav_job_destroy(job)


def candidate(lib: Any, pointer: Any, index: int) -> Candidate:
    """A person that a search found."""
    return Candidate(id=lib.vav_matches_person(pointer, index), name=from_c(lib.vav_matches_name(pointer, index)),
                     distance=float(lib.vav_matches_distance(pointer, index)),
                     template=lib.vav_matches_template(pointer, index))


def limits_of(matches: Any) -> Limits:
    """How a search was decided."""
    raw = _raw.new(_raw.vav_limits)
    call("vav_matches_get_limits", matches, ctypes.byref(raw))
    return to_limits(raw)


def _duplicate(pointer: Any, index: int) -> Duplicate:
    raw = _raw.new(_raw.vav_duplicate)
    call("vav_duplicates_get", pointer, index, ctypes.byref(raw))
    return Duplicate(person=raw.person, name=from_c(raw.name), other=raw.other, other_name=from_c(raw.other_name),
                     distance=float(raw.distance))
