"""The functions of face_recognition.api, which people and its own tests call, also those with an underscore."""
from __future__ import annotations

import os
import warnings
from functools import cache
from typing import IO, Any, Literal, Optional, Sequence, Union

import numpy as np
import numpy.typing as npt

from .._convert import at_least_one, shown
from ..engine import Engine
from ..errors import bad_argument
from ..faces import Box, Face
from ..image import Image
from ..models import Models
from ._jitter import jittered

Css = tuple[int, int, int, int]
"""A box as (top, right, bottom, left) in px."""

# The smallest face that a detector sees in a picture as it is. Asking for one of half the size makes it enlarge the
# picture to twice, which is to "upsample" once.
_SMALLEST = {"hog": 72, "cnn": 40}
_MOST_UPSAMPLING = 3  # eight times as wide and high


class NotComparableWarning(UserWarning):
    """A face whose encoding says little of who it is: too small, blurred, dark, cut, or turned. In such pictures
    different people look alike. `warnings.simplefilter("error", NotComparableWarning)` makes it an exception."""


class rectangle:
    """A box as dlib's: the pixels at all four sides belong to it."""

    def __init__(self, left: int, top: int, right: int, bottom: int) -> None:
        self._box = Box(int(left), int(top), int(right), int(bottom))

    def left(self) -> int:
        return self._box.left

    def top(self) -> int:
        return self._box.top

    def right(self) -> int:
        return self._box.right

    def bottom(self) -> int:
        return self._box.bottom

    def width(self) -> int:
        return self._box.width

    def height(self) -> int:
        return self._box.height

    def area(self) -> int:
        return self._box.width * self._box.height

    def __eq__(self, other: object) -> bool:
        return isinstance(other, rectangle) and self._box == other._box

    def __hash__(self) -> int:
        return hash(self._box)

    def __repr__(self) -> str:
        return f"rectangle({self.left()}, {self.top()}, {self.right()}, {self.bottom()})"


class mmod_rectangle:
    """A face of the detector "cnn": `rect` and how sure it is."""

    def __init__(self, rect: rectangle, confidence: float) -> None:
        self.rect = rect
        self.confidence = confidence

    def __repr__(self) -> str:
        return f"mmod_rectangle({self.rect!r}, confidence={self.confidence:.3f})"


class point:
    """A place in px."""

    def __init__(self, x: int, y: int) -> None:
        self.x = x
        self.y = y

    def __repr__(self) -> str:
        return f"point({self.x}, {self.y})"


class full_object_detection:
    """The landmarks of a face as dlib's."""

    def __init__(self, rect: rectangle, points: list[point]) -> None:
        self.rect = rect
        self._points = points

    @property
    def num_parts(self) -> int:
        return len(self._points)

    def parts(self) -> list[point]:
        return list(self._points)

    def part(self, index: int) -> point:
        return self._points[index]


def load_image_file(file: Union[str, os.PathLike[str], IO[bytes]], mode: Optional[str] = "RGB", *,
                    ignore_orientation: bool = False) -> npt.NDArray[np.uint8]:
    """The pixels of a picture file: (height, width, 3) uint8 RGB, or (height, width) grey with the mode "L".

    file                a path or a file opened with "rb"
    ignore_orientation  leave the picture as it is stored, as face_recognition does. Else it is turned upright as EXIF
                        says: photos of phones often lie on their side, and then no face is found
    """
    if mode not in ("RGB", "L"):
        raise bad_argument(f"mode must be 'RGB' or 'L', not {shown(mode)}")
    data = file.read() if hasattr(file, "read") else None
    with (Image.open(file, ignore_orientation=ignore_orientation) if data is None else  # type: ignore[arg-type]
          Image.decode(data, ignore_orientation=ignore_orientation)) as image:
        pixels = np.array(image.pixels)
    if mode == "RGB":
        return pixels
    # The weights of ITU-R BT.601 in 65536ths, as Pillow has them.
    return ((pixels @ np.array([19595, 38470, 7471], np.uint32) + 0x8000) >> 16).astype(np.uint8)


