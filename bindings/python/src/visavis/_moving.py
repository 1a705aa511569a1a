"""A gallery on its way to other models: one method for each function of the C API, and the faces found again."""
from __future__ import annotations

import ctypes
import os
from typing import TYPE_CHECKING, Any, Callable, Iterable, Iterator, Optional, Union

from . import _raw
from ._convert import FloatArray, PathLike, flag, floats, from_c, identifier, shown
from ._embedding import EmbeddingLike, embedding
from ._handle import Handle
from ._interrupt import Uninterrupted
from ._library import call
from ._names import normal
from .engine import Engine, Remade
from .errors import (ArgumentError, GalleryError, ImageError, NotFoundError, StorageError, bad_argument,
                     from_status)
from .image import Image, Picture, opened
from .models import Models
from .records import MoveStatus, Unmoved

if TYPE_CHECKING:
    from .gallery import Gallery

_PAGE = 1000
_BATCH = 64  # templates that are staged together


class Moving(Handle):
    """Other models for the same people."""

    def move_status(self, to: Optional[Models] = None) -> MoveStatus:
        """How far a move to other models is; `to`: the models that it may be to."""
        raw = _raw.new(_raw.vav_move_status)
        if to is None:
            with self._use() as pointer:
                call("vav_gallery_get_move", pointer, None, ctypes.byref(raw))
        else:
            with self._use() as pointer, _models(to)._use() as target:
                call("vav_gallery_get_move", pointer, target, ctypes.byref(raw))
        return MoveStatus(under_way=bool(raw.under_way), to_these=bool(raw.to_these), staged=raw.staged,
                          templates=raw.templates, kept_chips=raw.kept_chips, to_set=from_c(raw.to_set) or None,
                          to_model_sha256=from_c(raw.to_model_sha256) or None, to_recipe=from_c(raw.to_recipe) or None)

    def stage(self, to: Models, template: int, new: EmbeddingLike) -> None:
        """Stages the embedding that a template will have when the gallery moves to the models `to`. The gallery goes on
        to answer with its present templates. `new` must be of the same face, which nothing here can tell."""
        values = embedding(new, "new", _models(to).set)
        number = identifier(template, "template")
        with self._use() as pointer, to._use() as target:
            call("vav_gallery_stage", pointer, target, number, floats(values), len(values))

    def unstaged(self, after: int = 0) -> Iterator[tuple[int, int]]:
        """The templates with ids above `after` that have no staged embedding: their ids and those of their persons."""
        after = identifier(after, "after")
        page = (_raw.vav_unstaged * _PAGE)()
        count = ctypes.c_int32()
        while True:
            with self._use() as pointer:
                call("vav_gallery_list_unstaged", page, ctypes.byref(count), _PAGE, pointer, after)
            found = [(one.template_id, one.person) for one in page[:count.value]]
            yield from found
            if len(found) < _PAGE:
                return
            after = found[-1][0]

    def move(self, to: Models, *, leave_behind: bool = False) -> None:
        """Exchanges all templates for the staged ones, at once. Templates without one are a StateError; with
        `leave_behind` they are removed, and their persons stay. Afterwards every call on every open handle, on this one
        too, is a GalleryError: open the gallery again with an engine of these models."""
        leave = flag(leave_behind, "leave_behind")
        with self._use() as pointer, _models(to)._use() as target:
            call("vav_gallery_move", pointer, target, leave)

    def cancel_move(self) -> None:
        """Removes everything that is staged."""
        with self._use() as pointer:
            call("vav_gallery_cancel_move", pointer)

    def keep_chip(self, template: int, chip: Picture) -> None:
        """Keeps a picture of the face of a template, such as `Engine.cut_face` gives, at most 320 px wide and high, so
        that `migrate` needs no photo. It goes with the template. Ask the people first: a picture says much more than a
        template."""
        number = identifier(template, "template")
        with opened(chip) as seen, self._use() as pointer, seen._use() as image:
            call("vav_gallery_keep_chip", pointer, number, image)

    def kept_chip(self, template: int) -> Image:
        """The picture that is kept of a template; NotFoundError if there is none."""
        out = ctypes.POINTER(_raw.vav_image)()
        number = identifier(template, "template")
        with Uninterrupted():
            with self._use() as pointer:
                call("vav_gallery_get_chip", ctypes.byref(out), pointer, number)
            return Image(out)

    def remove_chips(self) -> None:
        """Removes all pictures that are kept; templates stay."""
        with self._use() as pointer:
            call("vav_gallery_remove_chips", pointer)


def _models(to: Any) -> Models:
    if not isinstance(to, Models):
        raise bad_argument(f"to must be a visavis.Models, not {shown(to)}")
    return to


