"""A library without its decoder modules refuses their pictures by name and says what to install; with them beside it,
it reads them; one of another build is refused. The library is copied into a folder of its own, as a packager would ship
it.
"""
import ctypes
import os
import pathlib
import re
import shutil
import struct
import subprocess
import sys
import tempfile

FORMATS = {"tiff": ("a TIFF", "libtiff6"), "heif": ("a HEIC or AVIF", "libde265-0")}


def tiff(width=5, height=4):
    """Grey, one strip, as small as a TIFF can be."""
    tags = [(256, width), (257, height), (258, 8), (259, 1), (262, 1), (273, 8), (277, 1), (278, height),
            (279, width * height)]
    pixels = bytes(range(width * height))
    directory = struct.pack("<H", len(tags)) + b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags)
    return b"II*\0" + struct.pack("<I", 8 + len(pixels)) + pixels + directory + struct.pack("<I", 0)


PICTURES = {"tiff": tiff(), "heif": struct.pack(">I", 20) + b"ftypheic\0\0\0\0mif1"}
# With its module a picture is read, or refused for what it is.
READ = {"tiff": "VAV_OK", "heif": "this HEIF is of a rare kind"}


class VavError(ctypes.Structure):
    _fields_ = [("struct_size", ctypes.c_uint32), ("code", ctypes.c_int32), ("message", ctypes.c_char * 1016)]


def decoded(library, picture, elsewhere=None):
    """(status, message) of decoding the picture with that library, in a process of its own. If it is to go elsewhere
    first, it opens the library by a relative path."""
    program = f"import sys; sys.path.insert(0, {str(pathlib.Path(__file__).parent)!r}); import decoders; " \
              f"print(*decoders.decode({str(library)!r}, {picture!r}, {elsewhere!r}), sep='|')"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stderr == "", done.stderr
    status, message = done.stdout.rstrip("\n").split("|", 1)
    return status, message


def decode(library, kind, elsewhere=None):
    if elsewhere is not None:
        os.chdir(pathlib.Path(library).parent.parent)
        library = os.path.relpath(library)
    c = ctypes.CDLL(library)
    if elsewhere is not None:
        os.chdir(elsewhere)
    c.vav_status_name.restype = ctypes.c_char_p
    image, error = ctypes.c_void_p(), VavError(ctypes.sizeof(VavError))
    picture = PICTURES[kind]
    status = c.vav_image_decode(ctypes.byref(image), picture, ctypes.c_size_t(len(picture)), None, ctypes.byref(error))
    return c.vav_status_name(status).decode(), error.message.decode()


def refused_by_name(said, kind):
    status, message = said
    name, package = FORMATS[kind]
    assert status == "VAV_E_IMAGE_FORMAT", said
    for word in (name, f"libvisavis_{kind}.so", package):
        assert word in message, (word, message)
    return message


def without_modules(library, command):
    with tempfile.TemporaryDirectory() as folder:
        alone = shutil.copy(library, pathlib.Path(folder) / "libvisavis.so.0.1")
        for kind in FORMATS:
            print("alone:", refused_by_name(decoded(alone, kind), kind))
            if command == "-":
                continue
            picture = pathlib.Path(folder) / "picture.jpg"
            picture.write_bytes(PICTURES[kind])
            done = subprocess.run([command, "detect", picture], capture_output=True, text=True,
                                  env={**os.environ, "LD_LIBRARY_PATH": folder})
            assert done.returncode == 3, done
            if "models fetch" not in done.stderr:  # which come first
                for word in ("picture.jpg", FORMATS[kind][0], f"{folder}/libvisavis_{kind}.so", FORMATS[kind][1]):
                    assert word in done.stderr, (word, done.stderr)


def another_build(library, module, kind):
    with tempfile.TemporaryDirectory() as folder:
        beside = shutil.copy(library, pathlib.Path(folder) / "libvisavis.so")
        content = pathlib.Path(module).read_bytes()
        stamp = re.search(rb"\d+\.\d+\.\d+ \([0-9a-f]{12}\)", content).group()
        (pathlib.Path(folder) / pathlib.Path(module).name).write_bytes(
            content.replace(stamp, stamp[:-13] + b"0" * 12 + b")"))
        assert "another build" in refused_by_name(decoded(beside, kind), kind)


def from_no_other_folder(library, module, kind):
    """A program that opened the library by a relative path goes to a folder that somebody else has prepared."""
    with tempfile.TemporaryDirectory() as mine, tempfile.TemporaryDirectory() as theirs:
        for folder in (mine, theirs):
            (pathlib.Path(folder) / "lib").mkdir()
            shutil.copy(library, pathlib.Path(folder) / "lib" / "libvisavis.so")
        (pathlib.Path(theirs) / "lib" / pathlib.Path(module).name).write_bytes(b"whose code would run here")
        alone = pathlib.Path(mine) / "lib" / "libvisavis.so"
        assert f"{mine}/lib/" in refused_by_name(decoded(alone, kind, theirs), kind)
        shutil.copy(module, alone.parent)
        said = decoded(alone, kind, theirs)
        assert READ[kind] in " ".join(said), said


def main(library, command, *modules):
    without_modules(library, command)
    for module in modules:
        kind = pathlib.Path(module).stem.removeprefix("libvisavis_")
        another_build(library, module, kind)
        from_no_other_folder(library, module, kind)
        with tempfile.TemporaryDirectory() as folder:
            shutil.copy(module, folder)
            said = decoded(shutil.copy(library, pathlib.Path(folder) / "libvisavis.so"), kind)
            print("with its module:", kind, *said)
            assert READ[kind] in " ".join(said), said


if __name__ == "__main__":
    main(*sys.argv[1:])
