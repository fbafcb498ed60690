module scalr-oci.test/bench-runner

go 1.25.0
