"""A gallery's transaction: over for certain when `with` is left, even if Ctrl-C comes between the steps of `with`."""
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
    """One transaction. Whoever can still end it holds it; nobody does when Ctrl-C was raised on the way in or out."""

    def __init__(self) -> None:
        self.holder: Optional[weakref.ref[Any]] = None

    @property
    def is_left(self) -> bool:
        """Can nobody end it any more?"""
        return self.holder is not None and self.holder() is None


class _WayOut:
    """The `__exit__` of a Transaction. `with` asks for it first, and keeps it just as long as it can still end the
    transaction. Made new for each, it tells by going that `with` was left without calling it; a method would not, as
    the exception's traceback keeps what it belongs to."""

    def __get__(self, one: Optional[Transaction], _kind: Any = None) -> Callable[..., None]:
        if one is None:  # so ExitStack asks
            return lambda transaction, *what: _end(transaction.store, transaction.ticket, *what)
        way = functools.partial(_end, one.store, one.ticket)
        if one.ticket.holder is None:
            one.ticket.holder = weakref.ref(way, functools.partial(_left, weakref.ref(one.store), one.ticket))
        return way


class Transaction:
    """For one `with`."""

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
    """Rolls it back, unless it is over."""
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
        ticket.holder = None  # nobody need be told: Python would lose the Ctrl-C that comes while it tells


def _left(store: weakref.ref[Store], ticket: Ticket, _gone: Any) -> None:
    """So that no other program waits for it. Python may come here at any time, also from within a call of the library;
    then the next call does it."""
    gallery = store()
    if (gallery is not None and gallery._open_transaction is ticket and outermost() is None and
            threading.current_thread() is threading.main_thread()):
        try:
            with gallery._use() as pointer:
                take_back(gallery, ticket, pointer)
        except (VisavisError, KeyboardInterrupt):  # closed, which took it back; and one is on its way already
            pass


def roll_back(pointer: Any) -> None:
    """Its own failure is not reported: why it is rolled back matters more, and closing rolls back, too."""
    library().vav_gallery_rollback(pointer, None)


def commit(pointer: Any) -> None:
    """Makes it durable, or undoes it."""
    try:
        call("vav_gallery_commit", pointer)
    except BaseException:
        roll_back(pointer)  # a full disk, say: do not leave it open
        raise
