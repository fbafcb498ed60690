import type { Connection, RegistryCall } from "../../../src/registry/connection.ts";
import { listReferrers } from "../../../src/registry/discovery-calls.ts";
import type { HttpResponse } from "../../../src/registry/transport.ts";

/** A registry that has nothing, and answers to what it does not know with `status`. */
function registryWithoutList(status: number): Connection {
  const call = async ({ target, expected }: RegistryCall): Promise<HttpResponse> => {
    const answered = String(target).includes("/referrers/") ? status : 404;
    if (!expected.includes(answered)) throw new Error(`unexpected ${answered}`);
    return { status: answered, header: () => undefined, discard: async () => undefined } as unknown as HttpResponse;
  };
  return { call } as unknown as Connection;
}

it.each([404, 405])("takes %s for a registry that has no list of referrers", async (status) => {
  await expect(listReferrers(registryWithoutList(status), "acme/vpc", `sha256:${"0".repeat(64)}`)).resolves.toEqual([]);
});
