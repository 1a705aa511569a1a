"""Methods of a gallery for secrets: changing keys, forgetting people, the audit log."""
from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Any, Iterator, Optional, Union

from . import _raw
from ._convert import flag, from_c, identifier, known, maybe_to_c, seconds, shortest, struct
from ._handle import Handle
from ._key import Key, KeyArgument
from ._library import call, library, result
from ._comparing import to_decision
from .errors import bad_argument
from .records import AuditEntry, AuditReport, Erasure, utc

_EVENTS = {_raw.VAV_AUDIT_ON: "on", _raw.VAV_AUDIT_OFF: "off", _raw.VAV_AUDIT_IDENTIFY: "identify",
           _raw.VAV_AUDIT_VERIFY: "verify", _raw.VAV_AUDIT_ENROLL: "enroll", _raw.VAV_AUDIT_REMOVE: "remove",
           _raw.VAV_AUDIT_FORGET: "forget", _raw.VAV_AUDIT_REKEY: "rekey",
           _raw.VAV_AUDIT_THRESHOLD: "threshold", _raw.VAV_AUDIT_MOVE: "move"}
_PAGE = 1000  # entries fetched at once


def _milliseconds(timeout: float) -> int:
    return round(seconds(timeout, "timeout") * 1000)


class Secrecy(Handle):
    """Keys, forgetting and the audit log of a gallery."""

    _keys: list[KeyArgument]  # kept: a function among them may be called as long as the gallery is open

    if TYPE_CHECKING:
        def _number(self, person: Union[int, str]) -> int: ...

    def rekey(self, *, key: Optional[Key] = None, passphrase: Optional[str] = None, reencrypt: bool = False) -> None:
        """Changes the key or passphrase that opens an encrypted gallery. `reencrypt` also makes a new data key and
        encrypts every row again, while others may use the gallery. If interrupted, the next call goes on from there.
        A new key comes into force first: from then on only it opens the gallery, also if a later step fails."""
        new = KeyArgument(key, passphrase)
        if key is None and passphrase is None and not flag(reencrypt, "reencrypt"):
            raise bad_argument("rekey has nothing to do: give the new key or passphrase, or reencrypt=True")
        options = struct(_raw.vav_rekey_options, reencrypt=flag(reencrypt, "reencrypt"), new_key=new.pointer)
        self._keys.append(new)  # before the call, which may already use it
        with self._use() as pointer:
            call("vav_gallery_rekey", pointer, ctypes.byref(options))

    def forget_person(self, person: Union[int, str], *, timeout: float = 10.0) -> Erasure:
        """Removes a person and overwrites every byte of them in the gallery's files. Waits up to `timeout` seconds for
        others who still read an older state. If they take longer, `erased` is None: the gallery does the rest later."""
        receipt = _raw.new(_raw.vav_erase_receipt)
        number = self._number(person)
        with self._use() as pointer:
            call("vav_gallery_forget_person", ctypes.byref(receipt), pointer, number, _milliseconds(timeout))
        return Erasure(person=receipt.person, templates=receipt.templates, requested=utc(receipt.requested_at),
                       erased=utc(receipt.erased_at) if receipt.erasure == _raw.VAV_ERASURE_DONE else None)

    def finish_erasing(self, *, timeout: float = 10.0) -> bool:
        """Tries again to overwrite what is pending. False: somebody still reads an older state."""
        out = ctypes.c_int32()
        with self._use() as pointer:
            call("vav_gallery_finish_erasing", ctypes.byref(out), pointer, _milliseconds(timeout))
        return out.value == _raw.VAV_ERASURE_DONE

    def set_audit(self, on: bool) -> None:
        """Turns the audit log on or off. While it is on, each decision and each change adds an entry."""
        switch = flag(on, "on")
        with self._use() as pointer:
            call("vav_gallery_set_audit", pointer, switch)

    def verify_audit(self, head: Optional[str] = None) -> AuditReport:
        """Checks whether any entry was altered, removed or moved. `head`: that of an earlier report, kept elsewhere."""
        raw = _raw.new(_raw.vav_audit_report)
        with self._use() as pointer:
            call("vav_gallery_verify_audit", ctypes.byref(raw), pointer, maybe_to_c(head, "head"))
        return AuditReport(sound=bool(raw.sound), entries=raw.entries, first_wrong=raw.first_wrong or None,
                           head=raw.head.decode())

    def audit(self, after: int = 0) -> Iterator[AuditEntry]:
        """The entries of the audit log with numbers above `after`. They are not checked: see `verify_audit`."""
        lib = library()
        after = identifier(after, "after")
        while True:
            with self._use() as pointer, result(_raw.vav_audit_entries, "vav_gallery_list_audit", pointer, after,
                                                _PAGE) as out:
                page = [_entry(out, index) for index in range(lib.vav_audit_entries_count(out))]
            yield from page
            if len(page) < _PAGE:
                return
            after = page[-1].number


def _entry(pointer: Any, index: int) -> AuditEntry:
    raw = _raw.new(_raw.vav_audit_entry)
    call("vav_audit_entries_get", pointer, index, ctypes.byref(raw))
    set_threshold = raw.event == _raw.VAV_AUDIT_THRESHOLD
    decided = raw.event in (_raw.VAV_AUDIT_IDENTIFY, _raw.VAV_AUDIT_VERIFY)
    return AuditEntry(number=raw.number, time=utc(raw.time), event=known(_EVENTS, raw.event, "event"),
                      person=raw.person or None, template=raw.template_id or None, label=from_c(raw.label),
                      decision=to_decision(raw.decision) if decided else None,
                      distance=float(raw.distance) if decided else None,
                      threshold=shortest(raw.threshold) if decided or (set_threshold and raw.threshold) else None,
                      recipe=from_c(raw.recipe),
                      near_person=raw.near_person or None)
