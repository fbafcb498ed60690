// Diagnostics about the provider itself: they name the resource and the attribute, which the host's own messages often do not.
import type { Call } from "./call.ts";
import { formatPath, type Path } from "./path.ts";

/** Adds an error that says what the provider did wrong at which attribute. The message must not hold a value. */
export function reportProviderBug(call: Call, type: string, path: Path, message: string): void {
  const at = path.length === 0 ? type : `${type}, attribute "${formatPath(path)}"`;
  call.diagnostics.error({
    summary: `The provider answered wrongly for ${type}`,
    detail: `At ${at}: ${message}.\n\nThis is a bug in the provider. Please report it to its developers.`,
    path: path.length === 0 ? undefined : path,
  });
}
