// Validates a configuration: the attributes' validators, those of several attributes together, and the author's own.
import type { AttributeOptions } from "./attribute.ts";
import type { Call } from "./call.ts";
import type { ConfigValidator } from "./config-validator.ts";
import { findContent, nestedItems } from "./nested-values.ts";
import type { Path } from "./path.ts";
import { formatPath } from "./path.ts";
import type { ValidateContext, Values } from "./resource.ts";
import type { Schema } from "./schema.ts";
import { isUnknown } from "./unknown.ts";
import type { ObjectShape } from "./value-type.ts";
import type { Finding, Inspector, Validator } from "./validator.ts";

/** What can be validated: a provider, resource, data source or ephemeral resource. */
export interface Validated {
  readonly schema: Schema;
  readonly validators?: readonly ConfigValidator[];
  readonly validate?: (context: ValidateContext<Values>) => void | Promise<void>;
}

export interface ValidateOptions {
  /** Hosts from before OpenTofu 1.11 store write-only values in the state. */
  readonly writeOnlyAllowed: boolean;
}

/** Adds to the call's diagnostics everything that is wrong with a configuration. */
export async function validateConfig(
  entity: Validated,
  config: Values,
  call: Call,
  { writeOnlyAllowed }: ValidateOptions,
): Promise<void> {
  const pending: Promise<void>[] = [];
  validateFields(entity.schema.shape, config, [], { call, writeOnlyAllowed, pending });
  if (pending.length > 0) await Promise.all(pending);
  for (const validator of entity.validators ?? []) {
    await call.guard("validating the configuration", () => validator.check(config, call.diagnostics));
  }
  const { diagnostics, signal, log } = call;
  await call.guard("validating the configuration", () => entity.validate?.({ config, diagnostics, signal, log }));
}

interface Walk extends ValidateOptions {
  readonly call: Call;
  /** Checks that take time; none of them rejects. */
  readonly pending: Promise<void>[];
}

function validateFields(shape: ObjectShape, values: Values, path: Path, walk: Walk): void {
  for (const field of shape.fields) {
    const value = values[field.name];
    if (value === null || value === undefined || isUnknown(value)) continue;
    const fieldPath = [...path, field.name];
    if (field.attribute !== undefined) validateAttribute(field.attribute.options, value, fieldPath, walk);
    const content = findContent(field);
    if (content === undefined) continue;
    for (const item of nestedItems(field.shape, content, value, [])) {
      validateFields(content, item.value, item.step === undefined ? fieldPath : [...fieldPath, item.step], walk);
    }
  }
}

function validateAttribute(options: AttributeOptions, value: unknown, path: Path, walk: Walk): void {
  const { diagnostics } = walk.call;
  if (options.deprecation !== undefined && options.deprecation !== "") {
    diagnostics.warning({ summary: "Attribute is deprecated", detail: options.deprecation, path });
  }
  if (options.writeOnly === true && !walk.writeOnlyAllowed) {
    const detail = `${quoted(path)} is never stored, which takes OpenTofu 1.11 or Terraform 1.11 or later.`;
    diagnostics.error({ summary: "Write-only attributes are not supported here", detail, path });
  }
  for (const validator of options.validators ?? []) {
    const found = findingsOf(validator, value, path, walk.call);
    if (found instanceof Promise) walk.pending.push(found.then((late) => report(late, walk.call)));
    else report(found, walk.call);
  }
}

type Findings = readonly Finding[] | Promise<readonly Finding[]>;

/** What a validator throws becomes a diagnostic, at once or later. */
function findingsOf(
  validator: Validator<unknown> | Inspector<unknown>,
  value: unknown,
  path: Path,
  call: Call,
): Findings {
  const fail = (thrown: unknown): readonly Finding[] => {
    call.fail(thrown, `validating ${quoted(path)}`);
    return [];
  };
  try {
    if ("inspect" in validator) {
      const found = validator.inspect({ value, path });
      return found instanceof Promise ? found.catch(fail) : found;
    }
    const violation = validator.check({ value, path });
    return violation === undefined ? [] : [{ path, violation }];
  } catch (thrown) {
    return fail(thrown);
  }
}

function report(findings: readonly Finding[], { diagnostics }: Call): void {
  for (const { path, violation } of findings) {
    diagnostics.error({ summary: "Invalid value", detail: `${quoted(path)} ${violation}.`, path });
  }
}

function quoted(path: Path): string {
  return `"${formatPath(path)}"`;
}
