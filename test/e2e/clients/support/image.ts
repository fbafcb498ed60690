// The smallest image that every client pulls, pushed to a registry: one layer that is an empty archive. image-spec, manifest.md and config.md.
import { createHash } from "node:crypto";
import type { DockerRegistry } from "../../../support/docker-registry.ts";
import { runOk } from "../../../support/processes.ts";
import type { Workspace } from "../../../support/workspace.ts";

/** A tar archive ends with two empty blocks; this one does nothing else. */
const emptyArchive = Buffer.alloc(1_024);
/** Marks what a client prints of the image. */
export const imageMark = "scalr-oci-test-image";

/** Needs the real part `skopeo`. @returns `HOST/REPOSITORY:TAG` */
export async function pushImage(skopeo: string, registry: DockerRegistry, workspace: Workspace): Promise<string> {
  writeImage(workspace);
  const reference = `${registry.host}/acme/image:1.0.0`;
  const environment = workspace.environment({ trust: registry.trust });
  const login = ["--dest-creds", `${registry.username}:${registry.password}`];
  const args = ["copy", "--insecure-policy", ...login, "oci:image", `docker://${reference}`];
  await runOk(skopeo, args, { environment, directory: workspace.directory });
  return reference;
}

function writeImage(workspace: Workspace): void {
  const layer = writeBlob(workspace, emptyArchive);
  const config = writeBlob(
    workspace,
    JSON.stringify({
      architecture: "amd64",
      os: "linux",
      config: {},
      rootfs: { type: "layers", diff_ids: [layer.digest] },
      history: [{ created_by: imageMark }],
    }),
  );
  const manifest = writeBlob(
    workspace,
    JSON.stringify({
      schemaVersion: 2,
      mediaType: "application/vnd.oci.image.manifest.v1+json",
      config: { mediaType: "application/vnd.oci.image.config.v1+json", ...config },
      layers: [{ mediaType: "application/vnd.oci.image.layer.v1.tar", ...layer }],
      annotations: { mark: imageMark },
    }),
  );
  const descriptor = { mediaType: "application/vnd.oci.image.manifest.v1+json", ...manifest };
  workspace.write("image/oci-layout", JSON.stringify({ imageLayoutVersion: "1.0.0" }));
  workspace.write("image/index.json", JSON.stringify({ schemaVersion: 2, manifests: [descriptor] }));
}

function writeBlob(workspace: Workspace, content: string | Buffer): { readonly digest: string; readonly size: number } {
  const hash = createHash("sha256").update(content).digest("hex");
  workspace.write(`image/blobs/sha256/${hash}`, content);
  return { digest: `sha256:${hash}`, size: Buffer.byteLength(content) };
}
