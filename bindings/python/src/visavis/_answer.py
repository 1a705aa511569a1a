"""Results that are more than yes or no: `if result:` raises instead of letting a stranger in."""
from __future__ import annotations

from typing import NoReturn


class Answer:
    """Base of results that a program might test with `if`. Every Python object is true unless it says otherwise."""

    __slots__ = ()

    def _how_to_ask(self) -> str:
        raise NotImplementedError

    def __bool__(self) -> NoReturn:
        raise TypeError(f"{type(self).__name__} is neither true nor false: {self._how_to_ask()}")
