#!/bin/sh
# Checks the module: for every change, on a laptop and in CI.
set -eu
cd "$(dirname "$0")"

scalr-oci check module ${ANNOTATIONS:+--annotations "$ANNOTATIONS"}
# Stdout is for what the CI reads.
exec >&2
tofu fmt -check -recursive module
# What the module uses is pinned, and no tag was moved since.
scalr-oci lock module --pin --check
tofu -chdir=module init -input=false
tofu -chdir=module test
