"""The command face_detection: path,top,right,bottom,left of each face."""
from __future__ import annotations

import os

import click

from visavis.face_recognition import api

from ._pictures import for_each, pictures_in, require_cpus


def lines_of(path: str, model: str, upsample: int) -> list[str]:
    found = api.face_locations(api.load_image_file(path), upsample, model)
    return [",".join(map(str, (path, *box))) for box in found]


@click.command()
@click.argument("image_to_check")
@click.option("--cpus", default=1, callback=require_cpus, help='number of CPU cores to use in parallel. -1 means "use '
              'all in system"')
@click.option("--model", default="hog", help='Which face detection model to use. Options are "hog" or "cnn".')
@click.option("--upsample", default=0, type=click.IntRange(0, 3), help="How many times to enlarge the picture to "
              "twice: finds smaller faces.")
def main(image_to_check: str, cpus: int, model: str, upsample: int) -> None:
    """Prints where the faces are in a picture, or in each JPEG and PNG file of a folder."""
    paths = pictures_in(image_to_check) if os.path.isdir(image_to_check) else [image_to_check]
    for_each(paths, lines_of, cpus, model, upsample)


if __name__ == "__main__":
    main()
