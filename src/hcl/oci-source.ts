// What a module block's source says about an OCI registry, and what OpenTofu refuses of it; OpenTofu's "Module Sources".
import type { Attribute, Block } from "./block.ts";

export type OciSource =
  /** Another kind of module, or another kind of block. */
  | { readonly kind: "other" }
  /** Only the run's variables tell. */
  | { readonly kind: "unknown"; readonly expression: string }
  /** `oci://…`, the scheme in lower case. */
  | { readonly kind: "oci"; readonly source: string }
  /** OpenTofu would not load it. */
  | { readonly kind: "refused"; readonly source: string; readonly message: string; readonly hint: string };

export function readOciSource({ type, attributes }: Block): OciSource {
  const written = type === "module" ? attributes.get("source") : undefined;
  if (written === undefined) return { kind: "other" };
  if (typeof written.value !== "string") {
    return mayBeOci(written) ? { kind: "unknown", expression: written.expression } : { kind: "other" };
  }
  const source = written.value.trim().replace(/^oci:/i, "oci:");
  if (!source.startsWith("oci:")) return { kind: "other" };
  if (written.value.trim() !== written.value) {
    const message = "source has blanks around the address, expected none";
    return { kind: "refused", source, message, hint: "OpenTofu does not load it; take the blanks away" };
  }
  if (attributes.has("version")) {
    const message = "module of an OCI registry has the argument version, expected none";
    return { kind: "refused", source, message, hint: "OpenTofu does not load it; write ?tag= into the source" };
  }
  return { kind: "oci", source };
}

/** What stands before the first interpolation often tells: `git::https://…${var.ref}`, `${path.module}/network`. */
function mayBeOci({ expression, line }: Attribute): boolean {
  const isQuoted = expression.startsWith('"');
  if (/^(?:"?\$\{\s*)?path\./.test(expression)) return false;
  if (line !== undefined && !isQuoted) return true;
  const [head = "", ...more] = (isQuoted ? expression.slice(1) : expression).split(/[$%]\{/);
  // In JSON without another interpolation it was an expression alone, and a brace ends one that stood at the beginning.
  if (more.length === 0 || head.includes("}")) return true;
  const start = head.trimStart().toLowerCase();
  return start.startsWith("oci:") || "oci:".startsWith(start);
}
