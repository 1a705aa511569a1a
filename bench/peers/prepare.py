"""Makes what all sides work on out of real photos: pictures of the stated sizes, chips, tensors and ONNX files.

prepare.py WORK BIN MODELS PHOTO_WITH_FACES PORTRAIT CHIP_PHOTO…  Run by run.py in its environment; prints JSON.
"""
import json
import pathlib
import subprocess
import sys

import cv2
import numpy

import export_onnx

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tests" / "conformance"))
import onnx_compare

CHIPS = 16
ZOO = {"sface": "face_recognition_sface_2021dec_int8bq.onnx", "yunet": "face_detection_yunet_2023mar_int8bq.onnx"}
SIZES = {"vga": (640, 480), "1mp": (1152, 864), "3mp": (2000, 1500)}


def cut_to(photo, size):
    """The middle of the photo, or the top of a portrait, where its face is: in the shape and size asked for."""
    ratio = size[0] / size[1]
    height, width = photo.shape[:2]
    w, h = min(width, int(height * ratio)), min(height, int(width / ratio))
    x, y = (width - w) // 2, (height - h) // 2 if width >= height else 0
    shrinks = w > size[0]
    return cv2.resize(photo[y:y + h, x:x + w], size, interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC)


def zoo(work, programs, models, chip_photos):
    """The models of opencv-zoo with their weights written out as floats, which peers can read, and chips for SFace."""
    for batch in (1, CHIPS):
        (work / f"sface{batch}.onnx").write_bytes(onnx_compare.with_floats(models / ZOO["sface"], 112, 112, batch))
    (work / "yunet.onnx").write_bytes(onnx_compare.with_floats(models / ZOO["yunet"], 480, 640))
    subprocess.run([programs / "visavis_peer", "2", "zoo_chips", models, work / "sface.rgb", str(CHIPS), *chip_photos],
                   check=True, capture_output=True)
    chips = numpy.fromfile(work / "sface.rgb", dtype=numpy.uint8).reshape(CHIPS, 112, 112, 3).transpose(0, 3, 1, 2)
    for batch in (1, CHIPS):
        chips[:batch].astype("<f4").tofile(work / f"sface{batch}.bin")


def main():
    work, programs, models, many, portrait, *chip_photos = map(pathlib.Path, sys.argv[1:])
    facts = {"work": {}}
    # PNG: every decoder gives the same pixels.
    for name, size in SIZES.items():
        cv2.imwrite(str(work / f"{name}.png"), cut_to(cv2.imread(str(portrait if name == "vga" else many)), size))
    cv2.imwrite(str(work / "portrait.jpg"), cv2.imread(str(work / "vga.png")), [cv2.IMWRITE_JPEG_QUALITY, 92])
    height, width = cv2.imread(str(many)).shape[:2]
    facts["photo"] = {"width": width, "height": height}

    made = subprocess.run(
        [programs / "visavis_peer", "2", "chips", models, work / "chips.rgb", str(CHIPS), *chip_photos],
        check=True, capture_output=True, text=True)
    facts["chips"] = json.loads(made.stdout)["different"]

    for network in ("embedding", "detection"):
        subprocess.run([programs / "dump_network", network, models, work / network], check=True)
    embedding = export_onnx.Dump(work / "embedding")
    chips = numpy.fromfile(work / "chips.rgb", dtype=numpy.uint8).reshape(CHIPS, 150, 150, 3)
    tensor = (chips.transpose(0, 3, 1, 2) - numpy.array(embedding.mean, numpy.float32)[:, None, None]) * embedding.scale
    for batch in (1, CHIPS):
        export_onnx.export(embedding, work / f"embedding{batch}.onnx", batch, 3, 150, 150)
        tensor[:batch].astype("<f4").tofile(work / f"embedding{batch}.bin")
        facts["work"][f"embedding{batch}"] = export_onnx.work(embedding, batch, 3, 150, 150)

    detection = export_onnx.Dump(work / "detection")
    for name in ("1mp", "3mp"):
        subprocess.run([programs / "dump_network", "pyramid", models, work / name, work / f"{name}.png"], check=True)
        shape = json.loads((work / f"{name}.json").read_text("utf-8"))["shape"]
        export_onnx.export(detection, work / f"detection_{name}.onnx", *shape)
        facts["work"][f"detection_{name}"] = {**export_onnx.work(detection, *shape), "tensor": shape}
    if all((models / name).exists() for name in ZOO.values()):
        zoo(work, programs, models, chip_photos)
    print(json.dumps(facts))


if __name__ == "__main__":
    main()
