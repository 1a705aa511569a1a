"""A drop-in for the package face_recognition 1.3: the same functions, parameters and numbers, over this library.

    import visavis.face_recognition as face_recognition

It uses the set of models "dlib". What differs is in the README: pictures are turned upright as EXIF says, arrays may
have any strides, threads may call at once, and landmarks are of five points.
"""
from . import api as api
from .api import (NotComparableWarning, batch_face_locations, compare_faces, face_distance, face_encodings,
                  face_landmarks, face_locations, load_image_file)

__version__ = "1.3.0"  # of the package whose functions these are
__all__ = ["NotComparableWarning", "batch_face_locations", "compare_faces", "face_distance", "face_encodings",
           "face_landmarks", "face_locations", "load_image_file"]
