"""Pictures from files, bytes and arrays; views without copies where the strides allow."""
import gc

import numpy as np
import pytest

import visavis
from visavis import ArgumentError, Image


@pytest.fixture
def pixels():
    """(24, 32, 3) RGB noise, the same every time."""
    return np.random.default_rng(7).integers(0, 256, (24, 32, 3), dtype=np.uint8)


def address(array):
    return array.__array_interface__["data"][0]


def test_file_and_bytes_give_the_same_picture(photo):
    path = photo("obama.jpg")
    with Image.open(path) as a, Image.decode(path.read_bytes()) as b, Image.open(str(path)) as c:
        assert (a.width, a.height, a.orientation, a.source, a.warning) == (910, 1137, 1, "jpeg", "")
        assert a.pixels.shape == (1137, 910, 3) and a.pixels.dtype == np.uint8
        assert np.array_equal(a.pixels, b.pixels) and np.array_equal(a.pixels, c.pixels)
        assert "910x1137 jpeg" in repr(a)


def test_the_class_itself_says_how_to_make_one(photo):
    # It took a path for a pointer: the next call failed in ctypes' words, and again as the program ended.
    path = photo("obama.jpg")
    for mistake in (path, str(path), b"bytes", np.zeros((4, 4, 3), np.uint8), None):
        with pytest.raises(ArgumentError, match="Image.open"):
            Image(mistake)


def test_png(photo):
    assert Image.open(photo("32bit.png")).source == "png"


def test_rgb_array_is_not_copied(pixels):
    image = Image.from_array(pixels)
    assert address(image.pixels) == address(pixels)
    assert image.source == "pixels" and (image.width, image.height) == (32, 24)


def test_cropped_array_is_not_copied(pixels):
    cropped = pixels[3:20, 5:30]
    image = Image.from_array(cropped)
    assert address(image.pixels) == address(cropped)
    assert np.array_equal(image.pixels, cropped)


def test_every_second_row_is_not_copied(pixels):
    thinned = pixels[::2]
    image = Image.from_array(thinned)
    assert address(image.pixels) == address(thinned)
    assert np.array_equal(image.pixels, thinned)


@pytest.mark.parametrize("change", [
    lambda p: p[::-1], lambda p: p[:, ::-1], lambda p: p[:, ::2], lambda p: p.transpose(1, 0, 2),
    lambda p: p[:, :, ::-1], lambda p: np.broadcast_to(p[:1], p.shape), np.asfortranarray,
], ids=["upside down", "mirrored", "every second column", "transposed", "channels turned", "one row", "Fortran"])
def test_other_strides_are_copied_once(pixels, change):
    changed = change(pixels)
    image = Image.from_array(changed)
    assert address(image.pixels) != address(changed)
    assert np.array_equal(image.pixels, changed)


def test_read_only_array(pixels):
    pixels.flags.writeable = False
    assert np.array_equal(Image.from_array(pixels).pixels, pixels)


def test_formats_are_converted(pixels):
    alpha = np.full((24, 32, 1), 77, dtype=np.uint8)
    bgr = pixels[:, :, ::-1]
    for array, format in [(np.ascontiguousarray(bgr), "bgr"), (bgr, "bgr"), (np.dstack([pixels, alpha]), "rgba"),
                          (np.dstack([pixels, alpha]), None), (np.dstack([bgr, alpha]), "bgra"),
                          (np.dstack([bgr, alpha])[:, :, :], "bgra")]:
        assert np.array_equal(Image.from_array(array, format).pixels, pixels), format
    gray = pixels[:, :, 0]
    for array in (gray, gray[:, :, np.newaxis], np.ascontiguousarray(gray)):
        assert np.array_equal(Image.from_array(array).pixels, np.dstack([gray] * 3))


@pytest.mark.parametrize("format", ["nv12", "nv21", "i420"])
def test_video_frames(format):
    frame = np.full((36, 32), 128, dtype=np.uint8)  # chroma 128: no colour
    frame[:24] = 126
    image = Image.from_array(frame, format)
    assert (image.width, image.height) == (32, 24)
    assert np.ptp(image.pixels) == 0 and abs(int(image.pixels[0, 0, 0]) - 128) <= 1  # (126 - 16) * 255 / 219


