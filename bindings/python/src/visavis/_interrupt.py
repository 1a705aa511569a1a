"""Ctrl-C: ends a call of the library that takes long, and never comes between what the library did and our knowing."""
from __future__ import annotations

import importlib
import signal
import threading
from types import FrameType, TracebackType
from typing import Any, Callable, Dict, Optional

from . import _raw

# Whose handlers programs write in Python, and which may raise: those that do not exist here are left out.
_SIGNALS = [int(getattr(signal, name)) for name in (
    "SIGINT", "SIGTERM", "SIGHUP", "SIGALRM", "SIGVTALRM", "SIGPROF", "SIGUSR1", "SIGUSR2", "SIGQUIT", "SIGBREAK")
            if hasattr(signal, name)]
try:  # `signal` without the part that makes enums of numbers, which takes twenty times as long
    _quick: Any = importlib.import_module("_signal")
except ImportError:
    _quick = signal
_get, _set = _quick.getsignal, _quick.signal
_main = threading.main_thread  # another one after a fork from another thread
_Handler = Callable[[int, Optional[FrameType]], Any]
_outermost: Optional[Uninterrupted] = None  # of the main thread, which alone handles signals


class Uninterrupted:
    """In here nothing that a signal raises comes between two steps: it is kept, and raised at the end. Whatever takes
    something from the library (a handle, a transaction, a job) does it in here, up to where giving it back is arranged.

    `undo` is called when the end raises: for what its caller would then never come to know.
    """

    def __init__(self, undo: Optional[Callable[[], None]] = None) -> None:
        self._undo = undo
        self._usual: Dict[int, _Handler] = {}
        self._holding = False
        self._pressed = False
        self._problem: Optional[BaseException] = None
        self.listening = False
        """While a function of the user's runs, what a signal raises is raised there."""

    @property
    def ending(self) -> bool:
        """Is something going to be raised at the end?"""
        return self._pressed or self._problem is not None

    def keep(self, problem: BaseException) -> None:
        """To be raised at the end."""
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
        except BaseException:  # what a signal raised whose handler is still the usual one
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
        ask = self._usual.get(signal.SIGINT)
        try:
            self._restore()
        except BaseException as problem:  # from here on it is raised at once, and so caught at once
            self.keep(problem)
        self._holding = False
        if self._pressed and ask is not None:
            try:
                ask(signal.SIGINT, None)
            except BaseException as problem:
                self.keep(problem)
        problem_kept, self._problem = self._problem, None
        if problem_kept is not None:
            if self._undo is not None:
                self._undo()
            raise problem_kept

    def _restore(self) -> None:
        for number, usual in reversed(list(self._usual.items())):  # Ctrl-C last
            while _get(number) == self._press:  # else a function of the user's set another
                try:
                    _set(number, usual)
                except BaseException as problem:
                    self.keep(problem)

    def _press(self, number: int, frame: Optional[FrameType]) -> None:
        usual = self._usual[number]
        if self.listening:
            usual(number, frame)
        elif not self._holding:  # too many signals came while the handlers were given back
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
    """The one that this thread is in."""
    return _outermost if threading.get_ident() == _main().ident else None


class Interrupt:
    """Python runs what belongs to a signal between two of its own steps only, and there is none while the library
    works. So the library asks now and then whether to go on, which is such a step."""

    def __init__(self) -> None:
        self.keep_going = _raw.vav_keep_going(self._ask)

    def _ask(self, _user: Any) -> int:
        section = outermost()
        return 0 if section is not None and section.ending else 1
