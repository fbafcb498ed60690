// Whether there is an AWS identity on this machine; looked for at every start, so without what asking it needs.
import type { Environment } from "../../base/env.ts";
import { readAwsFiles } from "./aws-profile.ts";
import { isOnCloud } from "./machine-vendor.ts";

/** True when something on this machine says whose keys to take; asking costs nothing. */
export function hasAwsIdentity(environment: Environment): boolean {
  const named = [
    "AWS_ACCESS_KEY_ID",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
  ];
  if (named.some((name) => environment[name]) || environment["AWS_EC2_METADATA_SERVICE_ENDPOINT"]) return true;
  return readAwsFiles(environment).profile("default") !== undefined || isOnCloud("amazon");
}
