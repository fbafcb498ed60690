// Gets the login of a cloud's registry as the cloud's own Go libraries do, with the identity of the environment, or tells Amazon's
// registries from other hosts as Amazon's helper does: one call, described by a JSON document on stdin, its outcome as one on stdout.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/to"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
	acr "github.com/Azure/azure-sdk-for-go/sdk/containers/azcontainerregistry"
	ecr "github.com/awslabs/amazon-ecr-credential-helper/ecr-login/api"
	"golang.org/x/oauth2/google"
)

type call struct {
	Cloud string `json:"cloud"`
	// Host name of an Azure registry.
	Registry string `json:"registry"`
	// Of a registry's scope map, to trade the refresh token for: `repository:NAME:pull`; empty to leave it at the refresh token.
	Scope string `json:"scope"`
	// What may be Amazon registries.
	Hosts []string `json:"hosts"`
}

type outcome struct {
	// What a credential helper hands out as the password.
	Secret string `json:"secret,omitempty"`
	// The registry's own access token.
	AccessToken string `json:"accessToken,omitempty"`
	Error       string `json:"error,omitempty"`
	// For each of the hosts; null for one that is no registry of Amazon.
	Registries []*registry `json:"registries,omitempty"`
}

type registry struct {
	Region string `json:"region"`
	FIPS   bool   `json:"fips"`
	Public bool   `json:"public"`
}

const (
	timeout     = 20 * time.Second
	googleScope = "https://www.googleapis.com/auth/cloud-platform"
	azureScope  = "https://containerregistry.azure.net/.default"
)

func main() {
	var c call
	if err := json.NewDecoder(os.Stdin).Decode(&c); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	perform := map[string]func(context.Context, call) (outcome, error){
		"amazon": ofAmazon, "azure": ofAzure, "google": ofGoogle}
	result, err := perform[c.Cloud](ctx, c)
	if err != nil {
		result = outcome{Error: err.Error()}
	}
	if err := json.NewEncoder(os.Stdout).Encode(result); err != nil {
		os.Exit(2)
	}
}

func ofAmazon(_ context.Context, c call) (outcome, error) {
	found := make([]*registry, len(c.Hosts))
	for index, host := range c.Hosts {
		if one, err := ecr.ExtractRegistry(host); err == nil {
			found[index] = &registry{Region: one.Region, FIPS: one.FIPS, Public: one.Service == ecr.ServiceECRPublic}
		}
	}
	return outcome{Registries: found}, nil
}

func ofGoogle(ctx context.Context, _ call) (outcome, error) {
	found, err := google.FindDefaultCredentials(ctx, googleScope)
	if err != nil {
		return outcome{}, err
	}
	token, err := found.TokenSource.Token()
	if err != nil {
		return outcome{}, err
	}
	return outcome{Secret: token.AccessToken}, nil
}

func ofAzure(ctx context.Context, c call) (outcome, error) {
	identity, err := azidentity.NewDefaultAzureCredential(nil)
	if err != nil {
		return outcome{}, err
	}
	entra, err := identity.GetToken(ctx, policy.TokenRequestOptions{Scopes: []string{azureScope}})
	if err != nil {
		return outcome{}, err
	}
	client, err := acr.NewAuthenticationClient("https://"+c.Registry, nil)
	if err != nil {
		return outcome{}, err
	}
	options := &acr.AuthenticationClientExchangeAADAccessTokenForACRRefreshTokenOptions{AccessToken: &entra.Token}
	if tenant, ok := os.LookupEnv("AZURE_TENANT_ID"); ok {
		options.Tenant = &tenant
	}
	refresh, err := client.ExchangeAADAccessTokenForACRRefreshToken(
		ctx, acr.PostContentSchemaGrantTypeAccessToken, c.Registry, options)
	if err != nil || c.Scope == "" {
		return outcome{Secret: text(refresh.RefreshToken)}, err
	}
	access, err := client.ExchangeACRRefreshTokenForACRAccessToken(ctx, c.Registry, c.Scope, text(refresh.RefreshToken),
		&acr.AuthenticationClientExchangeACRRefreshTokenForACRAccessTokenOptions{
			GrantType: to.Ptr(acr.TokenGrantTypeRefreshToken)})
	return outcome{Secret: text(refresh.RefreshToken), AccessToken: text(access.AccessToken)}, err
}

func text(value *string) string {
	if value == nil {
		return ""
	}
	return *value
}
