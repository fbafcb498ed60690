// The OpenTofu that tests run: what PATH or the cache has. `npm test` fetches or builds it before the tests start.
import { findTofu as findInstalledTofu } from "../../tools/tofu/ensure-tofu.ts";

/** Absolute path of OpenTofu, or undefined when `npm test` has not made one yet. */
export async function findTofu(): Promise<string | undefined> {
  return await findInstalledTofu(process.env);
}
