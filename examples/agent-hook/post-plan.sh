#!/bin/sh
# The post-plan and post-apply hook of an agent: takes out what pre-init.sh has put in.
exec scalr-oci exec --remove-docker-config
