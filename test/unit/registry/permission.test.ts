import { parseRegistryHost } from "../../../src/names/registry-host.ts";
import { permissionFor } from "../../../src/registry/permission.ts";

it.each([
  ["ghcr.io", "read:packages", "write:packages", "delete:packages"],
  ["registry.gitlab.com", "read_registry", "write_registry", "api"],
  ["docker.io", "Read-only", "Read & Write", "Delete"],
  ["registry-1.docker.io", "Read-only", "Read & Write", "Delete"],
  ["acme.jfrog.io", "may read", "may deploy", "may delete"],
  ["acme.azurecr.io", "AcrPull", "AcrPush", "AcrDelete"],
  ["europe-docker.pkg.dev", "Artifact Registry Reader", "Artifact Registry Writer", "Administrator"],
  ["1234.dkr.ecr.eu-west-1.amazonaws.com", "ecr:BatchGetImage", "ecr:PutImage", "ecr:BatchDeleteImage"],
])("of %s names %s, %s and %s", (host, pull, push, remove) => {
  const parsed = parseRegistryHost(host);
  expect(permissionFor(parsed, "pull")).toContain(pull);
  expect(permissionFor(parsed, "push")).toContain(push);
  expect(permissionFor(parsed, "delete")).toContain(remove);
});

it.each(["registry.example.com", "ghcr.io.evil.test", "evilghcr.io", "ghcr.io:444", "localhost:5000"])(
  "of %s, which is none of them, is general",
  (host) => {
    expect(permissionFor(parseRegistryHost(host), "push")).toBe("the right to push");
  },
);
