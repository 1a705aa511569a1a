"""Models: finds the files that the manifest names, checks their SHA-256 and loads them when they are first needed."""
from __future__ import annotations

import ctypes
import json
import math
import numbers
import os
from dataclasses import dataclass
from typing import Any, Callable, Literal, Optional, Sequence, Union

import numpy as np
import numpy.typing as npt

from . import _raw
from ._clustering import LabelArray, clustered, earlier_labels, rows, threads_of
from ._convert import (FloatArray, PathLike, as_floats, at_least_one, choice, flag, floats, from_c, maybe_from_c,
                       path_to_c, real, shortest, struct, to_c)
from ._embedding import EmbeddingLike, embedding
from ._handle import Handle
from ._interrupt import Uninterrupted
from ._library import call, library
from ._comparing import to_threshold
from .assessment import Asking, Assessment, PhotoLike
from .errors import VisavisError
from .rates import Limits, Preset, Similarity, require_only_one, support_of, to_preset, to_prior, to_rate
from .rates import limits as to_limits


_METRICS = {"cosine": _raw.VAV_METRIC_COSINE, "euclidean": _raw.VAV_METRIC_EUCLIDEAN}


@dataclass(frozen=True)
class ModelInfo:
    """One model of the manifest."""

    id: str
    file: str
    size: int
    """Size of the file in bytes."""
    sha256: str
    license: str
    """SPDX identifier."""
    source: str
    purpose: str
    optional: bool
    """True: the set of these models does not need it."""
    path: Optional[str]
    """Where the file was found, not yet checked; None: it was not found."""
    set: str = ""
    """The set of models that uses it, such as "opencv-zoo"; "": none."""
    training_data: str = ""
    """What is known of the data it was trained on, whose terms the licence of the file does not change."""


