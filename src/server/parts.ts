// What the operations of the server work with; made once at start, handed to each.
import type { Clock } from "../base/clock.ts";
import type { Logger } from "../base/log.ts";
import type { ConnectionTester } from "./connection-test/connection-test.ts";
import type { Store } from "./store/store.ts";
import type { Vault } from "./vault/vault.ts";

export interface ServerParts {
  readonly store: Store;
  readonly vault: Vault;
  readonly tester: ConnectionTester;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The one account of this server, such as `acc-…`. */
  readonly accountId: string;
  /** How long lines of the audit trail are kept. */
  readonly auditKeptMs: number;
}

/** Who asks, for the audit trail. */
export interface Requester {
  readonly tokenId: string;
  readonly requestId: string;
}
