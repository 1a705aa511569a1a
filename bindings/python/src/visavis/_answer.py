"""Answers that are more than yes or no: asked whether they are true, they raise instead of saying yes to a stranger."""
from __future__ import annotations

from typing import NoReturn


class Answer:
    """Base of every result that `if` could be asked about. Any object of Python is true; a door would open."""

    __slots__ = ()

    def _how_to_ask(self) -> str:
        raise NotImplementedError

    def __bool__(self) -> NoReturn:
        raise TypeError(f"{type(self).__name__} is neither true nor false: {self._how_to_ask()}")
