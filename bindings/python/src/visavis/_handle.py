"""Owns objects of the C API: destroys each once, when it is closed or garbage-collected, but never during a call."""
from __future__ import annotations

import os
import threading
import weakref
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Callable, Iterator, Optional, TypeVar

from . import _raw
from ._interrupt import Uninterrupted
from .errors import StateError

_Self = TypeVar("_Self", bound="Handle")
# Those that are not freed yet. No WeakSet: it runs code of its own as an object goes, and a Ctrl-C that is raised there
# is lost.
_all: set[Owned] = set()


class Owned:
    """A pointer and the number of its users. `keep` is anything that must live as long as the object."""

    def __init__(self, pointer: Any, destroy: Callable[[Any], None], what: str, keep: object = None) -> None:
        self._pointer = pointer
        self._destroy = destroy
        self._what = what
        self._keep = keep
        self._users = 0
        self._closed = False
        self._process = os.getpid()
        # Re-entrant: the garbage collector may call a view's release() while this thread holds the lock.
        self._lock = threading.RLock()
        _all.add(self)

    def acquire(self) -> Any:
        """The pointer, safe until release()."""
        with self._lock:
            if self._closed:
                raise StateError(_raw.VAV_E_WRONG_STATE, f"this {self._what} is closed")
            self._users += 1
            return self._pointer

    def release(self) -> None:
        with Uninterrupted(), self._lock:
            self._users -= 1
            self._free_when_unused()

    def close(self) -> None:
        with Uninterrupted(), self._lock:
            self._closed = True
            self._free_when_unused()

    @property
    def closed(self) -> bool:
        return self._closed

    @property
    def forked(self) -> bool:
        """True: it was made before a fork, by the parent process."""
        return self._process != os.getpid()

    def _free_when_unused(self) -> None:
        if not self._closed or self._users or self._pointer is None:
            return
        pointer, self._pointer = self._pointer, None
        _all.discard(self)
        if not self.forked:  # else the parent process destroys it
            self._destroy(pointer)
        self._keep = None


def _after_fork() -> None:
    """In the child process: a lock may be held by a thread that does not exist there."""
    for owned in list(_all):
        owned._lock = threading.RLock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


class Handle:
    """Base of every class with close(): a context manager, which the garbage collector frees, too."""

    _what = "object"  # its name in error messages
    _survives_fork = True

    def _own(self, pointer: Any, destroy: Callable[[Any], None], keep: object = None) -> None:
        self._owned = Owned(pointer, destroy, self._what, keep)
        self._finalizer = weakref.finalize(self, self._owned.close)

    @contextmanager
    def _use(self) -> Iterator[Any]:
        """The pointer for one call and for reading its result. Until the end, close() in another thread waits with
        destroying it, and Ctrl-C is not raised."""
        if not self._survives_fork and self._owned.forked:
            raise StateError(_raw.VAV_E_WRONG_STATE,
                             f"this {self._what} was opened before fork(): open it again in the new process")
        with Uninterrupted():
            pointer = self._owned.acquire()
            try:
                yield pointer
            finally:
                self._owned.release()

    def _abandon(self) -> None:
        """Closes it when making it was interrupted: nobody will get it."""
        if hasattr(self, "_owned"):
            self.close()

    def close(self) -> None:
        """Frees the object, after calls that use it have ended. Closing twice is fine; using it is a StateError."""
        try:
            with Uninterrupted():
                self._finalizer()
        finally:  # Ctrl-C may come before it is held back; what is closed already stays so
            self._finalizer()

    @property
    def closed(self) -> bool:
        """True after close()."""
        return self._owned.closed

    def __enter__(self: _Self) -> _Self:
        if self._owned.closed:
            raise StateError(_raw.VAV_E_WRONG_STATE, f"this {self._what} is closed")
        return self

    def __exit__(self, kind: Optional[type[BaseException]], value: Optional[BaseException],
                 trace: Optional[TracebackType]) -> None:
        self.close()
