"""Runs long work of the library in pieces, so that signals end it and progress functions are called."""
from __future__ import annotations

import ctypes
from typing import Any, Callable, Optional

from . import _raw
from ._convert import shown
from ._interrupt import Uninterrupted
from ._library import call
from .errors import bad_argument, from_status

Progress = Callable[[int, int], None]
"""A function that is called now and then with the units done and the units in all. If it raises, the work stops."""

_PIECE = 100  # milliseconds of work between two calls of a progress function


def require_function(progress: Optional[Progress]) -> None:
    """Asked before the work begins."""
    if progress is not None and not callable(progress):
        raise bad_argument(f"progress must be a function, not {shown(progress)}")


def run_in_pieces(function: str, work: Any, section: Uninterrupted, progress: Optional[Progress], stopped: str) -> None:
    """Calls `function` with the pointer `work` until it is finished. `stopped`: what to say where a signal ends it. The
    caller destroys the work."""
    state = _raw.new(_raw.vav_job_progress)
    try:
        while not state.finished:
            if section.ending:
                raise from_status(_raw.VAV_E_CANCELLED, stopped)
            call(function, work, _PIECE, ctypes.byref(state))
            if progress is not None:
                section.listening = True
                progress(state.done, state.total)
                section.listening = False
    finally:
        section.listening = False
