"""What is compared: the rows of the table, and for each row its sides.

A side is a command that serves turns (worker.h, worker.py), or, in a row of kind "start", a program that is timed from
its start to its end. Names of sides: dlib, visavis, onnxruntime, opencv, opencv4, face_recognition, libfacedetection,
visavis_hog (another detector of ours). The second is visavis; the answer of the first is what the others have to give.
"""
import dataclasses

THREADS = 2  # where a row does not say 1


@dataclasses.dataclass
class Row:
    key: str
    what: str
    threads: int
    sides: dict  # name: command
    turns: int
    seconds: float  # the least a turn lasts
    kind: str = "turns"
    work: str = ""  # the key in prepare.py's "work": floating-point operations of one run
    count: int = 1  # faces, say, that one run works on
    unit: str = ""
    tolerance: float = 1e-4


class Places:
    """Where programs and inputs are."""

    def __init__(self, programs, python, python_opencv4, here, work, models, photo):
        self.programs, self.python, self.python_opencv4 = programs, python, python_opencv4
        self.here, self.work, self.models, self.photo = here, work, models, photo

    def program(self, name, *words):
        return [self.programs / name, *words]

    def script(self, name, *words):
        return [self.python, self.here / name, *words]

    def opencv_zoo(self, *words):
        """What OpenCV's own pair of models does, by OpenCV 4 and by OpenCV 5, with Visavis in between."""
        script = [self.here / "opencv_zoo_peer.py", words[0], words[1], *self.zoo_networks(), words[2]]
        return {"opencv4": [self.python_opencv4, *script], "visavis": None, "opencv": [self.python, *script]}

    def zoo_networks(self):
        return self.work / "yunet.onnx", self.work / "sface1.onnx"


def embedding(places, batch, threads, turns):
    network = [threads, places.work / f"embedding{batch}.onnx", places.work / f"embedding{batch}.bin"]
    chips = [places.models, places.work / "chips.rgb", batch]
    return Row(f"embedding_{batch}", f"embedding, {'1 face' if batch == 1 else f'{batch} faces at once'}", threads, {
        "dlib": places.program("plain_dlib", "embed", *chips),
        "visavis": places.program("visavis_peer", threads, "embed", *chips),
        "onnxruntime": places.script("network_peer.py", "ort", *network),
        "opencv": places.script("network_peer.py", "opencv", *network),
    }, turns, 0.3, work=f"embedding{batch}", count=batch, unit="faces")


def cnn(places, size, megapixels, turns):
    photo = places.work / f"{size}.png"
    return Row(f"cnn_{size}", f"CNN detector, {size[0]} megapixel{'s' * (size[0] != '1')}", THREADS, {
        "dlib": places.program("plain_dlib", "cnn", places.models, photo),
        "visavis": places.program("visavis_peer", THREADS, "cnn", places.models, photo),
    }, turns, 0.3, work=f"detection_{size}", count=megapixels, unit="megapixels")


def cnn_network(places, size, megapixels, turns):
    photo = places.work / f"{size}.png"
    network = [THREADS, places.work / f"detection_{size}.onnx", places.work / f"{size}.bin"]
    return Row(f"cnn_network_{size}", f"its network alone, {size[0]} megapixel{'s' * (size[0] != '1')}", THREADS, {
        "dlib": places.program("plain_dlib", "cnn_network", places.models, photo),
        "visavis": places.program("visavis_network", THREADS, places.models, photo),
        "onnxruntime": places.script("network_peer.py", "ort", *network),
        "opencv": places.script("network_peer.py", "opencv", *network),
    }, turns, 0.3, work=f"detection_{size}", count=megapixels, unit="megapixels", tolerance=1e-3)


def hog(places, size, what, megapixels, turns):
    photo = places.work / f"{size}.png"
    return Row(f"hog_{size}", f"HOG detector, {what}", THREADS, {
        "dlib": places.program("plain_dlib", "hog", photo),
        "visavis": places.program("visavis_peer", THREADS, "hog", photo),
    }, turns, 0.3, count=megapixels, unit="megapixels")