def face_locations(img: npt.NDArray[np.uint8], number_of_times_to_upsample: int = 1, model: str = "hog") -> list[Css]:
    """The boxes of the faces in a picture, each (top, right, bottom, left) in px and within the picture.

    img                          (height, width, 3) uint8 RGB, or (height, width) grey
    number_of_times_to_upsample  how often to double the picture: 0 finds faces of about 80 px, 1 of 40, 2 of 20
    model                        "hog", or "cnn", which is slower and finds turned faces too
    """
    return [_trim_css_to_bounds(_rect_to_css(rect), img.shape)
            for rect, _ in _found([img], number_of_times_to_upsample, model)[0]]


def batch_face_locations(images: Sequence[npt.NDArray[np.uint8]], number_of_times_to_upsample: int = 1,
                         batch_size: int = 128) -> list[list[Css]]:
    """The same of several pictures by the detector "cnn". They may differ in size. `batch_size` changes nothing."""
    return [[_trim_css_to_bounds(_rect_to_css(face.rect), image.shape) for face in faces]
            for image, faces in zip(images,
                                    _raw_face_locations_batched(images, number_of_times_to_upsample, batch_size))]


def face_landmarks(face_image: npt.NDArray[np.uint8], face_locations: Optional[Sequence[Css]] = None,
                   model: str = "large") -> list[dict[str, list[tuple[int, int]]]]:
    """Where the eyes and the nose are, a dict for each face. "left" is the left side of the picture.

    face_locations  boxes of `face_locations`; None: the faces are looked for
    model           "small": two points for each eye and one for the nose. "large", of 68 points, is refused: its model
                    may not be used by everybody, and this version does not read it
    """
    if model not in ("small", "large"):
        raise ValueError("Invalid landmarks model type. Supported models are ['small', 'large'].")
    shapes = _raw_face_landmarks(face_image, face_locations, model)
    points = [[(p.x, p.y) for p in shape.parts()] for shape in shapes]
    return [{"nose_tip": [five[4]], "left_eye": five[2:4], "right_eye": five[0:2]} for five in points]


def face_encodings(face_image: npt.NDArray[np.uint8], known_face_locations: Optional[Sequence[Css]] = None,
                   num_jitters: int = 1, model: str = "small") -> list[npt.NDArray[np.float64]]:
    """The encoding of each face: (128,) float64, whose distances `face_distance` gives.

    face_image             (height, width, 3) uint8 RGB
    known_face_locations   boxes of `face_locations`; None: the faces are looked for
    num_jitters            above 1: the mean of so many pictures of the face, each turned and moved a little, always the
                           same ones
    model                  "small"; "large" is refused, see `face_landmarks`
    """
    most = at_least_one(num_jitters, "num_jitters", 0)
    engine = _engine("hog", 0)
    faces = _faces(engine, face_image, known_face_locations, model)
    if not faces:
        return []
    for index, face in enumerate(faces):
        if face.comparable is False:
            warnings.warn(f"face {index}: {face.advice}", NotComparableWarning, stacklevel=2)
    chips = np.stack([face.chip for face in faces if face.chip is not None])
    if most <= 1:
        return list(engine.embed_chips(chips).astype(np.float64))
    return [engine.embed_chips(jittered(chip, most)).astype(np.float64).mean(axis=0) for chip in chips]


