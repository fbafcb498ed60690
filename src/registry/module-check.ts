// Whether OpenTofu would load a package, and where its zip is; OpenTofu documentation, "OCI module packages".
import { RemoteError } from "../base/errors.ts";
import { printable } from "../base/text.ts";
import type { FetchedManifest } from "./manifest-calls.ts";
import type { Descriptor } from "./manifest.ts";
import { artifactTypes, mediaTypes } from "./media-type.ts";

/** What keeps OpenTofu from loading a package, in words; empty when nothing does. */
export function findModuleFaults({ manifest }: FetchedManifest): string[] {
  if (manifest.kind === "index") return ["it is an index, expected an image manifest"];
  const { document } = manifest;
  const faults: string[] = [];
  if (document.mediaType !== mediaTypes.imageManifest) {
    faults.push(`its mediaType is ${shown(document.mediaType)}, expected ${mediaTypes.imageManifest}`);
  }
  if (document.artifactType !== artifactTypes.modulePackage) {
    faults.push(`its artifactType is ${shown(document.artifactType)}, expected ${artifactTypes.modulePackage}`);
  }
  const zips = document.layers.filter(({ mediaType }) => mediaType === mediaTypes.zip);
  if (zips.length !== 1) faults.push(`it has ${zips.length} layers of ${mediaTypes.zip}, expected one`);
  return faults;
}

/** The zip of a module package. @throws RemoteError PACKAGE_REFUSED when OpenTofu would not load it */
export function readZipLayer(fetched: FetchedManifest, what: string): Descriptor {
  const faults = findModuleFaults(fetched);
  const { manifest } = fetched;
  const layers = manifest.kind === "image" ? manifest.document.layers : [];
  const zip = layers.find(({ mediaType }) => mediaType === mediaTypes.zip);
  if (faults.length === 0 && zip !== undefined) return zip;
  throw new RemoteError("PACKAGE_REFUSED", `${printable(what)} is not a module package: ${faults.join("; ")}`, {
    hint: "publish modules with scalr-oci push, or as OpenTofu's documentation of OCI module packages says",
  });
}

function shown(value: string | undefined): string {
  return value === undefined ? "missing" : printable(value);
}
