"""The exceptions: one class for each family of status codes.

Each is also the built-in exception that Python programmers expect, so `except FileNotFoundError` works.
An outcome is not an error: no face, an unknown person and a blurred photo are values in a result.
"""
from __future__ import annotations

from . import _raw

_NAMES = {value: name for name, value in vars(_raw).items() if name.startswith("VAV_E_")}


class VisavisError(Exception):
    """Base of all. `code` is the number of the C API, `name` its name; the text says what failed and what to do."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message

    @property
    def name(self) -> str:
        """Such as "VAV_E_IMAGE_DECODE"."""
        return _NAMES.get(self.code, "VAV_E_UNKNOWN")

    def __str__(self) -> str:
        return self.message

    def __reduce__(self) -> tuple[type[VisavisError], tuple[int, str]]:
        return type(self), (self.code, self.message)


class LibraryError(VisavisError, OSError):
    """The shared library was not found, or is of another version than this package."""


class ArgumentError(VisavisError, ValueError):
    """An argument is wrong: out of range, of a wrong shape, not UTF-8."""


class StateError(VisavisError, RuntimeError):
    """The call is not allowed now, such as after close() or in a second transaction."""


class MachineError(VisavisError):
    """The machine could not do it: memory, disk, permissions."""


class OutOfMemoryError(MachineError, MemoryError):
    """There is not enough memory."""


class StorageError(MachineError, OSError):
    """Reading or writing failed, or the disk is full."""


class FileMissingError(StorageError, FileNotFoundError):
    """The path does not exist."""


class AccessError(StorageError, PermissionError):
    """The operating system forbids it, or the gallery is read-only."""


class InternalError(MachineError, RuntimeError):
    """A defect of the library: please report it with the message."""


class ImageError(VisavisError, ValueError):
    """The bytes are not a picture, or one that is damaged, too large or of a format that is not read."""


class ModelError(VisavisError):
    """A model file is missing or altered, or there is no such model."""


class GalleryError(VisavisError):
    """The gallery is damaged, busy, of another version or made with another model."""


class KeyMissingError(GalleryError, PermissionError):
    """The gallery is encrypted, and neither a key nor a passphrase was given."""


class WrongKeyError(GalleryError, PermissionError):
    """The key or passphrase is wrong, or the gallery is not encrypted."""


class NotFoundError(GalleryError, KeyError):
    """There is no such person or template."""


class AlreadyExistsError(GalleryError, ValueError):
    """The external id belongs to another person, or the file exists."""


# Other codes get the class of their family, the hundreds.
_CLASSES: dict[int, type[VisavisError]] = {
    _raw.VAV_E_WRONG_STATE: StateError,
    _raw.VAV_E_OUT_OF_MEMORY: OutOfMemoryError,
    _raw.VAV_E_IO: StorageError,
    _raw.VAV_E_DISK_FULL: StorageError,
    _raw.VAV_E_CANCELLED: StorageError,
    _raw.VAV_E_FILE_NOT_FOUND: FileMissingError,
    _raw.VAV_E_PERMISSION: AccessError,
    _raw.VAV_E_INTERNAL: InternalError,
    _raw.VAV_E_GALLERY_LOCKED: KeyMissingError,
    _raw.VAV_E_GALLERY_KEY: WrongKeyError,
    _raw.VAV_E_NOT_FOUND: NotFoundError,
    _raw.VAV_E_ALREADY_EXISTS: AlreadyExistsError,
}
_FAMILIES: dict[int, type[VisavisError]] = {
    1: ArgumentError, 2: MachineError, 3: ImageError, 4: ModelError, 5: GalleryError,
}


def from_status(code: int, message: str) -> VisavisError:
    """The exception for a status of the C API. An unknown code gets the class of its family, or is a VisavisError."""
    return (_CLASSES.get(code) or _FAMILIES.get(code // 100, VisavisError))(code, message)


def bad_argument(message: str) -> ArgumentError:
    """For an argument that is refused before the library is called."""
    return ArgumentError(_raw.VAV_E_INVALID_ARGUMENT, message)