def face_distance(face_encodings: Union[Sequence[npt.NDArray[Any]], npt.NDArray[Any]],
                  face_to_compare: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """The Euclidean distance of each encoding to one: (n,) float64; smaller is more alike."""
    if len(face_encodings) == 0:
        return np.empty(0)
    return np.linalg.norm(np.asarray(face_encodings) - face_to_compare, axis=1)  # type: ignore[no-any-return]


def compare_faces(known_face_encodings: Union[Sequence[npt.NDArray[Any]], npt.NDArray[Any]],
                  face_encoding_to_check: npt.NDArray[Any], tolerance: float = 0.6) -> list[np.bool_]:
    """Whether each encoding is within `tolerance` of one. At 0.6 one stranger in a hundred is: `visavis.Gallery` has
    thresholds that say how often they err."""
    return list(face_distance(known_face_encodings, face_encoding_to_check) <= tolerance)


def _rect_to_css(rect: rectangle) -> Css:
    return rect.top(), rect.right(), rect.bottom(), rect.left()


def _css_to_rect(css: Sequence[int]) -> rectangle:
    return rectangle(css[3], css[0], css[1], css[2])


def _trim_css_to_bounds(css: Sequence[int], image_shape: Sequence[int]) -> Css:
    return max(css[0], 0), min(css[1], image_shape[1]), min(css[2], image_shape[0]), max(css[3], 0)


def _raw_face_locations(img: npt.NDArray[np.uint8], number_of_times_to_upsample: int = 1,
                        model: str = "hog") -> Union[list[rectangle], list[mmod_rectangle]]:
    found = _found([img], number_of_times_to_upsample, model)[0]
    return [mmod_rectangle(*one) for one in found] if model == "cnn" else [rect for rect, _ in found]


def _raw_face_locations_batched(images: Sequence[npt.NDArray[np.uint8]], number_of_times_to_upsample: int = 1,
                                batch_size: int = 128) -> list[list[mmod_rectangle]]:
    at_least_one(batch_size, "batch_size")
    return [[mmod_rectangle(*one) for one in found] for found in _found(images, number_of_times_to_upsample, "cnn")]


def _raw_face_landmarks(face_image: npt.NDArray[np.uint8], face_locations: Optional[Sequence[Css]] = None,
                        model: str = "large") -> list[full_object_detection]:
    return [full_object_detection(rectangle(*face.box), [point(int(x), int(y)) for x, y in face.landmarks])
            for face in _faces(_engine("hog", 0), face_image, face_locations, model)
            if face.box is not None and face.landmarks is not None]


def _found(images: Sequence[npt.NDArray[np.uint8]], upsampling: int, model: str) -> list[list[tuple[rectangle, float]]]:
    """The faces of each picture, the surest first, as boxes that may reach beyond it. Any model but "cnn" is "hog"."""
    times = at_least_one(upsampling, "number_of_times_to_upsample", 0)
    if times > _MOST_UPSAMPLING:
        raise bad_argument(f"number_of_times_to_upsample must be at most {_MOST_UPSAMPLING}, not {times}")
    engine = _engine("cnn" if model == "cnn" else "hog", times)
    return [[(rectangle(*face.box), face.score or 0.0) for face in engine.detect(image) if face.box is not None]
            for image in images]


def _faces(engine: Engine, image: npt.NDArray[np.uint8], locations: Optional[Sequence[Css]], model: str) -> list[Face]:
    """Landmarks and chips of faces. Their boxes are not cut at the edges of the picture where they are looked for."""
    if model != "small":
        raise NotImplementedError("the model of 68 points is not read by this version: give model='small'")
    if locations is None:
        boxes = [rect for rect, _ in _found([image], 1, "hog")[0]]
    else:
        boxes = [_css_to_rect(css) for css in locations]
    sides = [(rect.left(), rect.top(), rect.right(), rect.bottom()) for rect in boxes]
    return engine.analyze_boxes(image, sides, chips=True, embeddings=False)


def _engine(detector: Literal["hog", "cnn"], upsampling: int) -> Engine:
    return _made(detector, upsampling, os.getpid())


# A process that was forked makes its own: the threads of the other one are not in it.
@cache
def _made(detector: Literal["hog", "cnn"], upsampling: int, process: int) -> Engine:
    smallest = _SMALLEST[detector] >> upsampling if upsampling else 0
    return Engine(detector, min_face=smallest, threads=_threads(), models=_models(process))


@cache
def _models(process: int) -> Models:
    return Models(set="dlib", calibration=False)


def _threads() -> int:
    """One in a process of a pool, else up to four: numbers do not depend on it."""
    import multiprocessing

    if multiprocessing.parent_process() is not None:
        return 1
    return min(4, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)
