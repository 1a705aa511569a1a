"""Clustering: faces of unknown people, put together person by person."""
from __future__ import annotations

import ctypes
from typing import Any, Optional, Sequence

import numpy as np
import numpy.typing as npt

from . import _raw
from ._convert import FloatArray, at_least_one, floats, identifier, several, shown
from ._embedding import EmbeddingLike, embedding
from ._interrupt import Uninterrupted
from ._library import call, library
from ._pieces import Progress, require_function, run_in_pieces
from .errors import bad_argument

LabelArray = npt.NDArray[np.int64]

_MOST_LABEL = 2**53


def rows(faces: Sequence[EmbeddingLike], length: int, of_set: str) -> FloatArray:
    """The embeddings of faces, (n, length)."""
    found = [embedding(one, f"faces[{i}]", of_set) for i, one in enumerate(several(faces, "faces", "faces"))]
    for i, one in enumerate(found):
        if len(one) != length:
            raise bad_argument(f"faces[{i}] has {len(one)} numbers, and embeddings of the set of models {of_set!r} "
                               f"have {length}: it was made by another one")
    return np.stack(found) if found else np.empty((0, length), np.float32)


def earlier_labels(labels: Optional[Sequence[int]], count: int) -> Optional[LabelArray]:
    """The labels of an earlier run, checked."""
    if labels is None:
        return None
    numbers = [identifier(one, f"earlier[{i}]") for i, one in enumerate(several(labels, "earlier", "labels"))]
    for i, one in enumerate(numbers):
        if not 0 <= one <= _MOST_LABEL:
            raise bad_argument(f"earlier[{i}] must be a label, 1 and up, or 0 for a face that is new, not {shown(one)}")
    if len(numbers) != count:
        raise bad_argument(f"earlier has {len(numbers)} labels, and there are {count} faces: give one for each")
    return np.array(numbers, np.int64)


def clustered(models: Any, embeddings: FloatArray, options: Any, earlier: Optional[LabelArray],
              progress: Optional[Progress]) -> LabelArray:
    """The labels of faces. `models` is a pointer of the library's."""
    require_function(progress)
    count, length = embeddings.shape
    labels = np.zeros(count, np.int64)
    work = ctypes.POINTER(_raw.vav_clustering)()
    with Uninterrupted() as section:
        try:
            call("vav_clustering_create", ctypes.byref(work), models, floats(embeddings), count, length,
                 ctypes.byref(options))
            run_in_pieces("vav_clustering_run", work, section, progress, "stopped by a signal")
            call("vav_clustering_get_labels", _numbers(labels), work, None if earlier is None else _numbers(earlier))
        finally:
            if work:
                library().vav_clustering_destroy(work)
    return labels


def threads_of(threads: int) -> int:
    """How many threads, for C; 0: all."""
    number = at_least_one(threads, "threads", 0)
    if number > 256:
        raise bad_argument(f"threads must be at most 256, not {number}")
    return number


def _numbers(labels: LabelArray) -> Any:
    return labels.ctypes.data_as(ctypes.POINTER(ctypes.c_int64))
