"""When memory is short, the command says so and ends: no picture is refused for it, and nobody is half enrolled."""
import resource
import shutil
import struct
import zlib

import pytest

FAILED = 3
ADDRESS_SPACE = 2 << 30
SIDE = 30000  # pixels: 2.7 GB when read, for which --max-megapixels 1000 asks


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    path = tmp_path_factory.mktemp("large") / "large.png"
    packer = zlib.compressobj(1)
    row = bytes(1 + SIDE // 8)
    rows = b"".join(packer.compress(row) for _ in range(SIDE)) + packer.flush()
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", SIDE, SIDE, 1, 0, 0, 0, 0)) +
                     chunk(b"IDAT", rows) + chunk(b"IEND", b""))
    return path


def little_memory():
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))


def folder_of(tmp_path, *pictures):
    folder = tmp_path / "people" / "Ada"
    folder.mkdir(parents=True)
    for index, picture in enumerate(pictures):
        shutil.copy(picture, folder / f"{index}{picture.suffix}")
    return folder.parent


def test_nobody_is_enrolled_with_some_of_their_pictures(visavis, photo, large, tmp_path):
    people, gallery = folder_of(tmp_path, photo("obama.jpg"), large, photo("obama2.jpg")), tmp_path / "g.vav"
    lines = visavis("enroll", "-g", gallery, people, "--max-megapixels", "1000", json=True, code=FAILED,
                    preexec_fn=little_memory)
    assert lines[-1]["error"]["code"] == "VAV_E_OUT_OF_MEMORY"
    assert not any(line.get("status") == "refused" for line in lines) and not gallery.exists()


def test_no_picture_is_passed_over(visavis, photo, large, tmp_path):
    gallery, obama = tmp_path / "g.vav", photo("obama.jpg")
    visavis("enroll", "-g", gallery, "--name", "Obama", obama)
    (tmp_path / "pairs.csv").write_text("a,b,same\nlarge.png,obama.jpg,0\n")
    shutil.copy(large, tmp_path)
    shutil.copy(obama, tmp_path)
    for command in (["identify", "-g", gallery, large, obama], ["detect", large, obama], ["embed", large, obama],
                    ["verify", "-g", gallery, "--person", "1", large], ["compare", large, obama],
                    ["eval", "pairs", "--pairs", tmp_path / "pairs.csv", "--images", tmp_path, "--skip-missing"]):
        done = visavis(*command, "--max-megapixels", "1000", "--threads", "1", code=FAILED, preexec_fn=little_memory)
        assert "memory" in done.stderr and done.stdout == ""
