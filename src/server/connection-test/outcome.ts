// What a connection test can end with, and the fixed text of each: the reason is told, what the network looks like is not.

export const testOutcomes = {
  ok: null,
  "credentials-refused": "the registry refuses the user name or password",
  redirected: "the registry URL redirects to another address",
  "not-a-registry": "the URL does not answer as a registry: /v2/ is not served there",
  "address-refused": "the registry's address is not a public one",
  "realm-refused": "the registry asks to send the password to a token service on another host, which is not done",
  "authentication-unsupported": "the registry asks for a way of authentication other than Basic and Bearer",
  "name-unresolved": "the registry's host name cannot be resolved",
  "certificate-untrusted": "the registry's certificate is not signed by a trusted authority",
  "certificate-mismatch": "the registry's certificate is for another host name",
  "certificate-expired": "the registry's certificate has expired or is not valid yet",
  // Refused, reset, silent and too slow are one: apart they would tell which ports are open.
  unreachable: "the registry cannot be reached",
  "registry-failing": "the registry or its token service answers with an error of its own",
} as const satisfies Record<string, string | null>;

export type TestOutcomeCode = keyof typeof testOutcomes;

export interface TestOutcome {
  readonly code: TestOutcomeCode;
  /** Where a redirect points, for the hint. */
  readonly target?: string | undefined;
}

/** Text for `error-message`; null when there is nothing to complain about or no test was done. */
export function messageOf(code: string | null): string | null {
  if (code === null || !Object.hasOwn(testOutcomes, code)) return null;
  return testOutcomes[code as TestOutcomeCode];
}
