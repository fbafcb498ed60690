// The error replies of a registry; OCI distribution specification, "Error Codes".
import type { OutgoingHttpHeaders } from "node:http";

export type FaultCode =
  | "BLOB_UNKNOWN"
  | "BLOB_UPLOAD_INVALID"
  | "BLOB_UPLOAD_UNKNOWN"
  | "DENIED"
  | "DIGEST_INVALID"
  | "MANIFEST_BLOB_UNKNOWN"
  | "MANIFEST_INVALID"
  | "MANIFEST_UNKNOWN"
  | "NAME_INVALID"
  | "NAME_UNKNOWN"
  | "SIZE_INVALID"
  | "TAG_INVALID"
  | "UNAUTHORIZED"
  | "UNKNOWN"
  | "UNSUPPORTED";

/** Thrown by a route and written as `{"errors":[{"code","message"}]}`. */
export class Fault extends Error {
  override readonly name = "Fault";
  readonly status: number;
  readonly code: FaultCode;
  readonly headers: OutgoingHttpHeaders;

  constructor(status: number, code: FaultCode, message: string, headers: OutgoingHttpHeaders = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }

  /** The reply's body. */
  document(): string {
    return JSON.stringify({ errors: [{ code: this.code, message: this.message }] });
  }
}
