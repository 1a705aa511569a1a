#!/bin/sh
# Runs a compiler through ccache: ccache.sh CCACHE COMPILER ARGUMENT…
# Where an old precompiled header lies in the place of the new one, ccache looks at that instead of the headers, and
# gives what was once made of others. So the old one is removed.
for argument in "$@"; do
  case $argument in *.gch) rm -f "$argument" ;; esac
done
# It takes files with precompiled headers only when told that these do not change by themselves.
CCACHE_SLOPPINESS=pch_defines,time_macros exec "$@"
