#!/bin/sh
# The pre-init hook of an agent: before its `tofu init`, the registry logins that `scalr-oci serve` exports.
# OCI_SERVER and OCI_MINT_TOKEN are shell variables of the workspace; in a run of Scalr, SCALR_HOSTNAME and SCALR_TOKEN are Scalr's own.
SCALR_HOSTNAME=$OCI_SERVER SCALR_TOKEN=$OCI_MINT_TOKEN exec scalr-oci exec --write-docker-config