class Models(Handle):
    """A set of models. Any number of engines and galleries may share it. Each file is read when it is first needed.

    Files are looked for in `directory` (None: the environment variable VISAVIS_MODELS), then in the cache of the user
    (unless `skip_user_cache`), then in the directory installed with the library.

    `set` says which models work together: "dlib", "dlib-1", "opencv-zoo", "sface-1" or one of your own (None: the
    environment variable VISAVIS_MODEL_SET, then "dlib"). What one set made cannot be compared with what another made.

    `calibration` is a table of error rates made with photos of your own and these models, a file of `visavis calibrate
    -o` (None: the environment variable VISAVIS_CALIBRATION; False: the library's, whatever that says, such as for the
    models that a gallery moves to). Presets and rates go by it in the place of the library's, also in engines and
    galleries of these models.
    """

    _what = "set of models"

    def __init__(self, directory: Optional[PathLike] = None, *, skip_user_cache: bool = False,
                 set: Optional[str] = None, calibration: Union[PathLike, Literal[False], None] = None) -> None:
        where = directory if directory is not None else os.environ.get("VISAVIS_MODELS") or None
        chosen = set if set is not None else os.environ.get("VISAVIS_MODEL_SET") or None
        ordered = (os.environ.get("VISAVIS_CALIBRATION") or None) if calibration is None else None
        table = ordered if calibration is None or calibration is False else calibration
        options = struct(_raw.vav_models_options, skip_user_cache=flag(skip_user_cache, "skip_user_cache"),
                         directory=None if where is None else path_to_c(where, "models directory"),
                         set=None if chosen is None else to_c(chosen, "set"),
                         calibration=None if table is None else path_to_c(table, "calibration"))
        out = ctypes.POINTER(_raw.vav_models)()
        with Uninterrupted(undo=self._abandon):
            try:
                call("vav_models_open", ctypes.byref(out), ctypes.byref(options))
            except VisavisError as error:
                if ordered is not None and ordered in error.message:
                    error.message += " (the environment variable VISAVIS_CALIBRATION names it)"
                raise
            self._own(out, library().vav_models_destroy)

    def list(self) -> list[ModelInfo]:
        """Every model of the manifest, and where its file is."""
        with self._use() as pointer:
            return [_info(pointer, index) for index in range(library().vav_models_count(pointer))]

    def verify(self, id: str) -> None:
        """Compares the file of a model with the manifest. ModelError: it is missing or altered."""
        with self._use() as pointer:
            call("vav_models_verify", pointer, to_c(id, "id"))

    def install(self, id: str, path: PathLike) -> None:
        """Compares a file with the manifest and copies it into `directory`. The copy appears when it is complete."""
        with self._use() as pointer:
            call("vav_models_install", pointer, to_c(id, "id"), path_to_c(path))

    def add(self, path: PathLike, name: str, *, input_size: int = 112, colour: str = "rgb",
            mean: Union[float, Sequence[float]] = 127.5, scale: float = 1 / 127.5, metric: str = "cosine",
            threshold: Optional[float] = None, license: str = "", training_data: str = "") -> None:
        """Adds an embedding model of your own, an ONNX file: tries it, and copies it into `directory` with a card that
        says how it is used. `Models(set=name)` is then a set of it and of the detector and landmarks of opencv-zoo.

        input_size     width and height of its pictures in px
        colour         "rgb" or "bgr": the order of its colours
        mean, scale    it gets (pixel - mean) * scale, pixels from 0 to 255; mean for all colours or for each
        metric         "cosine" or "euclidean"
        threshold      the largest distance of a match, as you measured it (`visavis eval`). None: identify and verify
                       need one each time, or the gallery one of its own
        license        of the file
        training_data  what is known of the data it was trained on
        """
        means = as_floats([mean] * 3 if isinstance(mean, numbers.Real) else mean, (3,), "mean").tolist()
        model = struct(_raw.vav_own_model, input_size=input_size,
                       blue_first=choice(colour, {"rgb": 0, "bgr": 1}, "colour"),
                       metric=choice(metric, _METRICS, "metric"), mean=(ctypes.c_float * 3)(*means),
                       scale=real(scale, "scale"),
                       threshold=0.0 if threshold is None else real(threshold, "threshold"),
                       name=to_c(name, "name"),
                       license=to_c(license, "license"), training_data=to_c(training_data, "training_data"))
        with self._use() as pointer:
            call("vav_models_add", pointer, path_to_c(path), ctypes.byref(model))

    def remove(self, name: str) -> None:
        """Removes a model of your own. ModelError: there is none of this name."""
        with self._use() as pointer:
            call("vav_models_remove", pointer, to_c(name, "name"))

    @property
    def directory(self) -> str:
        """The directory that `install` writes to; "" without a home directory."""
        with self._use() as pointer:
            return from_c(library().vav_models_get_directory(pointer))

    @property
    def set(self) -> str:
        """The name of the set, such as "dlib"."""
        with self._use() as pointer:
            return from_c(library().vav_models_get_set(pointer))

    @property
    def detectors(self) -> tuple[str, ...]:
        """The detectors of the set, the default one first."""
        with self._use() as pointer:
            return tuple(from_c(library().vav_models_detectors(pointer)).split())

    @property
    def embedding_dim(self) -> int:
        """How many numbers an embedding of the set has."""
        with self._use() as pointer:
            return int(library().vav_models_embedding_dim(pointer))

    @property
    def chip_size(self) -> int:
        """Width and height of a chip of the set in px."""
        with self._use() as pointer:
            return int(library().vav_models_chip_size(pointer))

    @property
    def default_threshold(self) -> float:
        """The threshold of a comparison of two faces by the preset "standard"; of a model of your own the one it was
        added with; 0: nobody has measured one."""
        with self._use() as pointer:
            return shortest(library().vav_models_default_threshold(pointer))

    @property
    def recipe(self) -> str:
        """How the set makes and compares embeddings, as galleries are stamped with it."""
        with self._use() as pointer:
            return from_c(library().vav_models_get_recipe(pointer))

    @property
    def model_sha256(self) -> str:
        """SHA-256 of the embedding model."""
        with self._use() as pointer:
            return from_c(library().vav_models_get_model_sha256(pointer))

    def limits(self, *, threshold: Optional[float] = None, false_rate: Optional[float] = None,
               preset: Union[Preset, str, None] = None, comparisons: int = 0) -> Limits:
        """What a threshold, a rate of false matches or a preset means for these models. `comparisons`: the number of
        templates of a search; 0: one face is compared with one. ArgumentError where nobody has measured these models
        and no threshold is given."""
        require_only_one(threshold, false_rate, preset)
        raw = _raw.new(_raw.vav_limits)
        with self._use() as pointer:
            call("vav_models_get_limits", pointer, to_threshold(threshold), to_rate(false_rate), to_preset(preset),
                 at_least_one(comparisons, "comparisons", 0), ctypes.byref(raw))
        return to_limits(raw)

    def similarity(self, distance: float, *, prior: Optional[float] = None) -> Similarity:
        """How probable it is that two faces so far from each other are of one person. `prior`: how probable before they
        are looked at, above 0 and below 1; None: 0.5. For the nearest person of a search give 1 / N or less, N being
        how many it may be: with 0.5 it would say of many a stranger that it is probably somebody. It falls with the
        distance, and holds for persons and photos like those that these models were measured with."""
        probabilities, supports = self._similarities([real(distance, "distance")], prior)
        number = float(probabilities[0])
        return Similarity(None if math.isnan(number) else shortest(number), support_of(int(supports[0])))

    def similarities(self, distances: npt.ArrayLike, *, prior: Optional[float] = None) -> FloatArray:
        """The probability of `similarity` for each distance, (n,) float32; nan: not evaluated."""
        return self._similarities(distances, prior)[0]

    def _similarities(self, distances: Any, prior: Optional[float]) -> tuple[FloatArray, Any]:
        values = as_floats(distances, (None,), "distances")
        found, supports = np.empty(len(values), np.float32), np.empty(len(values), np.int32)
        with self._use() as pointer:
            call("vav_models_get_similarities", pointer, floats(values), len(values), to_prior(prior), floats(found),
                 supports.ctypes.data_as(ctypes.POINTER(ctypes.c_int32)))
        return found, supports

    @property
    def calibration(self) -> Optional[dict[str, Any]]:
        """The table behind the rates: thresholds, the rates that were counted at each, their bounds, and with how many
        people. None where nobody has measured."""
        with self._use() as pointer:
            text = from_c(library().vav_models_get_calibration(pointer))
        table: Optional[dict[str, Any]] = json.loads(text) if text else None
        return table

    @property
    def measured(self) -> bool:
        """Whether error rates can be asked for."""
        with self._use() as pointer:
            return bool(library().vav_models_get_calibration(pointer))

    def check_embedding(self, value: EmbeddingLike) -> None:
        """ArgumentError: this is no embedding of the set, but zeros, a scaled one or another model's. One of another
        model that is scaled to a norm of this set's cannot be told from it."""
        values = embedding(value, "value")
        with self._use() as pointer:
            call("vav_models_check_embedding", pointer, floats(values), len(values))

    def cluster(self, faces: Sequence[EmbeddingLike], *, earlier: Optional[Sequence[int]] = None,
                threshold: Optional[float] = None, false_rate: Optional[float] = None,
                preset: Union[Preset, str, None] = None, threads: int = 0,
                progress: Optional[Callable[[int, int], None]] = None) -> LabelArray:
        """Puts faces together, person by person, without knowing anybody: the label of each, (n,) int64, 1 and up.

        faces       comparable faces or their embeddings, made by this set of models
        earlier     labels that last from one run to the next: the label that each face had, 0 for a face that is new
        threshold   the largest distance of two clusters that are one person; or `false_rate`, how often somebody of
                    whom there is one face alone may be put to others; or a `preset`. None of them: Preset.PHOTOS
        threads     0: all that the machine has
        progress    is called now and then with the units done and the units in all; if it raises, the work stops

        Two clusters are compared by the mean of all pairs of their faces (average linkage), so the order of the faces
        decides nothing. ArgumentError where nobody has measured these models and no threshold is given."""
        require_only_one(threshold, false_rate, preset)
        options = struct(_raw.vav_clustering_options, threshold=to_threshold(threshold), false_rate=to_rate(false_rate),
                         preset=to_preset(preset), threads=threads_of(threads))
        embeddings = rows(faces, self.embedding_dim, self.set)
        labels = earlier_labels(earlier, len(embeddings))
        with self._use() as pointer:
            return clustered(pointer, embeddings, options, labels, progress)


    def assess(self, photos: Sequence[PhotoLike], *, threshold: Optional[float] = None,
               false_rate: Optional[float] = None, preset: Union[Preset, str, None] = None,
               all_of_person: bool = False) -> Assessment:
        """Assesses photos that show one person, as somebody says: whose face each shows, which are the same picture.

        photos         of each photo its face or embedding, made by this set of models; or why it has none: "no_face",
                       "several_faces", "not_comparable", "quality", "unreadable". A face that cannot be compared, or
                       that a policy refused, says so itself. At most 10,000
        threshold      two faces within it are one person's; or `false_rate`, how often two strangers are; or a
                       `preset`. None of them: Preset.PHOTOS
        all_of_person  you know that all photos show the person: no verdict is DIFFERENT_FACE

        It cannot tell which of two photos that disagree is right, nor anything of one photo alone. `Gallery.assess`
        compares with a person's templates, and tells who else looks like them."""
        asking = Asking(photos, self.embedding_dim, self.set, threshold=threshold, false_rate=false_rate, preset=preset,
                        all_of_person=all_of_person)
        with self._use() as pointer:
            return asking.answer(pointer, None, 0)


def manifest() -> dict[str, Any]:
    """The manifest that the library was built with."""
    parsed: dict[str, Any] = json.loads(library().vav_models_manifest())
    return parsed


def _info(pointer: Any, index: int) -> ModelInfo:
    raw = _raw.new(_raw.vav_model_info)
    call("vav_models_get_info", pointer, index, ctypes.byref(raw))
    return ModelInfo(id=from_c(raw.id), file=from_c(raw.file), size=raw.size, sha256=from_c(raw.sha256),
                     license=from_c(raw.license), source=from_c(raw.source), purpose=from_c(raw.purpose),
                     optional=bool(raw.optional), path=maybe_from_c(raw.path), set=from_c(raw.set),
                     training_data=from_c(raw.training_data))
