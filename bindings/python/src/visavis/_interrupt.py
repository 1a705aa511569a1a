"""Ctrl-C ends a long call of the library, but is never raised before we have recorded what the library did."""
from __future__ import annotations

import importlib
import signal
import threading
from types import FrameType, TracebackType
from typing import Any, Callable, Dict, Optional

from . import _raw

# Signals whose handlers are written in Python and may raise, as far as this system has them.
_SIGNALS = [int(getattr(signal, name)) for name in (
    "SIGINT", "SIGTERM", "SIGHUP", "SIGALRM", "SIGVTALRM", "SIGPROF", "SIGUSR1", "SIGUSR2", "SIGQUIT", "SIGBREAK")
            if hasattr(signal, name)]
try:  # the core of `signal`, which makes no enums: twenty times as fast
    _quick: Any = importlib.import_module("_signal")
except ImportError:
    _quick = signal
_get, _set = _quick.getsignal, _quick.signal
_main = threading.main_thread  # a function: the main thread may be another one after a fork
_Handler = Callable[[int, Optional[FrameType]], Any]
_outermost: Optional[Uninterrupted] = None  # of the main thread, the only one that handles signals


class Uninterrupted:
    """A section in which signals raise nothing: what their handlers raise is kept, and raised at its end. Code that
    takes something from the library (a handle, a transaction, a job) is in a section until giving it back is arranged.

    `undo` is called if the end raises: the caller never gets the result then.
    """

    def __init__(self, undo: Optional[Callable[[], None]] = None) -> None:
        self._undo = undo
        self._usual: Dict[int, _Handler] = {}
        self._holding = False
        self._pressed = False
        self._problem: Optional[BaseException] = None
        self.listening = False
        """True while a function of the user runs: signals raise in it."""

    @property
    def ending(self) -> bool:
        """True: the end will raise."""
        return self._pressed or self._problem is not None

    def keep(self, problem: BaseException) -> None:
        """Keeps an exception, to be raised at the end."""
        if self._problem is None:
            self._problem = problem.with_traceback(None)

    def __enter__(self) -> Uninterrupted:
        global _outermost
        if _outermost is not None or threading.get_ident() != _main().ident:
            return self
        self._holding = True
        try:
            for number in _SIGNALS:
                usual = _get(number)
                if callable(usual):
                    self._usual[number] = usual
                    _set(number, self._press)
            _outermost = self
        except BaseException:  # raised by a signal whose handler was not yet replaced
            self._restore()
            self._holding = False
            raise
        return self

    def __exit__(self, kind: Optional[type[BaseException]], value: Optional[BaseException],
                 trace: Optional[TracebackType]) -> None:
        global _outermost
        if _outermost is not self:
            return
        _outermost = None
        interrupt = self._usual.get(signal.SIGINT)
        try:
            self._restore()
        except BaseException as problem:  # raised by a signal whose handler is the usual one again
            self.keep(problem)
        self._holding = False
        if self._pressed and interrupt is not None:
            try:
                interrupt(signal.SIGINT, None)
            except BaseException as problem:
                self.keep(problem)
        problem_kept, self._problem = self._problem, None
        if problem_kept is not None:
            if self._undo is not None:
                self._undo()
            raise problem_kept

    def _restore(self) -> None:
        for number, usual in reversed(list(self._usual.items())):  # Ctrl-C last
            while _get(number) == self._press:  # else a function of the user has set another one
                try:
                    _set(number, usual)
                except BaseException as problem:
                    self.keep(problem)

    def _press(self, number: int, frame: Optional[FrameType]) -> None:
        usual = self._usual[number]
        if self.listening:
            usual(number, frame)
        elif not self._holding:  # signals came while the handlers were being restored
            if _get(number) == self._press:
                _set(number, usual)
            usual(number, frame)
        elif number == signal.SIGINT:
            self._pressed = True
        else:
            try:
                usual(number, frame)
            except BaseException as problem:
                self.keep(problem)


def outermost() -> Optional[Uninterrupted]:
    """The section that this thread is in; None if it is in none."""
    return _outermost if threading.get_ident() == _main().ident else None


class Interrupt:
    """Lets signals end a long call. Python runs signal handlers only between steps of Python code, and the library runs
    none. So the library calls `keep_going` now and then, which is such a step."""

    def __init__(self) -> None:
        self.keep_going = _raw.vav_keep_going(self._ask)

    def _ask(self, _user: Any) -> int:
        section = outermost()
        return 0 if section is not None and section.ending else 1
