"""A library without its backend modules runs on dlib and says why; with them beside it, it takes the preferred one.

The library is copied into a folder of its own, as a packager who leaves the modules out would ship it.
"""
import ctypes
import pathlib
import shutil
import sys
import tempfile

AUTO, DLIB, OPENCV = 0, 1, 3
UNSUPPORTED = "VAV_E_UNSUPPORTED"


class EngineOptions(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint32) for name in ("struct_size", "backend", "threads", "max_megapixels")]


class Library:
    def __init__(self, path):
        self.c = ctypes.CDLL(str(path))
        self.c.vav_engine_get_backend.restype = ctypes.c_char_p
        self.c.vav_status_name.restype = ctypes.c_char_p
        self.models = ctypes.c_void_p()
        assert self.c.vav_models_open(ctypes.byref(self.models), None, None) == 0

    def backend(self, asked):
        """What the engine says of its backend, or the status it was refused with."""
        engine = ctypes.c_void_p()
        options = EngineOptions(ctypes.sizeof(EngineOptions), asked, 0, 0)
        status = self.c.vav_engine_create(ctypes.byref(engine), self.models, ctypes.byref(options), None)
        if status != 0:
            return self.c.vav_status_name(status).decode()
        said = self.c.vav_engine_get_backend(engine).decode()
        self.c.vav_engine_destroy(engine)
        return said


def main(library, *modules):
    with tempfile.TemporaryDirectory() as folder:
        alone = Library(shutil.copy(library, pathlib.Path(folder) / "libvisavis.so"))
        said = alone.backend(AUTO)
        print("alone:", said)
        assert said.startswith("dlib:") and "libvisavis_onednn.so" in said and "Debian" in said, said
        assert alone.backend(DLIB).startswith("dlib:")
        refused = alone.backend(OPENCV)
        assert refused == UNSUPPORTED, refused
    if not modules:
        print("this build has no backend modules")
        return
    with tempfile.TemporaryDirectory() as folder:
        for module in modules:
            shutil.copy(module, folder)
        beside = Library(shutil.copy(library, pathlib.Path(folder) / "libvisavis.so"))
        said = beside.backend(AUTO)
        print("with modules:", said)
        assert said.split(":")[0] in {pathlib.Path(module).stem.removeprefix("libvisavis_") for module in modules}, said


if __name__ == "__main__":
    main(*sys.argv[1:])
