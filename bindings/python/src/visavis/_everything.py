"""The names of the package. Whoever asks `visavis` for one of them loads this, and with it numpy."""
from ._raw import VERSION as __version__
from ._comparing import Comparison, Decision, compare, compare_many, default_threshold, distance
from .assessment import AssessedPhoto, Assessment, PhotoVerdict
from .engine import Engine, Remade
from .errors import (AccessError, AlreadyExistsError, ArgumentError, FileMissingError, GalleryError, ImageError,
                     InternalError, KeyMissingError, LibraryError, MachineError, ModelError, NotFoundError,
                     OutOfMemoryError, StateError, StorageError, VisavisError, WrongKeyError)
from .faces import Box, Face, largest
from .gallery import Gallery
from .image import Image, Picture
from .info import describe, library_version
from .models import ModelInfo, Models, manifest
from .quality import Policy, Quality
from .rates import Limits, Preset, Similarity, Support
from .records import (AuditEntry, AuditReport, Candidate, Duplicate, Enrollment, Erasure, GalleryInfo, Identification,
                      Identifications, Migration, MoveStatus, Person, Refusal, Template, Unmoved)

__all__ = [
    "AccessError", "AlreadyExistsError", "ArgumentError", "AssessedPhoto", "Assessment", "AuditEntry", "AuditReport",
    "Box", "Candidate", "Comparison", "Decision", "Duplicate", "Engine", "Enrollment", "Erasure", "Face",
    "FileMissingError", "Gallery", "GalleryError", "GalleryInfo", "Identification", "Identifications", "Image",
    "ImageError", "InternalError", "KeyMissingError", "LibraryError", "Limits", "MachineError", "Migration",
    "ModelError", "ModelInfo", "Models", "MoveStatus", "NotFoundError", "OutOfMemoryError", "Person", "PhotoVerdict",
    "Picture", "Policy", "Preset", "Quality", "Refusal", "Remade", "Similarity", "StateError", "StorageError",
    "Support", "Template", "Unmoved", "VisavisError", "WrongKeyError", "__version__", "compare", "compare_many",
    "default_threshold", "describe", "distance", "largest", "library_version", "manifest"
]