class Migrating:
    """One run of Gallery.migrate."""

    def __init__(self, gallery: Gallery, to: Engine, photos: Iterable[PathLike],
                 progress: Optional[Callable[[int, int], object]]) -> None:
        self.gallery, self.to, self.progress = gallery, to, progress
        self.paths = _by_name(photos)
        self.threshold = gallery._threshold_of_photos()
        if not self.threshold:
            raise bad_argument("threshold: nobody has measured one for the gallery's models: set the gallery's "
                               "own")
        self.staged = 0
        self.failed: list[Unmoved] = []

    def has_read_all(self) -> bool:
        """False: a picture was there that could not be read. What could not be read is not what is gone."""
        return not any(one.kind == "unavailable" for one in self.failed)

    def run(self) -> None:
        """Stages whatever can be staged."""
        status = self.gallery.move_status()
        todo, done, after = status.templates - status.staged, 0, 0
        while True:
            page = [one for one, _ in zip(self.gallery.unstaged(after), range(_BATCH))]
            if not page:
                return
            found = [(template, self._find(*template)) for template in self._read(page)]
            with self.gallery._short_transaction():
                for (_, template), new in found:
                    if isinstance(new, Unmoved):
                        self.failed.append(new)
                        continue
                    try:
                        self.gallery.stage(self.to.models, template.id, new)
                        self.staged += 1
                    except NotFoundError:
                        pass  # removed meanwhile
            after = page[-1][0]
            done += len(page)
            if self.progress is not None:
                self.progress(done, todo)

    def _read(self, page: list[tuple[int, int]]) -> Iterator[Any]:
        wanted = {template for template, _ in page}
        for number in sorted({person for _, person in page}):
            try:
                person, templates = self.gallery.person(number), self.gallery.templates(number)
            except NotFoundError:
                continue  # removed meanwhile
            yield from ((person, one) for one in templates if one.id in wanted)

    def _find(self, person: Any, template: Any) -> Union[FloatArray, Unmoved]:
        """The new embedding; or why there is none. Several pictures may have the name: the nearest face is the right
        one."""
        def no(kind: str, reason: str) -> Unmoved:
            return Unmoved(template.id, person.id, person.name, template.source, reason, kind)

        def remade(picture: Image, kept_chip: bool = False) -> Remade:
            return self.gallery.engine.remake(picture, template.embedding, self.to, threshold=self.threshold,
                                              kept_chip=kept_chip)

        why = None
        try:
            with self.gallery.kept_chip(template.id) as chip:
                new = remade(chip, kept_chip=True)
            if new.embedding is not None:
                return new.embedding
            why = no(new.kind, f"the kept chip: {new.reason}")
        except NotFoundError:
            pass
        except GalleryError as problem:
            if problem.code != _raw.VAV_E_GALLERY_CORRUPT:
                raise
            why = no("unreadable", f"the kept chip: {problem}")
        if not template.source:
            return why or no("no_source", "the template does not say which picture it comes from")
        name = normal(os.path.basename(template.source))
        why = why or no("not_found", f"no picture of the name {name} in `photos`")
        best: Optional[Remade] = None
        unread: Optional[Unmoved] = None
        folder = normal(person.name)
        for path in sorted(self.paths.get(name, []), key=lambda one: folder not in normal(one).split(os.sep)[:-1]):
            try:
                with Image.open(path) as picture:
                    new = remade(picture)
            except StorageError as problem:
                unread = why = no("unavailable", str(problem))
                continue
            except (ImageError, ArgumentError) as problem:
                why = no("unreadable", str(problem))
                continue
            if new.embedding is None:
                why = no(new.kind, f"{path}: {new.reason}")
            elif best is None or new.distance < best.distance:
                best = new
            if best is not None and best.same_picture:
                break
        return unread or why if best is None or best.embedding is None else best.embedding


def to_engine(to: Union[Engine, Models]) -> Engine:
    """What Gallery.migrate is to move to."""
    if isinstance(to, Models):
        return Engine(models=to)
    if not isinstance(to, Engine):
        raise bad_argument(f"to must be a visavis.Engine or a visavis.Models, not {shown(to)}")
    return to


def _refuse_folder(problem: OSError) -> None:
    """Whose pictures would be taken for gone, and their people be left behind."""
    raise from_status(_raw.VAV_E_PERMISSION if isinstance(problem, PermissionError) else _raw.VAV_E_IO,
                      f"photos: {problem.filename}: {problem.strerror}")


def _by_name(photos: Iterable[PathLike]) -> dict[str, list[str]]:
    """All files in these folders and the folders within them, by their names in the normal form."""
    found: dict[str, list[str]] = {}
    for top in photos:
        for folder, _, files in os.walk(top, onerror=_refuse_folder):
            for file in sorted(files):
                found.setdefault(normal(file), []).append(os.path.join(folder, file))
    return found