def test_orientation_is_applied(pixels):
    image = Image.from_array(pixels, orientation=6)
    assert (image.width, image.height, image.orientation) == (24, 32, 6)
    assert np.array_equal(image.pixels, np.rot90(pixels, -1))


def test_pixels_are_read_only_and_outlive_the_image(photo):
    image = Image.open(photo("obama.jpg"))
    view, copy = image.pixels, image.pixels.copy()
    with pytest.raises(ValueError, match="read-only"):
        view[0, 0, 0] = 1
    image.close()
    del image
    gc.collect()
    assert np.array_equal(view, copy)


def test_image_keeps_the_array_alive(pixels):
    copy = pixels.copy()
    image = Image.from_array(pixels.copy())
    gc.collect()
    np.zeros_like(copy)  # would take the memory if it were free
    assert np.array_equal(image.pixels, copy)


def test_closed_image_says_so(pixels):
    image = Image.from_array(pixels)
    image.close()
    image.close()
    assert image.closed and "closed" in repr(image)
    for use in (lambda: image.width, lambda: image.pixels, lambda: visavis.Engine().detect(image)):
        with pytest.raises(visavis.StateError, match="this image is closed"):
            use()


@pytest.mark.parametrize("array, words", [
    (np.zeros((4, 4, 3)), r"uint8, not float64: .*\* 255"),
    (np.zeros((4, 4, 3), np.int16), "uint8, not int16"),
    (np.zeros((4, 4, 2), np.uint8), r"\(4, 4, 2\)"),
    (np.zeros((4,), np.uint8), r"\(4,\)"),
    (np.zeros((0, 4, 3), np.uint8), r"\(0, 4, 3\)"),
    (np.zeros((2, 4, 4, 3), np.uint8), r"\(2, 4, 4, 3\)"),
    ([[1, 2], [3, 4]], "numpy array, not list"),
])
def test_wrong_arrays(array, words):
    with pytest.raises(visavis.ArgumentError, match=words):
        Image.from_array(array)


@pytest.mark.parametrize("format, shape, words", [
    ("rgb", (4, 4, 4), "3 channels"), ("gray", (4, 4, 3), "1 channels"), ("yuv", (4, 4, 3), "'yuv' is unknown"),
    ("nv12", (4, 4, 3), "height"), ("nv12", (7, 4), "height"), ("i420", (6, 5), "even"),
])
def test_wrong_formats(format, shape, words):
    with pytest.raises(visavis.ArgumentError, match=words):
        Image.from_array(np.zeros(shape, np.uint8), format)


def test_wrong_orientation(pixels):
    for orientation in (9, -1, 2**32 + 1):
        with pytest.raises(visavis.ArgumentError):
            Image.from_array(pixels, orientation=orientation)


def test_damaged_and_foreign_bytes(photo):
    whole = photo("obama.jpg").read_bytes()
    for bad in (b"", b"no picture", whole[:3000], bytes(100)):
        with pytest.raises(visavis.ImageError):
            Image.decode(bad)


def test_limit_and_ignored_orientation(photo):
    with pytest.raises(visavis.ImageError) as caught:
        Image.open(photo("obama.jpg"), max_pixels=1000)
    assert caught.value.name == "VAV_E_LIMIT_EXCEEDED"
    assert Image.open(photo("obama.jpg"), ignore_orientation=True).width == 910


def test_paths(photo, tmp_path):
    for name in ("-dash.jpg", "with space.jpg", "Ada Lovelace-Ñandú 顔.jpg"):
        path = tmp_path / name
        path.write_bytes(photo("obama.jpg").read_bytes())
        assert Image.open(path).width == 910
    with pytest.raises(visavis.ArgumentError, match="NUL"):
        Image.open(f"{photo('obama.jpg')}\0.png")


def test_not_a_picture(engine):
    for thing in (None, 5, object()):
        with pytest.raises(visavis.ArgumentError, match="a picture is a path"):
            engine.detect(thing)
