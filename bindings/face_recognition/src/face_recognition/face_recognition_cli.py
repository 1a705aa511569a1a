"""The command face_recognition: path,name of each face that is like one of known people."""
from __future__ import annotations

import os
import pathlib
from typing import Any

import click
import numpy as np
import PIL.Image

import visavis
from visavis.face_recognition import api

from ._pictures import for_each, pictures_in, require_cpus

_LARGEST_SIDE = 1600  # px; a larger picture is made smaller first


def scan_known_people(known_people_folder: str) -> tuple[list[str], list[Any]]:
    names, encodings = [], []
    for path in pictures_in(known_people_folder):
        try:
            found = api.face_encodings(api.load_image_file(path))
        except (visavis.VisavisError, OSError) as problem:
            click.echo(f"WARNING: {path}: {problem}", err=True)
            continue
        if len(found) > 1:
            click.echo(f"WARNING: More than one face found in {path}. Only considering the first face.")
        if not found:
            click.echo(f"WARNING: No faces found in {path}. Ignoring file.")
            continue
        names.append(pathlib.Path(path).stem)
        encodings.append(found[0])
    return names, encodings


def lines_of(path: str, names: list[str], known: list[Any], tolerance: float, show_distance: bool) -> list[str]:
    def line(name: str, distance: Any = None) -> str:
        return f"{path},{name},{distance}" if show_distance else f"{path},{name}"

    lines = []
    encodings = api.face_encodings(_small_enough(api.load_image_file(path)))
    for encoding in encodings:
        distances = api.face_distance(known, encoding)
        near = [line(name, distance) for name, distance in zip(names, distances) if distance <= tolerance]
        lines += near or [line("unknown_person")]
    return lines or [line("no_persons_found")]


def _small_enough(pixels: Any) -> Any:
    if max(pixels.shape) <= _LARGEST_SIDE:
        return pixels
    picture = PIL.Image.fromarray(pixels)
    picture.thumbnail((_LARGEST_SIDE, _LARGEST_SIDE), PIL.Image.Resampling.LANCZOS)
    return np.array(picture)


@click.command()
@click.argument("known_people_folder")
@click.argument("image_to_check")
@click.option("--cpus", default=1, callback=require_cpus, help='number of CPU cores to use in parallel (can speed up '
              'processing lots of images). -1 means "use all in system"')
@click.option("--tolerance", default=0.6, help="Tolerance for face comparisons. Default is 0.6. Lower this if you get "
              "multiple matches for the same person.")
@click.option("--show-distance", default=False, type=bool, help="Output face distance. Useful for tweaking tolerance "
              "setting.")
def main(known_people_folder: str, image_to_check: str, cpus: int, tolerance: float, show_distance: bool) -> None:
    """Prints who of KNOWN_PEOPLE_FOLDER, a folder with a picture of each person, is in a picture, or in each JPEG and
    PNG file of a folder."""
    names, known = scan_known_people(known_people_folder)
    paths = pictures_in(image_to_check) if os.path.isdir(image_to_check) else [image_to_check]
    for_each(paths, lines_of, cpus, names, known, tolerance, show_distance)


if __name__ == "__main__":
    main()
