"""The gallery as most programs use it: pictures in, persons out."""
from __future__ import annotations

import ctypes
import os
from dataclasses import replace
from datetime import tzinfo
from typing import Any, Callable, Iterable, Literal, Mapping, Optional, Union

from . import _raw
from ._convert import PathLike, flag, path_to_c, several, shown
from ._key import Key
from ._library import call
from ._moving import Migrating, to_engine
from ._store import Store
from ._names import like, name_to_enroll, normal, require_id
from ._comparing import Comparison, Decision
from .assessment import AssessedPhoto, Assessment, PhotoVerdict
from .engine import Engine
from .errors import AlreadyExistsError, ArgumentError, ImageError, StorageError, VisavisError, bad_argument
from .faces import Face
from .image import Image, Picture, is_picture, require_picture
from .models import Models
from .quality import Policy, to_policy
from .records import Candidate, Enrollment, Identification, Identifications, Migration, Refusal

_LONGEST_SOURCE = 1024  # bytes, the most that the library stores
_SET_OF_NEW = "dlib-1"  # misses fewer people than "dlib", at the same rate of false matches
_MOST_AT_ONCE = 10_000  # photos that the library assesses together


class Gallery(Store):
    """Persons and their templates in one SQLite file.

        with visavis.Gallery("people.vav") as people:
            people.enroll("Ada", ["ada1.jpg", "ada2.jpg"])
            for face in people.identify("door.jpg"):
                print(face.decision, face.person, f"{face.distance:.2f}", face.box)

    path          the file; it is created if it does not exist
    engine        finds the faces; None: `Engine(models=models)`. It must use the models of the gallery
    models        a Models to share, or the directory of the model files; None: those of the engine. Without an engine
                  and a Models: the set of models of the gallery that is there, "dlib-1" for a new one, unless
                  VISAVIS_MODEL_SET names one
    mode          "open_or_create", "must_exist", "must_be_new" or "read_only"
    busy_timeout  how many seconds to wait while another process writes
    durability    "full": when a change returns, it is on disk. "normal": several times faster, but a power cut may lose
                  the last changes
    key           32 bytes, or a function that returns them. Opens an encrypted gallery, and encrypts a new one. The
                  function is called on any thread that uses the gallery, and must not use the gallery (StateError)
    passphrase    a text, instead of `key`
    audit_label   who uses the gallery, for its audit log
    threads       how many threads one search may use; more than one helps above a million templates
    timezone      the zone of dates: an IANA name or a tzinfo; None: that of the machine. Datetimes have their own

    Any number of threads may use it at once, and several processes may open the same file.
    """

    def __init__(self, path: PathLike, *, engine: Optional[Engine] = None,
                 models: Union[Models, PathLike, None] = None,
                 mode: Literal["open_or_create", "must_exist", "must_be_new", "read_only"] = "open_or_create",
                 busy_timeout: float = 5.0, durability: Literal["full", "normal"] = "full",
                 key: Optional[Key] = None, passphrase: Optional[str] = None, audit_label: str = "",
                 threads: int = 1, timezone: Union[str, tzinfo, None] = None) -> None:
        if engine is not None and not isinstance(engine, Engine):
            raise bad_argument(f"engine must be a visavis.Engine, not {shown(engine)}")
        if engine is None and not isinstance(models, Models):
            models = Models(models, set=_model_set_of(path))
        self.engine = engine if engine is not None else Engine(models=models)
        mine = self.engine.models if models is None else models if isinstance(models, Models) else Models(models)
        if mine.set != self.engine.set:
            raise bad_argument(f"engine uses the set of models {self.engine.set!r}, and models is of {mine.set!r}: "
                               "what one made cannot be compared with what the other made; give both the same Models")
        try:
            super().__init__(path, mine, mode, busy_timeout, durability, key, passphrase, audit_label, threads,
                             timezone)
        except BaseException:  # a Ctrl-C behind the section that opens it: its traceback would keep the gallery open
            self._abandon()
            raise

    @staticmethod
    def model_set(path: PathLike) -> str:
        """The set of models that a gallery or an export was made with, for `Models(set=...)`; "": a model of your own.
        Needs no key."""
        name = ctypes.c_char_p()
        call("vav_gallery_model_set", ctypes.byref(name), path_to_c(path))
        return (name.value or b"").decode()

    def enroll(self, person: Union[str, int], pictures: Union[Picture, Iterable[Picture]], *,
               external_id: Optional[str] = None, metadata: Optional[Mapping[str, Any]] = None,
               force_different: bool = False, keep_chips: bool = False,
               policy: Union[Policy, str, None] = None) -> Enrollment:
        """Stores the face in each picture as a template of a person.

        person           a name, or the id of a person of the gallery; or "id:3", "ext:staff-7", "name:Ada". A new name
                         adds a person. A name of several persons, or one that is also an id, is an ArgumentError
        external_id      your own key for the person: who has it is meant, and must have the name; else the one with
                         that name and no external id, who then gets it; else somebody new
        metadata         a mapping to store with the person
        force_different  store also faces that differ from those of the person
        keep_chips       keep also a small picture of each face, so that the gallery can `migrate` without the photos.
                         Ask the people first
        policy           refuse pictures that are not good enough: "strict", "normal", "lenient" or a Policy

        A picture is refused if it cannot be read, or shows no face or several: a stranger's template would open doors.
        It is also refused if its face is farther than the threshold from all faces of the person; for a new person,
        from the face that most of the pictures show. A picture that the person has already is not stored again. All
        others are stored at once; if every picture is refused, nobody is added.
        See `looks_like` of the result for other persons who have one of these faces.
        """
        force, keep = flag(force_different, "force_different"), flag(keep_chips, "keep_chips")
        to_policy(policy)  # it is refused before any work
        if not isinstance(person, str):
            require_id(person)
        found: list[tuple[int, Face, Optional[str]]] = []
        chips: dict[int, Image] = {}
        refused: list[Refusal] = []
        given = list(_several(pictures))
        for picture in given:
            require_picture(picture)
        for index, picture in enumerate(given):
            face = self._one_face(picture, policy)
            if isinstance(face, Face):
                found.append((index, face, _source(picture)))
                if keep:
                    chips[index] = self.engine.cut_face(picture, face)
            else:
                refused.append(Refusal(index, _described(picture), face[1], face[0]))
        if not found:
            return Enrollment(None, [], refused)
        with self._short_transaction():
            number, new, fields = self._find_or_add(person, external_id, metadata)
            already, templates = [], []
            others: dict[int, Candidate] = {}
            somebody_else = True  # of the same name, as far as the photos tell
            for start in range(0, len(found), _MOST_AT_ONCE):
                part = found[start:start + _MOST_AT_ONCE]
                assessed = self.assess([face for _, face, _ in part], number, all_of_person=bool(force))
                somebody_else = somebody_else and assessed.wrong_person
                for (index, face, source), photo in zip(part, assessed.photos):
                    if photo.verdict is PhotoVerdict.SAME_PICTURE:
                        already.append(index)
                    elif photo.verdict is PhotoVerdict.ACCEPTED:
                        others.update((other.id, other) for other in photo.looks_like)
                        templates.append(self.add_template(number, face, source=source))
                        if keep:
                            self.keep_chip(templates[-1], chips[index])
                    else:
                        refused.append(Refusal(index, _described(given[index]), _why_different(number, photo, assessed),
                                               "different_face"))
            if fields and not somebody_else:
                self.update_person(number, **fields)
        return Enrollment(number, templates, sorted(refused, key=lambda one: one.index),
                          sorted(others.values(), key=lambda other: other.distance), already,
                          like(self, self.person(number).name, number) if new else [])

    def identify(self, picture: Picture, *, candidates: int = 5, threshold: Optional[float] = None,
                 only_within_threshold: bool = False, policy: Union[Policy, str, None] = None,
                 **among: Any) -> Identifications:
        """Who is in the picture? One answer for each face; an empty list if there is none. A face that cannot be
        compared is NOT_EVALUATED; `face.advice` of that answer says why. So is one that the policy refuses ("strict",
        "normal", "lenient" or a Policy); `face.refusals` says why. For the other arguments see `identify_embeddings`.
        """
        faces = self.engine.analyze(picture, policy=policy)
        taken = [face.comparable and not face.refusals for face in faces]
        found = iter(self.identify_embeddings([face for face, take in zip(faces, taken) if take],
                                              candidates=candidates, threshold=threshold,
                                              only_within_threshold=only_within_threshold, **among))
        nobody = Identification(Decision.NOT_EVALUATED, self._threshold(threshold), [])
        return Identifications(replace(next(found) if take else nobody, face=face) for face, take in zip(faces, taken))

    def verify(self, person: Union[int, str], picture: Picture, threshold: Optional[float] = None, *,
               policy: Union[Policy, str, None] = None, **how: Any) -> Comparison:
        """Is the largest face in the picture that of this person, who may be let in now? NOT_EVALUATED: there is no
        face, the face cannot be compared or the policy refuses it (`reason` says why), or the person has no templates.
        For `person` see `find`, for `how` see `verify_embedding`."""
        number = self.find(person).id  # wrong arguments are an error also if the picture shows nobody
        options = self._how_to_verify(threshold, **how)
        face = self.engine.analyze_largest(picture, policy=policy)
        if face is None:
            return Comparison(Decision.NOT_EVALUATED, float("inf"), self._threshold(threshold))
        if not face.comparable:
            return Comparison(Decision.NOT_EVALUATED, float("inf"), self._threshold(threshold),
                              reason=face.not_comparable_reason)
        if face.refusals:
            return Comparison(Decision.NOT_EVALUATED, float("inf"), self._threshold(threshold),
                              reason="; ".join(face.refusals))
        return self._verify(number, face, options)

    def migrate(self, to: Union[Engine, Models], photos: Iterable[PathLike] = (), *, leave_behind: bool = False,
                progress: Optional[Callable[[int, int], object]] = None) -> Migration:
        """Moves the gallery to other models without losing anybody: ids, names, groups, consent, audit log stay.

        to            the other models, or an engine that uses them
        photos        folders with the pictures that were enrolled. Each is found by its file name, in the folders
                      within them too; the present models say which face in it is the template's
        leave_behind  move even if some templates could not be embedded anew: they are removed, their persons stay. Not
                      while a picture is there that could not be read ("unavailable")
        progress      a function that is called with the numbers of templates done and in all

        The gallery goes on to answer with its present models until the move at the end, for others too. If it is
        interrupted, the next call goes on. If some templates could not be embedded anew and `leave_behind` is not set,
        it does not move: see `failed`, and call it again with more photos. After the move this object is closed: open
        the gallery again with `engine=` of the other models.
        """
        leave = bool(flag(leave_behind, "leave_behind"))
        if progress is not None and not callable(progress):
            raise bad_argument(f"progress must be a function, not {shown(progress)}")
        other = to_engine(to)
        folders = list(several(photos, "photos", "folders"))
        for folder in folders:
            if not os.path.isdir(path_to_c(folder, "photos")):
                raise bad_argument(f"photos must be folders, and {shown(folder)} is none")
        run = Migrating(self, other, folders, progress)
        run.run()
        status = self.move_status(other.models)
        left = status.templates - status.staged
        moves = (status.staged > 0 or status.templates == 0) and (left == 0 or (leave and run.has_read_all()))
        if moves:
            self.move(other.models, leave_behind=leave)
            self.close()
        return Migration(moves, run.staged, run.failed, left if moves else 0)

    def _one_face(self, picture: Picture, policy: Union[Policy, str, None] = None) -> Union[Face, tuple[str, str]]:
        """The only face, or why the picture is refused: a kind and words. Errors of the machine are raised: they are
        not the picture's fault."""
        try:
            faces = self.engine.analyze(picture, policy=policy)
        except (ImageError, ArgumentError, StorageError) as problem:
            return "unreadable", str(problem)
        if len(faces) == 1 and faces[0].not_comparable_reason:
            return faces[0].not_comparable_reason, f"shows a face that cannot be compared: {faces[0].advice}"
        if len(faces) == 1 and faces[0].refusals:
            return "quality", "; ".join(faces[0].refusals)
        if len(faces) == 1:
            return faces[0]
        return ("several_faces" if faces else "no_face",
                f"shows {len(faces) or 'no'} face{'s' if faces else ''}, not one")

    def _find_or_add(self, person: Union[str, int], external_id: Optional[str],
                     metadata: Optional[Mapping[str, Any]]) -> tuple[int, bool, dict[str, Any]]:
        """The id of the person, whether it is new, and what is to be stored with who was found by the name, unless the
        photos say that it is somebody else."""
        name = name_to_enroll(self, person) if isinstance(person, str) else None
        if name is None:
            number = self.find(person).id
            if external_id is not None or metadata is not None:
                self.update_person(number, external_id=external_id, metadata=metadata)
            return number, False, {}
        owner = list(self.persons(external_id=external_id)) if external_id is not None else []
        if owner and normal(name) != normal(owner[0].name):
            raise AlreadyExistsError(_raw.VAV_E_ALREADY_EXISTS, f"the external id '{external_id}' belongs to "
                                     f"{owner[0].name} (id:{owner[0].id}), not to '{name}'")
        # Who has another external id is another person of the same name.
        found = owner or [one for one in self.persons(name=name) if external_id is None or one.external_id is None]
        if len(found) > 1:
            raise bad_argument(f"{len(found)} persons are called '{name}', among them {found[0].id} and "
                               f"{found[1].id}: say which one by its id or external_id")
        if not found:
            return self.add_person(name, external_id=external_id, metadata=metadata), True, {}
        changes = metadata is not None or (external_id is not None and not owner)
        return found[0].id, False, {"external_id": external_id, "metadata": metadata} if changes else {}


