// What a refusing reply said, object by object, read back from the error that it became. Without zod: the provider loads this at start.
import { isScalrOciError, type RemoteErrorDetail, type ScalrOciError } from "../base/errors.ts";
import { integrationAttributeNames } from "./documents/integration-attributes.ts";

/** An error object, and the next step that our server writes on the lines below the detail. */
export interface ApiErrorDetail extends RemoteErrorDetail {
  readonly hint?: string | undefined;
}

/** All error objects behind an error that a reply of the management API caused; empty for other errors. */
export function apiErrorDetails(error: ScalrOciError): readonly ApiErrorDetail[] {
  const remote = error.kind === "remote" ? error : error.cause;
  if (!isScalrOciError(remote) || remote.kind !== "remote") return [];
  return (remote as { errors?: readonly ApiErrorDetail[] }).errors ?? [];
}

/** Title and detail, without a full stop at the end: more may follow. Undefined when it has neither. */
export function textOfDetail(error: ApiErrorDetail | undefined): string | undefined {
  const text = [error?.title, error?.detail].filter((part) => part !== undefined && part !== "").join(": ");
  return text === "" ? undefined : text.replace(/\.$/, "");
}

/** The attribute of an integration that a pointer such as `/data/attributes/registry-url` names, in camel case. */
export function findIntegrationAttribute(
  pointer: string | undefined,
): keyof typeof integrationAttributeNames | undefined {
  const name = /^\/data\/attributes\/([^/]+)/.exec(pointer ?? "")?.[1];
  const entry = Object.entries(integrationAttributeNames).find(([, wireName]) => wireName === name);
  return entry?.[0] as keyof typeof integrationAttributeNames | undefined;
}
