#!/usr/bin/env bash
# make.sh TREE VERSION FOLDER: makes the galleries of a schema's version with that tree's code; README.md says when.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
tree=$(cd "$1" && pwd) version=$2
mkdir -p "$3"
folder=$(cd "$3" && pwd)
build=$(mktemp -d)
trap 'rm -rf "$build"' EXIT

# Only what a gallery is made of, and nothing that needs a model.
cd "$tree/sdk/src"
read -ra flags <<<"$(pkg-config --cflags opencv4 libsodium sqlite3 libhwy libutf8proc)"
folders=(base gallery types)
for part in crypto index decide; do [ ! -d $part ] || folders+=("$part"); done
# shellcheck disable=SC2016
find "${folders[@]}" -name '*.cc' ! -name description.cc |
  xargs -P "$(nproc)" -I{} sh -c 'out=$1/$(echo "$2" | tr / _).o; shift; c++ -c "$@" -o "$out"' _ "$build" {} \
    -std=c++20 -O0 -w -I. -I../include -I.. -DVISAVIS_BUILDING -DVISAVIS_BUILD='""' "${flags[@]}"
read -ra libraries <<<"$(pkg-config --libs libsodium sqlite3 libhwy libutf8proc)"
c++ -std=c++20 -O0 -w -I. -I../include -I.. -I"$here" -DVISAVIS_BUILDING -DGALLERY_VERSION="$version" "${flags[@]}" \
  -o "$build/make" "$here/make.cc" "$build"/*.o -lopencv_core "${libraries[@]}" -lpthread -ldl

kinds=(plain encrypted half_resealed)
[ "$version" -gt 1 ] || kinds=(plain)
for kind in "${kinds[@]}"; do
  name=version_${version}_$kind file=$build/$kind.vav
  "$build/make" "$version" "$kind" "$file" >"$folder/$name.txt"
  {
    echo "PRAGMA application_id = $(sqlite3 "$file" 'PRAGMA application_id');"
    echo "PRAGMA user_version = $(sqlite3 "$file" 'PRAGMA user_version');"
    sqlite3 "$file" .dump
  } >"$folder/$name.sql"
done
