"""PIL images give the pixels that a file of them gives: what is transparent is white, 16 bits are scaled."""
import io

import numpy as np
import pytest

import visavis
from visavis.image import as_image

pil = pytest.importorskip("PIL.Image")


@pytest.fixture
def noise():
    """noise(channels, dtype): (24, 32) or (24, 32, channels) of all values, the same every time."""
    def make(channels=1, dtype=np.uint8):
        shape = (24, 32) if channels == 1 else (24, 32, channels)
        return np.random.default_rng(7).integers(0, np.iinfo(dtype).max, shape, dtype=dtype, endpoint=True)
    return make


def by_file(picture, **how):
    """The pixels the library reads from a PNG of it."""
    file = io.BytesIO()
    picture.save(file, "PNG", **how)
    return visavis.Image.decode(file.getvalue()).pixels, pil.open(file)


def assert_same(picture, expected):
    np.testing.assert_array_equal(as_image(picture).pixels, expected)


@pytest.mark.parametrize("mode, channels", [("L", 1), ("RGB", 3), ("LA", 2), ("RGBA", 4)])
def test_both_doors_give_the_same(noise, mode, channels):
    picture = pil.fromarray(noise(channels))
    assert picture.mode == mode
    expected, opened = by_file(picture)
    assert opened.mode == mode
    assert_same(picture, expected)
    assert_same(opened, expected)


def test_what_is_hidden_is_white(noise):
    hidden = noise(4)
    hidden[:, :, 3] = 0
    picture = pil.fromarray(hidden)
    white = np.full((24, 32, 3), 255, np.uint8)
    assert_same(picture, white)
    assert_same(picture.convert("LA"), white)
    assert_same(picture.convert("RGBa"), white)
    assert_same(picture.convert("LA").convert("La"), white)
    assert_same(picture.quantize(8), white)


@pytest.mark.parametrize("mode, transparency", [
    ("1", 255), ("L", 77), ("RGB", (1, 2, 3)), ("P", 3), ("P", bytes(range(0, 250, 10)))])
def test_transparency_by_a_colour(noise, mode, transparency):
    pixels = noise(3)
    pixels[3:9] = (1, 2, 3)
    pixels[9:12] = 77
    picture = pil.fromarray(pixels)
    picture = picture.quantize(32) if mode == "P" else picture.convert(mode)
    expected, opened = by_file(picture, transparency=transparency)
    assert (expected == 255).all(axis=2).any()
    assert_same(opened, expected)
    picture.info["transparency"] = transparency
    assert_same(picture, expected)


def test_a_palette_with_alpha(noise):
    picture = pil.fromarray(noise()).convert("P")
    alpha = pil.fromarray(np.where(noise() < 99, 0, 255).astype(np.uint8))
    both = pil.merge("LA", [picture.convert("L"), alpha]).convert("PA")
    assert_same(both, by_file(both.convert("RGBA"))[0])


def test_16_bits_are_scaled(noise):
    values = noise(dtype=np.uint16)
    picture = pil.fromarray(values)
    assert picture.mode == "I;16"
    expected, opened = by_file(picture)
    assert 100 < expected.mean() < 155
    assert_same(picture, expected)
    assert_same(opened, expected)
    big = pil.frombytes("I;16B", (32, 24), values.astype(">u2").tobytes())
    assert_same(big, expected)
    hidden, opened = by_file(picture, transparency=int(values[5, 5]))
    assert (hidden[5, 5] >= 254).all()  # libpng's white
    assert np.abs(as_image(opened).pixels.astype(int) - hidden).max() <= 1


@pytest.mark.parametrize("mode", ["I", "F"])
def test_values_of_no_known_range_are_refused(noise, mode):
    picture = pil.fromarray(noise(dtype=np.uint16)).convert(mode)
    with pytest.raises(visavis.ArgumentError, match=f"mode '{mode}'.*point"):
        as_image(picture)
    as_told = picture.point(lambda value: value * (255 / 65535)).convert("L")
    assert np.abs(as_image(as_told).pixels[:, :, 0].astype(int) - noise(dtype=np.uint16) / 257).max() <= 1


def test_one_that_cannot_be_read_says_so():
    closed = pil.new("RGB", (8, 8))
    closed.close()
    with pytest.raises(visavis.ImageError, match="PIL"):
        as_image(closed)


def test_a_refused_one_refuses_the_enrolment_of_it_only(people, photo):
    found = people.enroll("Ada", [pil.open(photo("obama.jpg")), pil.new("F", (200, 200))])
    assert len(found.templates) == 1 and found.refused[0].kind == "unreadable"