def _why_different(number: int, photo: AssessedPhoto, assessed: Assessment) -> str:
    """Why a photo is not enrolled as person `number`, in words."""
    distance = "not known" if photo.nearest is None else f"at {photo.nearest:.3f}"
    if assessed.undecided:
        why = (f"another face than other pictures given for person {number} show, and as many show each: nothing tells "
               f"which is right, and the first was taken. The nearest of those is {distance}")
    elif assessed.templates == 0:
        why = (f"another face than most of the pictures given for person {number} show: the nearest of those is "
               f"{distance}")
    else:
        why = f"another face than that of person {number}: the nearest template is {distance}"
    like = ", ".join(f"{other.name} (id {other.id})" for other in photo.looks_like)
    return why + (f"; it looks like {like}" if like else "") + "; force_different=True enrols it anyway"


def _model_set_of(path: PathLike) -> Optional[str]:
    """That of the gallery, or of a new one; None: as without a gallery."""
    if os.environ.get("VISAVIS_MODEL_SET"):
        return None
    try:
        path_to_c(path)
        if not os.path.lexists(path) or os.path.getsize(path) == 0:
            return _SET_OF_NEW
        return Gallery.model_set(path) or None
    except (VisavisError, OSError):  # whoever opens it says it better
        return None


def _several(pictures: Union[Picture, Iterable[Picture]]) -> Iterable[Picture]:
    """One picture becomes a list of one."""
    if not hasattr(pictures, "__iter__"):
        require_picture(pictures)
    return [pictures] if is_picture(pictures) else pictures  # type: ignore[return-value]


def _source(picture: Picture) -> Optional[str]:
    """The source to store with a template: the path, or the end of a very long one; None: there is no path."""
    if not isinstance(picture, (str, os.PathLike)):
        return None
    return os.fspath(picture).encode("utf-8", "replace")[-_LONGEST_SOURCE:].decode("utf-8", "ignore")


def _described(picture: Picture) -> str:
    return _source(picture) or type(picture).__name__
