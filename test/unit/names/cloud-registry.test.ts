import { findCloudRegistry } from "../../../src/names/cloud-registry.ts";
import { parseRegistryHost } from "../../../src/names/registry-host.ts";

describe("findCloudRegistry", () => {
  it.each([
    ["123456789012.dkr.ecr.us-east-1.amazonaws.com", "ecr"],
    ["123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com", "ecr"],
    ["123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn", "ecr"],
    ["123456789012.dkr-ecr.us-east-1.on.aws", "ecr"],
    ["123456789012.dkr-ecr.cn-north-1.on.amazonwebservices.com.cn", "ecr"],
    ["123456789012.dkr.ecr.eusc-de-east-1.amazonaws.eu", "ecr"],
    ["public.ecr.aws", "ecr-public"],
    ["ecr-public.aws.com", "ecr-public"],
    ["acme.azurecr.io", "acr"],
    ["acme.azurecr.cn", "acr"],
    ["gcr.io", "gar"],
    ["eu.gcr.io", "gar"],
    ["us-west1-docker.pkg.dev", "gar"],
    ["docker.me-central2.rep.pkg.dev", "gar"],
  ])("knows %s as %s", (host, kind) => {
    expect(findCloudRegistry(parseRegistryHost(host))?.kind).toBe(kind);
  });

  it.each([
    "ghcr.io",
    "registry-1.docker.io",
    "azurecr.io",
    "acme.azurecr.io.evil.test",
    "evil-gcr.io",
    "12345.dkr.ecr.us-east-1.amazonaws.com",
    "123456789012.dkr.ecr.us-east-1.amazonaws.com.evil.test",
    "123456789012.dkr.ecr.us-east-1.amazonaws.com:8443",
    "npm.pkg.dev",
  ])("does not know %s", (host) => {
    expect(findCloudRegistry(parseRegistryHost(host))).toBeUndefined();
  });
});
