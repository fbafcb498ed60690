// A provider on terraform-plugin-framework with the schema of ../bench-provider.ts: what the bridge is measured against.
package main

import (
	"context"
	"log"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
)

func main() {
	options := providerserver.ServeOpts{Address: "registry.opentofu.org/example/bench", ProtocolVersion: 6}
	if err := providerserver.Serve(context.Background(), newProvider, options); err != nil {
		log.Fatal(err)
	}
}

type benchProvider struct{}

func newProvider() provider.Provider { return &benchProvider{} }

func (*benchProvider) Metadata(_ context.Context, _ provider.MetadataRequest, response *provider.MetadataResponse) {
	response.TypeName = "bench"
	response.Version = "1.0.0"
}

func (*benchProvider) Schema(_ context.Context, _ provider.SchemaRequest, response *provider.SchemaResponse) {
	response.Schema = schema.Schema{Attributes: map[string]schema.Attribute{
		"prefix": schema.StringAttribute{Optional: true, Description: "In front of every identifier."},
	}}
}

func (*benchProvider) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {
}

func (*benchProvider) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{newItem}
}

func (*benchProvider) DataSources(context.Context) []func() datasource.DataSource { return nil }
