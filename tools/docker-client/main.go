// Docker's own login, logout and manifest commands, from its module: what its client does with registries and credential helpers,
// without an engine. The whole client cannot be built from modules alone.
package main

import (
	"fmt"
	"os"

	"github.com/docker/cli/cli/command"
	"github.com/docker/cli/cli/command/manifest"
	"github.com/docker/cli/cli/command/registry"
	"github.com/docker/cli/cli/flags"
	"github.com/spf13/cobra"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	cli, err := command.NewDockerCli()
	if err != nil {
		return err
	}
	if err := cli.Initialize(flags.NewClientOptions()); err != nil {
		return err
	}
	root := &cobra.Command{Use: "docker", SilenceUsage: true, SilenceErrors: true}
	root.AddCommand(registry.NewLoginCommand(cli), registry.NewLogoutCommand(cli), manifest.NewManifestCommand(cli))
	return root.Execute()
}
