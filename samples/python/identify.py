#!/usr/bin/env python3
"""Says who is in photos, by a gallery that enroll.py made.

    python identify.py people.vav door.jpg

Exit status: 0 done, also when nobody was recognised; 2 wrong use, 3 failed.
"""
import argparse
import sys

import visavis


def main():
    parser = argparse.ArgumentParser(description="Says who is in photos.")
    parser.add_argument("gallery", help="the gallery's file")
    parser.add_argument("photos", nargs="+", metavar="photo")
    # Smaller is stricter: fewer strangers taken for somebody, more acquaintances not recognised.
    parser.add_argument("--threshold", type=float, help="largest distance that counts as a match")
    parser.add_argument("--min-face", type=int, default=0, help="smallest face to find, in pixels (default: about 72)")
    options = parser.parse_args()

    engine = visavis.Engine(min_face=options.min_face)
    # Read-only and it must exist: a mistyped name must not make an empty gallery in which everybody is unknown.
    with visavis.Gallery(options.gallery, engine=engine, mode="read_only") as people:
        for photo in options.photos:
            faces = people.identify(photo, threshold=options.threshold)
            if len(faces) == 0:
                print(f"{photo}: no face")
            for face in faces:
                # Ask for the decision, not for the nearest person: somebody is always nearest.
                if face.decision is visavis.Decision.MATCH:
                    who = f"{face.person} (person {face.person_id}), distance {face.distance:.3f}"
                elif face.decision is visavis.Decision.NOT_EVALUATED:
                    who = f"cannot be compared: {face.face.advice}"
                else:
                    who = "unknown"
                print(f"{photo}: {who}, at {face.box.left},{face.box.top} to {face.box.right},{face.box.bottom}")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except visavis.VisavisError as error:  # the text says what failed, where, and what to do about it
        print(f"{error.name}: {error}", file=sys.stderr)
        sys.exit(3)
