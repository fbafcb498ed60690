// GetResourceIdentitySchemas and UpgradeResourceIdentity; protocol 6.10.
import { DiagnosticError } from "../diagnostics.ts";
import {
  Empty,
  GetResourceIdentitySchemasResponse,
  UpgradeResourceIdentityRequest,
  UpgradeResourceIdentityResponse,
} from "../wire/messages.ts";
import { fromRawJson, parseRawJson } from "../wire/json-value.ts";
import { encodeValue, type ValueProblem } from "../wire/value.ts";
import { findResource } from "./find.ts";
import { rpc } from "./rpc.ts";
import { encodeIdentitySchema } from "./schema-messages.ts";

export const getResourceIdentitySchemas = rpc({
  name: "GetResourceIdentitySchemas",
  request: Empty,
  response: GetResourceIdentitySchemasResponse,
  run: (_request, _call, { provider }) => ({
    identitySchemas: new Map(
      [...provider.resources].flatMap(([type, { identity }]) =>
        identity === undefined ? [] : [[type, encodeIdentitySchema(identity)] as const],
      ),
    ),
  }),
});

export const upgradeResourceIdentity = rpc({
  name: "UpgradeResourceIdentity",
  request: UpgradeResourceIdentityRequest,
  response: UpgradeResourceIdentityResponse,
  run: async (request, call, server) => {
    const { identity, type } = findResource(server, call, request.typeName);
    const { version } = request;
    const raw = parseRawJson(request.rawIdentity?.json ?? new Uint8Array(0));
    const upgrade = identity?.upgrade[version];
    if (identity === undefined || (upgrade === undefined && version !== identity.version)) {
      const detail = `The provider cannot read version ${version} of the identity of ${type}.`;
      throw new DiagnosticError({ summary: "The identity cannot be read", detail });
    }
    const problems: ValueProblem[] = [];
    const upgraded = await call.guard(`upgrading the identity of ${type}`, () =>
      upgrade === undefined ? fromRawJson(identity.shape, raw, problems) : upgrade(raw),
    );
    const msgpack = encodeValue(identity.shape, upgraded, { unknowns: "refused", problems });
    if (problems.length > 0) {
      throw new DiagnosticError({
        summary: "The identity cannot be read",
        detail: `It does not fit the schema of ${type}.`,
      });
    }
    return { upgradedIdentity: { identityData: { msgpack } } };
  },
});
