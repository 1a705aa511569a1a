"""Lets Ctrl-C end a call of the library that takes long."""
from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import Any, Iterator

from . import _raw


class Interrupt:
    """Python runs what belongs to a signal between two of its own steps only, and there is none while the library
    works. So the library asks now and then whether to go on, which is such a step; what Ctrl-C raises would be lost
    there, and is raised when the call has come back."""

    def __init__(self) -> None:
        self._pressed = False
        self.keep_going = _raw.vav_keep_going(self._ask)

    def _ask(self, _user: Any) -> int:
        return 0 if self._pressed and threading.current_thread() is threading.main_thread() else 1

    @contextmanager
    def heeded(self) -> Iterator[None]:
        """Around such a call."""
        usual = signal.getsignal(signal.SIGINT)
        if threading.current_thread() is not threading.main_thread() or not callable(usual) or usual == self._press:
            yield
            return
        self._pressed = False
        signal.signal(signal.SIGINT, self._press)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, usual)
            if self._pressed:
                self._pressed = False
                usual(signal.SIGINT, None)

    def _press(self, _number: int, _frame: Any) -> None:
        self._pressed = True
