#!/usr/bin/env python3
"""Enrols a person from one or more photos.

    python enroll.py people.vav "Ada Lovelace" ada1.jpg ada2.jpg

Exit status: 0 enrolled, 2 wrong use, 3 failed, 4 every photo was refused.
"""
import argparse
import sys

import visavis


def main():
    parser = argparse.ArgumentParser(description="Enrols a person from one or more photos.")
    parser.add_argument("gallery", help="the gallery's file; made when it does not exist")
    parser.add_argument("name")
    parser.add_argument("photos", nargs="+", metavar="photo", help="shows this person and nobody else")
    # Names need not be unique. Where two persons may be called alike, give your own key: a badge or staff number.
    parser.add_argument("--external-id", help="your own key for this person")
    parser.add_argument("--min-face", type=int, default=0, help="smallest face to find, in pixels (default: about 72)")
    options = parser.parse_args()

    engine = visavis.Engine(min_face=options.min_face)
    with visavis.Gallery(options.gallery, engine=engine) as people:
        outcome = people.enroll(options.name, options.photos, external_id=options.external_id)

    # A refused photo is no error: it shows no face, or more than one, and we must not guess whose face it is.
    for refusal in outcome.refused:
        print(f"refused {refusal.picture}: {refusal.reason}", file=sys.stderr)
    if outcome.person is None:
        return 4
    print(f"enrolled {options.name} as person {outcome.person} from {len(outcome.templates)} photo(s)")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except visavis.VisavisError as error:  # the text says what failed, where, and what to do about it
        print(f"{error.name}: {error}", file=sys.stderr)
        sys.exit(3)
