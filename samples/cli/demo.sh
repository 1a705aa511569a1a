#!/usr/bin/env bash
# The command line, step by step: enrols a person, identifies a photo and a stranger, draws what was seen.
# Usage: demo.sh VISAVIS PHOTOS OUT   PHOTOS: the folder that `visavis models fetch --photos` filled. OUT is written to.
set -euo pipefail
[ $# -eq 3 ] || { sed -n 2,3p "$0"; exit 2; }
visavis=$1 photos=$2 out=$3 gallery=$3/people.vav

title() { printf '\n%s\n' "$*"; }
run() {  # shows a command as it can be typed, then what it says
  printf '  $ %s' "$visavis"
  printf ' %q' "$@"
  printf '\n'
  # Exit code 1 is an answer: nobody known.
  { "$visavis" "$@" || [ $? -eq 1 ]; } | sed 's/^/    /'
}
# expect DECISION PHOTO: the same answer once more, as a program reads it. Gives the distance to the nearest person.
expect() {
  local answer
  answer=$("$visavis" identify -g "$gallery" --json "$2") || [ $? -eq 1 ]
  grep -q "\"decision\": *\"$1\"" <<<"$answer" || {
    printf 'Not what was expected (%s):\n%s\n' "$1" "$answer" >&2
    exit 1
  }
  grep -oE '"distance": *[0-9.]+' <<<"$answer" | sort -t: -k2 -g | head -n 1 | grep -oE '[0-9.]+$' | cut -c1-5
}

# What an earlier run made goes, so that each run tells the same story.
rm -f "$gallery" "$gallery"-wal "$gallery"-shm "$out"/obama3.jpg "$out"/biden.jpg
mkdir -p "$out/photos"
for photo in obama obama2 obama3 biden; do cp "$photos/$photo.jpg" "$out/photos/"; done

title "1. A new gallery learns one person from two photos."
run enroll -g "$gallery" --name "Barack Obama" "$out/photos/obama.jpg" "$out/photos/obama2.jpg"

title "2. Who is on a third photo, which it has not seen?"
run identify -g "$gallery" "$out/photos/obama3.jpg"
near=$(expect match "$out/photos/obama3.jpg")

title "3. And somebody who is not in the gallery?"
run identify -g "$gallery" "$out/photos/biden.jpg"
far=$(expect unknown "$out/photos/biden.jpg")

title "4. Now he is enrolled too, and the faces are drawn with their names."
run enroll -g "$gallery" --name "Joe Biden" "$out/photos/biden.jpg"
for photo in obama3 biden; do run draw -g "$gallery" "$out/photos/$photo.jpg" "$out/$photo.jpg"; done

threshold=$("$visavis" identify -g "$gallery" --json "$out/photos/obama3.jpg" | grep -oE '"threshold": *[0-9.]+' |
  head -n 1 | grep -oE '[0-9.]+$')
cat <<END

What happened: the third photo lies at distance $near from the enrolled ones, the stranger at $far.
Up to ${threshold:-0.52} it counts as the same person; beyond, nobody is named. A smaller distance is closer.

The pictures with boxes and names:  $out/obama3.jpg  $out/biden.jpg
The gallery:                        $gallery  (holds templates and names, no pictures)

Try next:
  $visavis identify -g $gallery YOUR_PHOTO.jpg
  $visavis enroll -g $gallery YOUR_FOLDER/        one sub-folder for each person
  $visavis person list -g $gallery
  $visavis --help
END
