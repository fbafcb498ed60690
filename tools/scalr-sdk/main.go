// Speaks to a management API through Scalr's own Go client: one JSON request a line on stdin, one JSON reply a line on stdout.
// SCALR_HOSTNAME, SCALR_TOKEN and SSL_CERT_FILE say where to; tests hold our server against it.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/scalr/go-scalr/v2/scalr"
	"github.com/scalr/go-scalr/v2/scalr/client"
	ops "github.com/scalr/go-scalr/v2/scalr/ops/docker_integration"
	"github.com/scalr/go-scalr/v2/scalr/schemas"
	"github.com/scalr/go-scalr/v2/scalr/value"
)

type request struct {
	Operation  string          `json:"operation"`
	ID         string          `json:"id"`
	PageSize   int             `json:"pageSize"`
	Sort       []string        `json:"sort"`
	Name       string          `json:"name"`
	Attributes json.RawMessage `json:"attributes"`
}

type reply struct {
	Integrations []schemas.DockerIntegration `json:"integrations,omitempty"`
	Error        string                      `json:"error,omitempty"`
	ErrorType    string                      `json:"errorType,omitempty"`
}

func main() {
	// As Scalr's provider makes it.
	api := scalr.NewClient(
		os.Getenv("SCALR_HOSTNAME"),
		os.Getenv("SCALR_TOKEN"),
		client.WithRetryServerErrors(true),
		client.WithAppInfo("terraform-provider-scalr", "test"),
	)
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	out := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		var asked request
		if err := json.Unmarshal(lines.Bytes(), &asked); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
		found, err := answer(api, asked)
		answered := reply{Integrations: found}
		if err != nil {
			answered.Error, answered.ErrorType = err.Error(), errorType(err)
		}
		if err := out.Encode(answered); err != nil {
			os.Exit(1)
		}
	}
}

func answer(api *scalr.Client, asked request) ([]schemas.DockerIntegration, error) {
	ctx := context.Background()
	integrations := api.DockerIntegration
	switch asked.Operation {
	case "create":
		return one(integrations.CreateDockerIntegration(ctx, document(asked.Attributes)))
	case "read":
		return one(integrations.GetDockerIntegration(ctx, asked.ID, nil))
	case "update":
		return one(integrations.UpdateDockerIntegration(ctx, asked.ID, document(asked.Attributes)))
	case "delete":
		return nil, integrations.DeleteDockerIntegration(ctx, asked.ID)
	case "list":
		return all(integrations, asked)
	default:
		return nil, fmt.Errorf("unknown operation %q", asked.Operation)
	}
}

func all(integrations *ops.Client, asked request) ([]schemas.DockerIntegration, error) {
	options := &ops.ListDockerIntegrationsOptions{PageSize: asked.PageSize, Sort: asked.Sort}
	if asked.Name != "" {
		options.Filter = map[string]string{"name": asked.Name}
	}
	found := []schemas.DockerIntegration{}
	for item, err := range integrations.ListDockerIntegrationsIter(context.Background(), options) {
		if err != nil {
			return nil, err
		}
		found = append(found, item)
	}
	return found, nil
}

func one(item *schemas.DockerIntegration, err error) ([]schemas.DockerIntegration, error) {
	if err != nil {
		return nil, err
	}
	return []schemas.DockerIntegration{*item}, nil
}

// document keeps apart what is absent and what is null, which encoding/json does not for pointers.
func document(attributes json.RawMessage) *schemas.DockerIntegrationRequest {
	asked := &schemas.DockerIntegrationRequest{}
	given := map[string]any{}
	if err := errors.Join(json.Unmarshal(attributes, &asked.Attributes), json.Unmarshal(attributes, &given)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	if isNull(given, "username") {
		asked.Attributes.Username = value.Null[string]()
	}
	if isNull(given, "password") {
		asked.Attributes.Password = value.Null[string]()
	}
	return asked
}

func isNull(given map[string]any, name string) bool {
	found, isThere := given[name]
	return isThere && found == nil
}

// errorType names the class that the client made of a refusal.
func errorType(err error) string {
	for name, class := range map[string]error{
		"unauthorized":         client.ErrUnauthorized,
		"forbidden":            client.ErrForbidden,
		"not found":            client.ErrNotFound,
		"conflict":             client.ErrConflict,
		"unprocessable entity": client.ErrUnprocessableEntity,
		"too many requests":    client.ErrTooManyRequests,
	} {
		if errors.Is(err, class) {
			return name
		}
	}
	return ""
}
