module scalr-oci.test/helper-clients

go 1.25.0

require (
	github.com/docker/docker-credential-helpers v0.9.12
	oras.land/oras-go/v2 v2.6.1
)

require (
	github.com/opencontainers/go-digest v1.0.0 // indirect
	github.com/opencontainers/image-spec v1.1.1 // indirect
	golang.org/x/sync v0.20.0 // indirect
)