FAST_TOLERANCE = 0.02  # of each number of an embedding whose products were rounded


def sface(places, batch, threads, turns, fast=False):
    network = [threads, places.work / f"sface{batch}.onnx", places.work / f"sface{batch}.bin"]
    chips = [places.models, places.work / "sface.rgb", batch]
    what = "SFace embedding, " + ("`fast`, " if fast else "") + ("1 face" if batch == 1 else f"{batch} faces at once")
    return Row(f"sface_fast_{batch}" if fast else f"sface_{batch}", what, threads, {
        "onnxruntime": places.script("network_peer.py", "ort", *network, "unit"),
        "visavis": places.program("visavis_peer", threads, "fast_embed" if fast else "zoo_embed", *chips),
        "opencv": places.script("network_peer.py", "opencv", *network, "unit"),
    }, turns, 0.3, count=batch, unit="faces", tolerance=FAST_TOLERANCE if fast else 1e-4)


def photo_zoo(places, fast=False):
    what = "photo to embeddings of all its faces, YuNet and SFace" + (", `fast`" if fast else "")
    visavis = ["fast_faces" if fast else "zoo_faces", places.models, places.photo]
    return Row("photo_zoo_fast" if fast else "photo_zoo", what, THREADS, {
        **places.opencv_zoo("faces", THREADS, places.photo),
        "visavis": places.program("visavis_peer", THREADS, *visavis),
    }, 15, 0.3, unit="photos", tolerance=2)


def zoo(places):
    """The rows of opencv-zoo, where its models are."""
    if not places.zoo_networks()[0].exists():
        return []
    vga, large = places.work / "vga.png", places.work / "3mp.png"
    return [
        sface(places, 1, 1, 15),
        sface(places, 16, THREADS, 11),
        sface(places, 1, 1, 15, fast=True),
        sface(places, 16, THREADS, 11, fast=True),
        Row("yunet_vga", "YuNet detector, 640×480", 1, {
            **places.opencv_zoo("detect", 1, vga),
            "visavis": places.program("visavis_peer", 1, "zoo_yunet", places.models, vga),
            "libfacedetection": places.script("libfacedetection_peer.py", 1, vga),
        }, 15, 0.3, count=640 * 480 / 1e6, unit="megapixels"),
        Row("yunet_3mp", "YuNet detector, 3 megapixels, faces from 40 px", THREADS, {
            "visavis_hog": places.program("visavis_peer", THREADS, "hog", large, 40),
            "visavis": places.program("visavis_peer", THREADS, "zoo_yunet", places.models, large, 40),
        }, 9, 0.3, count=3.0, unit="megapixels", tolerance=2),
        photo_zoo(places),
        photo_zoo(places, fast=True),
    ]


def rows(places):
    portrait = places.work / "portrait.jpg"
    return [
        embedding(places, 1, 1, 15),
        embedding(places, 16, THREADS, 11),
        cnn(places, "1mp", 1152 * 864 / 1e6, 7),
        cnn(places, "3mp", 3.0, 5),
        cnn_network(places, "1mp", 1152 * 864 / 1e6, 7),
        cnn_network(places, "3mp", 3.0, 5),
        hog(places, "vga", "640×480", 640 * 480 / 1e6, 15),
        hog(places, "3mp", "3 megapixels", 3.0, 9),
        Row("photo", "photo to embeddings of all its faces, HOG", THREADS, {
            "dlib": places.program("plain_dlib", "faces", places.models, places.photo),
            "visavis": places.program("visavis_peer", THREADS, "faces", places.models, places.photo),
            "face_recognition": places.script("face_recognition_peer.py", "faces", places.photo),
        }, 9, 0.3, unit="photos"),
        Row("start", "start to first embedding, 640×480 photo", THREADS, {
            "dlib": places.program("plain_dlib", "first", places.models, portrait),
            "visavis": places.program("first_embedding", THREADS, places.models, portrait),
            "face_recognition": places.script("face_recognition_peer.py", "first", portrait),
        }, 11, 0, kind="start", unit="starts"),
        *zoo(places),
    ]
