"""The gallery as most programs use it: pictures in, persons out."""
from __future__ import annotations

import os
from dataclasses import replace
from typing import Any, Iterable, Literal, Mapping, Optional, Union

import numpy as np

from ._convert import PathLike
from ._key import Key
from ._store import Store
from .compare import Comparison, Decision, default_threshold, to_threshold
from .engine import Engine
from .errors import FileMissingError, ImageError, bad_argument
from .faces import Face, largest
from .image import Image, Picture, as_image
from .models import Models
from .records import Enrollment, Identifications, Refusal

_LONGEST_SOURCE = 1024  # bytes the library stores


class Gallery(Store):
    """Persons and their templates in one SQLite file.

        with visavis.Gallery("people.vav") as people:
            people.enroll("Ada", ["ada1.jpg", "ada2.jpg"])
            for face in people.identify("door.jpg"):
                print(face.decision, face.person, f"{face.distance:.2f}", face.box)

    path          created when it does not exist
    engine        finds the faces; None: `Engine(models=models)`. It must use the models the gallery was made with
    models        a Models to share, or the directory of the model files; None: the engine's
    mode          "open_or_create", "must_exist", "must_be_new" or "read_only"
    busy_timeout  seconds to wait while another process writes
    durability    "full": a change that returned is on disk. "normal": several times faster, but a power cut may lose the
                  last changes
    key           32 bytes, or a function that gives them: a new gallery is encrypted, an encrypted one opens
    passphrase    the same by words
    audit_label   who uses the gallery, for its audit log
    threads       how many one search may use; more help above a million templates

    Safe from any number of threads at once, and several processes may open the same file.
    """

    def __init__(self, path: PathLike, *, engine: Optional[Engine] = None,
                 models: Union[Models, PathLike, None] = None,
                 mode: Literal["open_or_create", "must_exist", "must_be_new", "read_only"] = "open_or_create",
                 busy_timeout: float = 5.0, durability: Literal["full", "normal"] = "full",
                 key: Optional[Key] = None, passphrase: Optional[str] = None, audit_label: str = "",
                 threads: int = 1) -> None:
        self.engine = engine if engine is not None else Engine(models=models)
        if models is None:
            models = self.engine.models
        super().__init__(path, models if isinstance(models, Models) else Models(models), mode, busy_timeout, durability,
                         key, passphrase, audit_label, threads)

    def enroll(self, person: Union[str, int], pictures: Union[Picture, Iterable[Picture]], *,
               external_id: Optional[str] = None, metadata: Optional[Mapping[str, Any]] = None) -> Enrollment:
        """Stores the face in each picture as a template of a person.

        `person` is a name or the id of a person that is there. A name adds to the person of that name, and makes a new
        one when there is none; when several are called so, it is an ArgumentError. With `external_id`, that alone
        says who it is. `metadata` is stored with the person.

        A picture that cannot be read, or which shows no face or more than one, is refused: a stranger's template
        would open doors. All that is taken is stored at once; when every picture is refused, nobody is added. Look at
        `looks_like` of the result: other persons who have one of these faces.
        """
        faces, refused = [], []
        for index, picture in enumerate(_several(pictures)):
            found = self._one_face(picture)
            if isinstance(found, Face):
                faces.append((found, _source(picture)))
            else:
                refused.append(Refusal(index, _source(picture) or type(picture).__name__, found))
        if not faces:
            return Enrollment(None, [], refused)
        with self._short_transaction():
            number = self._find_or_add(person, external_id, metadata)
            others = {other.id: other for face, _ in faces for other in self.find_duplicates(face, ignore=number)}
            templates = [self.add_template(number, face, source=source) for face, source in faces]
        return Enrollment(number, templates, refused, sorted(others.values(), key=lambda other: other.distance))

    def identify(self, picture: Picture, *, candidates: int = 5, threshold: Optional[float] = None,
                 only_within_threshold: bool = False, **among: Any) -> Identifications:
        """Who is in the picture: one answer for each face, none for a picture without faces.

        `threshold` is the largest distance that counts as a match, None for the default; `candidates` how many of the
        nearest persons to report, with `only_within_threshold` only those that match. `among` is passed on: groups,
        persons, best_of, include_inactive, note_seen, now; see `identify_embeddings`.
        """
        faces = self.engine.analyze(picture)
        found = self.identify_embeddings(faces, candidates=candidates, threshold=threshold,
                                         only_within_threshold=only_within_threshold, **among)
        return Identifications(replace(one, face=face) for one, face in zip(found, faces))

    def verify(self, person: int, picture: Picture, threshold: Optional[float] = None) -> Comparison:
        """Is the largest face in the picture this person's? Without a face, or without templates, NOT_EVALUATED."""
        self.person(person)  # an unknown id is an error also when the picture shows nobody
        image = as_image(picture)
        face = largest(self.engine.detect(image))
        if face is None or face.box is None:
            return Comparison(Decision.NOT_EVALUATED, float("inf"), to_threshold(threshold) or default_threshold())
        return self.verify_embedding(person, self.engine.analyze_boxes(image, [face.box])[0], threshold)

    def _one_face(self, picture: Picture) -> Union[Face, str]:
        """The only face, or why the picture is refused. A defect of the machine is not the picture's: it is raised."""
        try:
            faces = self.engine.analyze(picture)
        except (ImageError, FileMissingError) as problem:
            return str(problem)
        return faces[0] if len(faces) == 1 else f"shows {len(faces) or 'no'} face{'s' if faces else ''}, not one"

    def _find_or_add(self, person: Union[str, int], external_id: Optional[str],
                     metadata: Optional[Mapping[str, Any]]) -> int:
        if not isinstance(person, str):
            if external_id is not None or metadata is not None:
                self.update_person(person, external_id=external_id, metadata=metadata)
            return person
        found = list(self.persons(external_id=external_id) if external_id is not None else self.persons(name=person))
        if len(found) > 1:
            raise bad_argument(f"{len(found)} persons are called '{person}', among them {found[0].id} and "
                               f"{found[1].id}: say which one by its id or external_id")
        if not found:
            return self.add_person(person, external_id=external_id, metadata=metadata)
        if metadata is not None:
            self.update_person(found[0].id, metadata=metadata)
        return found[0].id


def _several(pictures: Union[Picture, Iterable[Picture]]) -> Iterable[Picture]:
    """One picture as a list of one."""
    if isinstance(pictures, (str, os.PathLike, bytes, bytearray, memoryview, np.ndarray, Image)):
        return [pictures]
    return pictures


def _source(picture: Picture) -> Optional[str]:
    """What to note as a template's source: the path, of a very long one the end, as far as the gallery has room."""
    if not isinstance(picture, (str, os.PathLike)):
        return None
    return os.fspath(picture).encode("utf-8", "replace")[-_LONGEST_SOURCE:].decode("utf-8", "ignore")
