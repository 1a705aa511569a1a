"""Face recognition: detect faces, compare them, enrol people and identify them.

    import visavis
    with visavis.Gallery("people.vav") as people:
        people.enroll("Ada", ["ada1.jpg", "ada2.jpg"])
        for face in people.identify("door.jpg"):
            print(face.decision, face.person, f"{face.distance:.2f}", face.box)

Importing does no work: numpy is loaded when a name of this package is first used, the shared library when a function is
first called, models when they are first needed.
"""
from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ._everything import *  # noqa: F403
    from ._everything import __all__ as __all__
    from ._everything import __version__ as __version__
else:
    def __getattr__(name):
        if name.startswith("_") and name not in ("__all__", "__version__"):  # a module of ours asks for another
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        # Not `from . import`, which would ask this function for the module.
        everything = importlib.import_module("._everything", __name__)
        globals().update({each: getattr(everything, each) for each in ["__all__", *everything.__all__]})
        try:
            return globals()[name]
        except KeyError:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}") from None

    def __dir__():
        return sorted({*globals(), *__getattr__("__all__")})
