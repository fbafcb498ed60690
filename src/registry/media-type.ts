// Media types and artifact types of what registries hold for OpenTofu; OCI image specification, media-types.md, and OpenTofu's
// "OCI module packages" and "OCI provider mirrors".

export const mediaTypes = {
  imageManifest: "application/vnd.oci.image.manifest.v1+json",
  imageIndex: "application/vnd.oci.image.index.v1+json",
  emptyJson: "application/vnd.oci.empty.v1+json",
  zip: "archive/zip",
  dockerManifest: "application/vnd.docker.distribution.manifest.v2+json",
  dockerManifestList: "application/vnd.docker.distribution.manifest.list.v2+json",
  json: "application/json",
} as const;

export const artifactTypes = {
  modulePackage: "application/vnd.opentofu.modulepkg",
  provider: "application/vnd.opentofu.provider",
  providerTarget: "application/vnd.opentofu.provider-target",
} as const;

/** The media type of a Content-Type header, lower case and without parameters; undefined when there is none. */
export function mediaTypeOf(contentType: string | undefined): string | undefined {
  const type = contentType?.split(";")[0]?.trim().toLowerCase();
  return type === "" ? undefined : type;
}
