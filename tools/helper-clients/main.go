// Talks to a credential helper as Docker's own client library and as oras-go (which OpenTofu uses) do: one call, described by a JSON
// document on stdin, its outcome as a JSON document on stdout.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"github.com/docker/docker-credential-helpers/client"
	"github.com/docker/docker-credential-helpers/credentials"
	"oras.land/oras-go/v2/registry/remote/auth"
	oras "oras.land/oras-go/v2/registry/remote/credentials"
)

type call struct {
	Client   string `json:"client"`
	Action   string `json:"action"`
	URL      string `json:"url"`
	Username string `json:"username"`
	Secret   string `json:"secret"`
}

type outcome struct {
	Kind     string            `json:"kind"`
	Username string            `json:"username,omitempty"`
	Secret   string            `json:"secret,omitempty"`
	Entries  map[string]string `json:"entries,omitzero"`
	Text     string            `json:"text,omitempty"`
}

const helper = "scalr"

func main() {
	var c call
	if err := json.NewDecoder(os.Stdin).Decode(&c); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	perform := docker
	if c.Client == "oras" {
		perform = orasGo
	}
	if err := json.NewEncoder(os.Stdout).Encode(perform(c)); err != nil {
		os.Exit(2)
	}
}

func docker(c call) outcome {
	program := client.NewShellProgramFunc("docker-credential-" + helper)
	switch c.Action {
	case "get":
		found, err := client.Get(program, c.URL)
		if err != nil {
			return failure(err, credentials.IsErrCredentialsNotFound(err))
		}
		return outcome{Kind: "login", Username: found.Username, Secret: found.Secret}
	case "store":
		return done(client.Store(program, &credentials.Credentials{ServerURL: c.URL, Username: c.Username, Secret: c.Secret}))
	case "erase":
		return done(client.Erase(program, c.URL))
	case "list":
		entries, err := client.List(program)
		if err != nil {
			return failure(err, false)
		}
		return outcome{Kind: "list", Entries: entries}
	}
	return outcome{Kind: "error", Text: "unknown action"}
}

func orasGo(c call) outcome {
	store := oras.NewNativeStore(helper)
	ctx := context.Background()
	switch c.Action {
	case "get":
		found, err := store.Get(ctx, c.URL)
		if err != nil {
			return failure(err, false)
		}
		if found == auth.EmptyCredential {
			return outcome{Kind: "none"}
		}
		return outcome{Kind: "login", Username: found.Username, Secret: found.Password + found.RefreshToken}
	case "store":
		return done(store.Put(ctx, c.URL, auth.Credential{Username: c.Username, Password: c.Secret}))
	case "erase":
		return done(store.Delete(ctx, c.URL))
	}
	return outcome{Kind: "error", Text: "unknown action"}
}

func done(err error) outcome {
	if err != nil {
		return failure(err, false)
	}
	return outcome{Kind: "done"}
}

func failure(err error, isNotFound bool) outcome {
	if isNotFound {
		return outcome{Kind: "none"}
	}
	return outcome{Kind: "error", Text: err.Error()}
}
