"""Finds the person that a text means, and names that look alike. A text that could mean two persons is refused."""
from __future__ import annotations

import itertools
import unicodedata
from typing import TYPE_CHECKING, Optional, Union

import numpy as np

from . import _raw
from ._convert import shown, to_c
from .errors import NotFoundError, bad_argument
from .records import Person

if TYPE_CHECKING:
    from ._store import Store

_MOST_PERSONS = 100_000  # in a larger gallery, reading all names would take longer than enrolling

# Small letters of other scripts that look like Latin ones.
_LOOKALIKES = str.maketrans("аеорсухіјѕһԁԛԝвкмнтυνοραικτεζημχβ", "aeopcyxijshdqwbkmhtuvopaiktezhmxb")


def normal(name: str) -> str:
    """In the normal form in which the gallery compares names."""
    return unicodedata.normalize("NFC", name)


def folded(name: str) -> str:
    """The name without differences that are hard to see: case, spaces, invisible characters, lookalike letters."""
    plain = unicodedata.normalize("NFKC", name).casefold().translate(_LOOKALIKES)
    return "".join(c for c in plain if unicodedata.category(c) not in ("Cf", "Cc", "Zs", "Zl", "Zp"))


def require_name(name: str) -> str:
    """The name. A blank one is refused."""
    if not folded(name):
        raise bad_argument("the name is blank: give one that can be read")
    return name


def require_id(person: int) -> int:
    """The id of a person, if it is one."""
    if isinstance(person, (bool, np.bool_)) or not hasattr(person, "__index__"):
        raise bad_argument("a person is named by an id, which is an int, or by a text such as 'id:3', 'ext:staff-7', "
                           f"'name:Ada' or 'Ada', not by {shown(person)} ({type(person).__name__})")
    return person


def find(store: Store, person: Union[int, str]) -> Person:
    """The person that an id or a text means."""
    if not isinstance(person, str):
        return store.person(require_id(person))
    to_c(person, "person")
    kind, _, rest = person.partition(":")
    if kind == "id" and rest:
        if not _is_number(rest):
            raise bad_argument(f"{shown(person)} is not an id: an id is a number, such as 'id:3'")
        return store.person(_number(rest))
    if kind == "ext" and rest:
        return _unless_also_a_name(store, person, list(store.persons(external_id=rest)),
                                   f"person with the external id '{rest}'")
    if kind == "name" and rest:
        return _unless_also_a_name(store, person, _named(store, rest), f"person named '{rest}'")
    if _is_number(person):
        return _unless_also_a_name(store, person, _numbered(store, person), f"person with the id {person}")
    return _the_one(_named(store, person), f"person named '{person}'")


def name_to_enroll(store: Store, person: str) -> Optional[str]:
    """The name that a text means in `enroll`. None for "id:…" and "ext:…", which mean a person of the gallery."""
    to_c(person, "person")
    kind, _, rest = person.partition(":")
    if kind in ("id", "ext") and rest:
        return None
    if kind == "name" or (kind in ("id", "ext") and person.endswith(":")):
        return require_name(rest)
    if _is_number(person) and any(other.name != person for other in _numbered(store, person)):
        raise bad_argument(f"'{person}' is the id of another person: give the number {person}, or 'id:{person}', to "
                           f"mean that one, and 'name:{person}' to mean one who is called so")
    return require_name(person)


def like(store: Store, name: str, number: int) -> list[Person]:
    """Other persons whose names differ from this one but look like it."""
    if store.info().persons > _MOST_PERSONS:
        return []
    wanted = folded(name)
    return [other for other in store.persons()
            if other.id != number and normal(other.name) != normal(name) and folded(other.name) == wanted]


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _number(digits: str) -> int:
    """A number of any length; int() refuses thousands of digits. Too large ones become 2**63, which nobody has."""
    significant = digits.lstrip("0")
    return int(significant or "0") if len(significant) < 20 else 2**63


def _named(store: Store, name: str) -> list[Person]:
    return list(itertools.islice(store.persons(name=name), 11))


def _numbered(store: Store, digits: str) -> list[Person]:
    try:
        return [store.person(_number(digits))]
    except NotFoundError:
        return []


def _the_one(persons: list[Person], described: str) -> Person:
    if not persons:
        raise NotFoundError(_raw.VAV_E_NOT_FOUND, f"the gallery has no {described}")
    if len(persons) > 1:
        ids = ", ".join(f"id:{one.id}" for one in persons[:10])
        raise bad_argument(f"more than one {described}: say which, one of {ids}{', …' if len(persons) > 10 else ''}")
    return persons[0]


def _unless_also_a_name(store: Store, text: str, meant: list[Person], described: str) -> Person:
    named = [other for other in _named(store, text) if other.id not in [one.id for one in meant]]
    if not named:
        return _the_one(meant, described)
    first = f"the {described} is {meant[0].name} (id:{meant[0].id})" if meant else f"no {described}"
    raise bad_argument(f"'{text}' could mean two persons: {first}, and '{text}' is the name of id:{named[0].id}; say "
                       f"which by id:, ext: or name:, such as 'id:{named[0].id}'")
