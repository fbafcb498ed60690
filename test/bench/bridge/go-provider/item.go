// The resource bench_item: 14 attributes of every common kind, over a backend that answers at once and agrees with everything.
package main

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64default"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

type item struct{}

func newItem() resource.Resource { return &item{} }

type itemModel struct {
	ID              types.String `tfsdk:"id"`
	Name            types.String `tfsdk:"name"`
	URL             types.String `tfsdk:"url"`
	Username        types.String `tfsdk:"username"`
	Secret          types.String `tfsdk:"secret"`
	SecretWO        types.String `tfsdk:"secret_wo"`
	SecretWOVersion types.Int64  `tfsdk:"secret_wo_version"`
	Enabled         types.Bool   `tfsdk:"enabled"`
	Port            types.Int64  `tfsdk:"port"`
	Mode            types.String `tfsdk:"mode"`
	Tags            types.Set    `tfsdk:"tags"`
	Labels          types.Map    `tfsdk:"labels"`
	Contact         *contact     `tfsdk:"contact"`
	Status          types.String `tfsdk:"status"`
}

type contact struct {
	Name types.String `tfsdk:"name"`
	Mail types.String `tfsdk:"mail"`
}

func (*item) Metadata(_ context.Context, _ resource.MetadataRequest, response *resource.MetadataResponse) {
	response.TypeName = "bench_item"
}

func (*item) Schema(_ context.Context, _ resource.SchemaRequest, response *resource.SchemaResponse) {
	keep := []planmodifier.String{stringplanmodifier.UseStateForUnknown()}
	response.Schema = schema.Schema{Description: "An item.", Attributes: map[string]schema.Attribute{
		"id": schema.StringAttribute{Computed: true, PlanModifiers: keep, Description: "Identifier."},
		"name": schema.StringAttribute{
			Required:    true,
			Validators:  []validator.String{stringvalidator.LengthBetween(1, 128)},
			Description: "Name, at most 128 characters.",
		},
		"url": schema.StringAttribute{
			Required:      true,
			PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplace()},
			Description:   "Address. A change replaces the item.",
		},
		"username":          schema.StringAttribute{Optional: true, Description: "User name."},
		"secret":            schema.StringAttribute{Optional: true, Sensitive: true, Description: "Stored password."},
		"secret_wo":         schema.StringAttribute{Optional: true, Sensitive: true, WriteOnly: true, Description: "Password."},
		"secret_wo_version": schema.Int64Attribute{Optional: true, Description: "Version of the password."},
		"enabled": schema.BoolAttribute{
			Optional: true, Computed: true, Default: booldefault.StaticBool(true), Description: "Whether it is on.",
		},
		"port": schema.Int64Attribute{
			Optional: true, Computed: true, Default: int64default.StaticInt64(443),
			Validators:  []validator.Int64{int64validator.Between(1, 65535)},
			Description: "Port.",
		},
		"mode": schema.StringAttribute{
			Optional: true, Computed: true, Default: stringdefault.StaticString("standard"),
			Validators:  []validator.String{stringvalidator.OneOf("standard", "strict")},
			Description: "Mode: `standard` or `strict`.",
		},
		"tags":   schema.SetAttribute{Optional: true, ElementType: types.StringType, Description: "Tags."},
		"labels": schema.MapAttribute{Optional: true, ElementType: types.StringType, Description: "Labels."},
		"contact": schema.SingleNestedAttribute{Optional: true, Description: "Contact.", Attributes: map[string]schema.Attribute{
			"name": schema.StringAttribute{Required: true, Description: "Name."},
			"mail": schema.StringAttribute{Optional: true, Description: "Address."},
		}},
		"status": schema.StringAttribute{Computed: true, PlanModifiers: keep, Description: "Status."},
	}}
}

func (*item) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, response *resource.IdentitySchemaResponse) {
	response.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"id": identityschema.StringAttribute{RequiredForImport: true},
	}}
}

type identityModel struct {
	ID types.String `tfsdk:"id"`
}

func (*item) Create(ctx context.Context, request resource.CreateRequest, response *resource.CreateResponse) {
	var plan itemModel
	response.Diagnostics.Append(request.Plan.Get(ctx, &plan)...)
	if response.Diagnostics.HasError() {
		return
	}
	plan.ID = types.StringValue("item-" + plan.Name.ValueString())
	plan.Status = types.StringValue("active")
	response.Diagnostics.Append(response.State.Set(ctx, &plan)...)
	response.Diagnostics.Append(response.Identity.Set(ctx, &identityModel{ID: plan.ID})...)
}

func (*item) Read(ctx context.Context, request resource.ReadRequest, response *resource.ReadResponse) {
	var state itemModel
	response.Diagnostics.Append(request.State.Get(ctx, &state)...)
	if response.Diagnostics.HasError() {
		return
	}
	response.Diagnostics.Append(response.State.Set(ctx, &state)...)
	response.Diagnostics.Append(response.Identity.Set(ctx, &identityModel{ID: state.ID})...)
}

func (*item) Update(ctx context.Context, request resource.UpdateRequest, response *resource.UpdateResponse) {
	var plan itemModel
	response.Diagnostics.Append(request.Plan.Get(ctx, &plan)...)
	response.Diagnostics.Append(response.State.Set(ctx, &plan)...)
	response.Diagnostics.Append(response.Identity.Set(ctx, &identityModel{ID: plan.ID})...)
}

func (*item) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {}

func (*item) ImportState(ctx context.Context, request resource.ImportStateRequest, response *resource.ImportStateResponse) {
	resource.ImportStatePassthroughWithIdentity(ctx, path.Root("id"), path.Root("id"), request, response)
}
