"""Results that are more than yes or no: `if result:` raises instead of letting a stranger in."""
from __future__ import annotations

import enum
import re
from typing import NoReturn, Optional, TypeVar

_Open = TypeVar("_Open", bound="OpenAnswer")


class Answer:
    """Base of results that a program might test with `if`. Every Python object is true unless it says otherwise."""

    __slots__ = ()

    def _how_to_ask(self) -> str:
        raise NotImplementedError

    def __bool__(self) -> NoReturn:
        raise TypeError(f"{type(self).__name__} is neither true nor false: {self._how_to_ask()}")


class OpenAnswer(Answer, str, enum.Enum):
    """One of several words. A newer version of the library may give another (`_convert.known`): it is none of them."""

    def __str__(self) -> str:
        return str(self.value)

    def __reduce_ex__(self, _protocol: object) -> tuple[type[OpenAnswer], tuple[str]]:
        """Copied and pickled by its value, in every version of Python: what a newer library gives has no name."""
        return type(self), (str(self.value),)

    @classmethod
    def _kind(cls) -> str:
        """What one is called where only its number is known."""
        raise NotImplementedError

    @classmethod
    def _missing_(cls: type[_Open], value: object) -> Optional[_Open]:
        if not isinstance(value, str) or not re.fullmatch(rf"{cls._kind()} -?\d+ of a newer version", value):
            return None
        newer = str.__new__(cls, value)
        newer._name_, newer._value_ = "NEWER", value
        return newer
