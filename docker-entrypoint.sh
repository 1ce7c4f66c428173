#!/bin/sh
# Brings the database up to this version's schema, then runs what was asked for.
set -eu
[ "${1:-serve}" != serve ] || assay db upgrade >&2
exec assay "$@"
