// What only `scalr-oci serve` has, asked of a server that may be Scalr's.
import { isScalrOciError, NotFoundError } from "../base/errors.ts";

/**
 * A 404 from another server means that it has no such thing at all.
 * @param what such as "audit trail"
 * @throws NotFoundError ROUTE_NOT_FOUND, saying so
 */
export async function ofOurServer<Result>(
  reply: Promise<Result>,
  { host }: { readonly host: string },
  what: string,
): Promise<Result> {
  try {
    return await reply;
  } catch (thrown) {
    if (!isScalrOciError(thrown) || (thrown.code !== "ROUTE_NOT_FOUND" && !isForeign404(thrown))) throw thrown;
    throw new NotFoundError("ROUTE_NOT_FOUND", `management api at ${host} has no ${what} of ours`, {
      hint: "that is an extension of scalr-oci serve; Scalr's own agents bring credentials to their runs without it",
      cause: thrown,
    });
  }
}

function isForeign404(error: { readonly code: string; readonly status?: number }): boolean {
  return error.code === "API_PROTOCOL_BROKEN" && error.status === 404;
}
