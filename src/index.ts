// Public entry point `scalr-oci`: the errors and names that every other part speaks in.
export {
  type ErrorCode,
  type ErrorCodeEntry,
  type ErrorCodeOf,
  errorCodes,
  type ErrorKind,
} from "./base/error-codes.ts";
export {
  AuthError,
  ConflictError,
  exitCodeOf,
  InputError,
  InternalError,
  isScalrOciError,
  NotFoundError,
  RemoteError,
  type RemoteErrorDetail,
  type ScalrOciError,
  toScalrOciError,
  TransientError,
} from "./base/errors.ts";
export { Secret } from "./base/secret.ts";
export { type Digest, isDigest } from "./names/digest.ts";
export { formatOciReference, type OciReference, parseOciReference } from "./names/oci-reference.ts";
export { isSameRegistryHost, parseRegistryHost, type RegistryHost } from "./names/registry-host.ts";
