// A certificate that the operator brings.
import { createSecureContext } from "node:tls";
import { InputError } from "../../base/errors.ts";
import type { ServerCertificate } from "../http-server.ts";

/** @throws InputError INVALID_ARGUMENT when the two do not belong together or are not what they should be */
export function checkCertificate({ certificatePem, privateKeyPem }: ServerCertificate): ServerCertificate {
  try {
    createSecureContext({ cert: certificatePem, key: privateKeyPem });
    return { certificatePem, privateKeyPem };
  } catch (cause) {
    throw new InputError(
      "INVALID_ARGUMENT",
      "certificate or its key cannot be used, expected a PEM certificate and its own key",
      {
        path: "--tls-cert",
        cause,
      },
    );
  }
}
