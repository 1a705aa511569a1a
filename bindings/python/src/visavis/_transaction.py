"""A gallery's transaction. It always ends with its `with`, even if Ctrl-C comes between two steps of `with`."""
from __future__ import annotations

import functools
import threading
import weakref
from types import TracebackType
from typing import TYPE_CHECKING, Any, Callable, Optional

from . import _raw
from ._interrupt import Uninterrupted, outermost
from ._library import call, library
from .errors import StateError, VisavisError

if TYPE_CHECKING:
    from ._store import Store

_Kind = Optional[type[BaseException]]


class Ticket:
    """One transaction. `holder` is the object that will end it. It is gone if Ctrl-C was raised on the way in or
    out."""

    def __init__(self) -> None:
        self.holder: Optional[weakref.ref[Any]] = None

    @property
    def is_left(self) -> bool:
        """True: nobody can end it any more."""
        return self.holder is not None and self.holder() is None


class _WayOut:
    """The `__exit__` of a Transaction. `with` gets it first and keeps it as long as it can still call it. It is a new
    object for each `with`: when it is freed without having been called, the transaction was left. A bound method would
    not do, because the traceback of an exception keeps its object alive."""

    def __get__(self, one: Optional[Transaction], _kind: Any = None) -> Callable[..., None]:
        if one is None:  # asked by ExitStack
            return lambda transaction, *what: _end(transaction.store, transaction.ticket, *what)
        end = functools.partial(_end, one.store, one.ticket)
        if one.ticket.holder is None:
            one.ticket.holder = weakref.ref(end, functools.partial(_left, weakref.ref(one.store), one.ticket))
        return end


class Transaction:
    """A transaction for one `with`."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.ticket = Ticket()
        self._used = False

    def __enter__(self) -> None:
        if self._used:
            raise StateError(_raw.VAV_E_WRONG_STATE, "a transaction is for one `with`: call transaction() again")
        self._used = True
        if self.ticket.holder is None:
            self.ticket.holder = weakref.ref(self)
        with Uninterrupted(undo=self._undo), self.store._turn(), self.store._use() as pointer:
            call("vav_gallery_begin", pointer)
            self.store._open_transaction = self.ticket

    def _undo(self) -> None:
        with self.store._use() as pointer:
            take_back(self.store, self.ticket, pointer)

    if TYPE_CHECKING:
        def __exit__(self, kind: _Kind, value: Optional[BaseException], trace: Optional[TracebackType]) -> None: ...
    else:
        __exit__ = _WayOut()


_taking_back = threading.RLock()


def take_back(store: Store, ticket: Ticket, pointer: Any) -> None:
    """Rolls back the transaction, unless it is over."""
    with Uninterrupted(), _taking_back:
        if store._open_transaction is ticket:
            roll_back(pointer)
            store._open_transaction = None


def _end(store: Store, ticket: Ticket, kind: _Kind, _value: Optional[BaseException],
         _trace: Optional[TracebackType]) -> None:
    with Uninterrupted(), store._transaction_lock, store._use() as pointer:
        if kind is not None:
            take_back(store, ticket, pointer)
        elif store._open_transaction is not ticket:
            raise StateError(_raw.VAV_E_WRONG_STATE, "this transaction is over")
        else:
            store._open_transaction = None
            commit(pointer)
        ticket.holder = None  # no call of _left: Python would lose a Ctrl-C that comes in it


def _left(store: weakref.ref[Store], ticket: Ticket, _gone: Any) -> None:
    """Rolls back a transaction that was left, so that no other program waits for it. Python may call this at any time,
    also within a call of the library: then the next call rolls back."""
    gallery = store()
    if (gallery is not None and gallery._open_transaction is ticket and outermost() is None and
            threading.current_thread() is threading.main_thread()):
        try:
            with gallery._use() as pointer:
                take_back(gallery, ticket, pointer)
        except (VisavisError, KeyboardInterrupt):  # closing rolled back; or a Ctrl-C is already being raised
            pass


def roll_back(pointer: Any) -> None:
    """A failure is not reported: the reason for rolling back matters more, and closing rolls back, too."""
    library().vav_gallery_rollback(pointer, None)


def commit(pointer: Any) -> None:
    """Makes the changes durable, or undoes them if that fails."""
    try:
        call("vav_gallery_commit", pointer)
    except BaseException:
        roll_back(pointer)  # such as on a full disk: do not leave it open
        raise
