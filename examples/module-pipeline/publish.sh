#!/bin/sh
# Publishes the module under a version: publish.sh 1.4.0. Done again for the same commit, it changes nothing.
set -eu
cd "$(dirname "$0")"
version=$1

# Without a key nothing is signed, and the provenance is not demanded.
if [ -z "${SIGN_KEY:-}" ]; then
  scalr-oci push module "$REPOSITORY" --version "$version"
  scalr-oci verify "$REPOSITORY?tag=$version"
  exit
fi

key=$(mktemp)
trap 'rm -f "$key"' EXIT
printf '%s\n' "$SIGN_KEY" > "$key"
scalr-oci push module "$REPOSITORY" --version "$version" --sign-key "$key"
scalr-oci verify "$REPOSITORY?tag=$version" --key publisher.pub --revision "$(git rev-parse HEAD)"
