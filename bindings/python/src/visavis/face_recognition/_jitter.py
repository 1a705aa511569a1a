"""Pictures of a face, each turned, moved and enlarged a little: for encodings of several looks at one face."""
from __future__ import annotations

import numpy as np

from .._convert import ByteArray

# How far, as dlib's jitter_image has it.
_TURN = np.radians(3)
_MOVE = 0.02      # of the width
_SMALLEST = 0.97  # of the size


def jittered(chip: ByteArray, count: int) -> ByteArray:
    """(count, side, side, 3) uint8 of a chip (side, side, 3): the same ones each time."""
    random = np.random.default_rng(0)
    return np.stack([_one(chip, random) for _ in range(count)])


def _one(chip: ByteArray, random: np.random.Generator) -> ByteArray:
    side = chip.shape[0]
    middle = (side - 1) / 2
    turn, size = random.uniform(-_TURN, _TURN), random.uniform(_SMALLEST, 1)
    move_x, move_y = random.uniform(-_MOVE, _MOVE, 2) * side
    y, x = np.mgrid[0:side, 0:side] - middle
    if random.random() < 0.5:
        x = -x
    from_x = np.clip((np.cos(turn) * x - np.sin(turn) * y) * size + middle + move_x, 0, side - 1)
    from_y = np.clip((np.sin(turn) * x + np.cos(turn) * y) * size + middle + move_y, 0, side - 1)
    left, top = from_x.astype(int), from_y.astype(int)
    right, bottom = np.minimum(left + 1, side - 1), np.minimum(top + 1, side - 1)
    part_x, part_y = (from_x - left)[..., None], (from_y - top)[..., None]
    upper = chip[top, left] * (1 - part_x) + chip[top, right] * part_x
    lower = chip[bottom, left] * (1 - part_x) + chip[bottom, right] * part_x
    return np.rint(upper * (1 - part_y) + lower * part_y).astype(np.uint8)  # type: ignore[no-any-return]
