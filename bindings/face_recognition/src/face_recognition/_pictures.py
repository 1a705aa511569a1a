"""What both commands share: which files are pictures, and several of them at once."""
from __future__ import annotations

import multiprocessing
import pathlib
from typing import Any, Callable

import click

from visavis import VisavisError


def pictures_in(folder: str) -> list[str]:
    """The paths of the JPEG and PNG files of a folder, by their names; not those of folders within."""
    return [str(path) for path in sorted(pathlib.Path(folder).iterdir())
            if path.suffix.lower() in (".jpg", ".jpeg", ".png")]


def for_each(paths: list[str], lines_of: Callable[..., list[str]], cpus: int, *more: Any) -> None:
    """Prints the lines of each picture, in their order. A picture that cannot be read is told and left out."""
    arguments = [(lines_of, path, *more) for path in paths]
    if cpus == 1 or len(paths) < 2:
        for each in arguments:
            _print(*_told(each))
        return
    # Not fork: threads may hold locks at that moment.
    with multiprocessing.get_context("spawn").Pool(None if cpus == -1 else cpus) as pool:
        for told in pool.imap(_told, arguments):
            _print(*told)


def _told(arguments: tuple[Any, ...]) -> tuple[list[str], str]:
    lines_of, path, *more = arguments
    try:
        return lines_of(path, *more), ""
    except (VisavisError, OSError) as problem:
        return [], f"WARNING: {path}: {problem}"


def _print(lines: list[str], warning: str) -> None:
    for line in lines:
        click.echo(line)
    if warning:
        click.echo(warning, err=True)


def require_cpus(_context: click.Context, _parameter: click.Parameter, value: int) -> int:
    if value != -1 and value < 1:
        raise click.BadParameter("must be -1, for all, or at least 1")
    return value
