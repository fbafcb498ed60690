// A run token: what one run reads exported credentials with, for its hosts and its time.
import * as z from "zod";
import { documentSchema, timestampSchema } from "./json-api.ts";

export const runTokenType = "run-tokens";
export const defaultRunTokenLifetimeSeconds = 3600;
/** The longest run that Scalr's agents allow is a day. */
export const maxRunTokenLifetimeSeconds = 86_400;
/** One integration per host: nobody names more hosts than an account has integrations. */
export const maxRunTokenHosts = 1000;
/** The longest DNS name with a port and brackets or scheme around it. */
const maxHostLength = 512;

/** What a run token shall be good for. */
export interface RunTokenAttributes {
  /** Registry hosts in any spelling; null or absent for all that are exported. */
  readonly hosts?: readonly string[] | null | undefined;
  /** An hour unless given, a day at most. */
  readonly lifetimeSeconds?: number | undefined;
}

const lifetimeError = `lifetime-seconds is not a whole number from 1 to ${maxRunTokenLifetimeSeconds}`;

/** Body of a POST. */
export const createRunTokenSchema = documentSchema(
  z.object({
    type: z.literal(runTokenType, `type is not ${runTokenType}`),
    attributes: z
      .object({
        hosts: z
          .array(z.string("host is not a text").max(maxHostLength, `host is longer than ${maxHostLength} characters`))
          .min(1, "hosts is empty, expected a host or null for all")
          .max(maxRunTokenHosts, `hosts has more than ${maxRunTokenHosts} entries`)
          .nullable()
          .optional(),
        "lifetime-seconds": z
          .int(lifetimeError)
          .min(1, lifetimeError)
          .max(maxRunTokenLifetimeSeconds, lifetimeError)
          .optional(),
      })
      .optional(),
  }),
);

/** The reply to a POST: the one time that the token is shown. */
export const runTokenDocumentSchema = documentSchema(
  z.object({
    type: z.literal(runTokenType),
    id: z.string().min(1),
    attributes: z.object({
      token: z.string().min(1),
      hosts: z.array(z.string()).nullable().optional(),
      "created-at": timestampSchema.optional(),
      "expires-at": timestampSchema,
    }),
  }),
);

export type RunTokenDocument = z.infer<typeof runTokenDocumentSchema>;

export function toRunTokenRequest({ hosts, lifetimeSeconds }: RunTokenAttributes) {
  return {
    data: {
      type: runTokenType,
      attributes: {
        ...(hosts !== undefined && { hosts }),
        ...(lifetimeSeconds !== undefined && { "lifetime-seconds": lifetimeSeconds }),
      },
    },
  };
}
