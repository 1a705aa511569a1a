"""An embedding from whatever a caller has: a Face or its numbers."""
from __future__ import annotations

from typing import Any, Optional, Union

import numpy as np
import numpy.typing as npt

from . import _raw
from ._convert import FloatArray, as_floats
from .errors import bad_argument
from .faces import Face
from .image import is_picture

EmbeddingLike = Union[Face, npt.ArrayLike]


def embedding(value: EmbeddingLike, what: str = "embedding", of_set: Optional[str] = None) -> FloatArray:
    """The numbers of an embedding; `what` names the argument in errors. `of_set`: the set of models that must have made
    it, as far as it says so."""
    if isinstance(value, Face):
        if of_set and value.set and value.set != of_set:
            raise bad_argument(f"{what}: this face was made by the set of models {value.set!r}, and the gallery is of "
                               f"{of_set!r}: make the face with Engine(models=Models(set={of_set!r}))")
        if value.embedding is None:
            raise bad_argument(f"{what}: this face cannot be compared: {value.advice}" if value.advice else
                               f"{what}: this face has no embedding; analyze the picture with embeddings=True")
        if value.refusals:
            raise bad_argument(f"{what}: the policy refuses this face: {'; '.join(value.refusals)}. To use it anyway, "
                               "analyze the picture without a policy")
        value = value.embedding
    if _is_a_picture(value):
        raise bad_argument(f"{what} must be a Face or an embedding, not a picture ({type(value).__name__}): find its "
                           "faces first, such as engine.analyze(picture)[0], or use Gallery.identify and verify, which "
                           "take pictures")
    require_floats(value, what)
    values = as_floats(value, (None,), what)
    if not _raw.VAV_EMBEDDING_DIM_MIN <= len(values) <= _raw.VAV_EMBEDDING_DIM_MAX:
        raise bad_argument(f"{what} has {len(values)} numbers: an embedding has {_raw.VAV_EMBEDDING_DIM_MIN} to "
                           f"{_raw.VAV_EMBEDDING_DIM_MAX}, dlib's {_raw.VAV_EMBEDDING_DIM}")
    return values


def require_floats(value: Any, what: str) -> None:
    """Whole numbers are what scaling or rounding leaves of an embedding: distances to those say nothing."""
    parts = value if isinstance(value, (list, tuple)) else [value]
    kinds = (part.dtype for part in parts if isinstance(part, np.ndarray) and part.size)
    kind = next((kind for kind in kinds if kind.kind in "iu"), None)
    if kind is not None:
        raise bad_argument(f"{what} holds whole numbers ({kind}): an embedding is of floats, as the model gave them, "
                           "not scaled and not rounded")


def _is_a_picture(value: Any) -> bool:
    if isinstance(value, np.ndarray):
        return value.dtype == np.uint8 and value.ndim > 1
    return is_picture(value) and not isinstance(value, memoryview)
