import { InputError } from "../../../src/base/errors.ts";
import { parseRegistryUrl } from "../../../src/names/registry-url.ts";
import { thrownBy } from "../../support/thrown.ts";

describe("parseRegistryUrl", () => {
  it.each([
    ["https://ghcr.io", "https://ghcr.io"],
    ["  GHCR.io.  ", "https://ghcr.io"],
    ["https://ghcr.io:443/", "https://ghcr.io"],
    ["https://ghcr.io/v2", "https://ghcr.io"],
    ["registry.example:5000/v2/", "https://registry.example:5000"],
    ["https://registry-1.docker.io", "https://registry-1.docker.io"],
    ["https://[::1]:5000", "https://[::1]:5000"],
    ["https://acme.jfrog.io", "https://acme.jfrog.io"],
    // A port makes it somebody's own registry behind a cloud's name.
    ["https://acme.azurecr.io:5000", "https://acme.azurecr.io:5000"],
    ["https://evil-azurecr.io", "https://evil-azurecr.io"],
  ])("reads %j as %s", (text, url) => {
    expect(parseRegistryUrl(text).url).toBe(url);
  });

  it.each([
    ["https://docker.io", "REGISTRY_REDIRECTED", "use https://registry-1.docker.io"],
    ["hub.docker.com", "REGISTRY_REDIRECTED", "use https://registry-1.docker.io"],
    [
      "https://index.docker.io/v1/",
      "INVALID_REGISTRY_HOST",
      "use https://registry-1.docker.io, and oci://registry-1.docker.io/… for modules",
    ],
    ["http://ghcr.io", "INVALID_REGISTRY_HOST", "use https://ghcr.io"],
    [
      "https://ghcr.io/acme",
      "INVALID_REGISTRY_HOST",
      "use https://ghcr.io: an integration is for every repository of its host",
    ],
    [
      "https://ghcr.io?x=1",
      "INVALID_REGISTRY_HOST",
      "use https://ghcr.io: an integration is for every repository of its host",
    ],
    [
      "https://bot:hunter2@ghcr.io",
      "INVALID_REGISTRY_HOST",
      "leave USER:PASSWORD@ out of the address and give them separately",
    ],
    ["", "INVALID_REGISTRY_HOST", undefined],
    [`https://${"a".repeat(60)}.${"b/".repeat(250)}`, "INVALID_REGISTRY_HOST", undefined],
  ])("refuses %j with %s", (text, code, hint) => {
    const error = thrownBy(() => parseRegistryUrl(text)) as InputError;
    expect(error).toBeInstanceOf(InputError);
    expect(error).toMatchObject({ code, hint });
    expect(error.message).not.toContain("hunter2");
  });

  it.each([
    ["https://123456789012.dkr.ecr.eu-central-1.amazonaws.com", "Amazon ECR"],
    ["https://public.ecr.aws", "Amazon ECR Public"],
    ["https://acme.azurecr.io", "Azure Container Registry"],
    ["https://europe-docker.pkg.dev", "Google Artifact Registry"],
  ])("refuses %s by the name of its cloud, and names the helper", (text, title) => {
    const error = thrownBy(() => parseRegistryUrl(text)) as InputError;
    expect(error).toMatchObject({ code: "REGISTRY_NOT_SUPPORTED" });
    expect(error.message).toContain(`registry url is of ${title}, got ${text}, expected`);
    expect(error.hint).toContain("docker-credential-scalr");
  });
});
