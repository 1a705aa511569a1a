"""A library without its backend modules runs on dlib and says why; with them beside it, it takes the preferred one.

The library is copied into a folder of its own, as a packager who leaves the modules out would ship it.
"""
import ctypes
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

AUTO, DLIB, OPENCV = 0, 1, 3
UNSUPPORTED = "VAV_E_UNSUPPORTED"


class EngineOptions(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint32)
                for name in ("struct_size", "backend", "threads", "max_megapixels", "precision")]


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


def elsewhere(library, modules):
    """A module in the loader's path belongs to another installation: it is not opened."""
    with tempfile.TemporaryDirectory() as folder:
        alone = shutil.copy(library, pathlib.Path(folder) / "libvisavis.so")
        program = f"import sys; sys.path.insert(0, {str(pathlib.Path(__file__).parent)!r}); import backends; " \
                  f"print(backends.Library({str(alone)!r}).backend(0))"
        path = {**os.environ, "LD_LIBRARY_PATH": str(pathlib.Path(modules[0]).parent)}
        said = subprocess.run([sys.executable, "-c", program], env=path, capture_output=True, text=True,
                              check=True).stdout
        assert said.startswith("dlib:"), said


def another_build(library, modules):
    """A module that does not say it is of this build is refused, whatever its version."""
    with tempfile.TemporaryDirectory() as folder:
        beside = pathlib.Path(shutil.copy(library, pathlib.Path(folder) / "libvisavis.so"))
        for module in modules:
            content = pathlib.Path(module).read_bytes()
            stamp = re.search(rb"\d+\.\d+\.\d+ \([0-9a-f]{12}\)", content).group()
            other = content.replace(stamp, stamp[:-13] + b"0" * 12 + b")")
            beside.with_name(pathlib.Path(module).name).write_bytes(other)
        said = Library(beside).backend(AUTO)
        assert said.startswith("dlib:") and "another build" in said, said


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
    elsewhere(library, modules)
    another_build(library, modules)
    with tempfile.TemporaryDirectory() as folder:
        for module in modules:
            shutil.copy(module, folder)
        beside = Library(shutil.copy(library, pathlib.Path(folder) / "libvisavis.so"))
        said = beside.backend(AUTO)
        print("with modules:", said)
        assert said.split(":")[0] in {pathlib.Path(module).stem.removeprefix("libvisavis_") for module in modules}, said


if __name__ == "__main__":
    main(*sys.argv[1:])
