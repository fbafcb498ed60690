module scalr-oci.test/scalr-sdk

go 1.24.0

require github.com/scalr/go-scalr/v2 v2.0.0-rc.4
