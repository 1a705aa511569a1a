"""face_recognition, as far as programs know it: everything is visavis.face_recognition."""
import sys

from visavis.face_recognition import (NotComparableWarning, __version__, api, batch_face_locations, compare_faces,
                                      face_distance, face_encodings, face_landmarks, face_locations, load_image_file)

sys.modules[f"{__name__}.api"] = api  # the same module, so that who changes something in it changes it for all

__all__ = ["NotComparableWarning", "__version__", "api", "batch_face_locations", "compare_faces", "face_distance",
           "face_encodings", "face_landmarks", "face_locations", "load_image_file"]
