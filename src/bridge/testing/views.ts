// Plans and states as `show -json` prints them, with what checks ask of them; OpenTofu docs, "JSON Output Format".

/** Where in an object a value stands: `["login", "user"]`, `["tags", 0]`. */
export type ValuePath = readonly (string | number)[];

interface ResourceJson {
  readonly address: string;
  readonly mode: "managed" | "data";
  readonly type: string;
  readonly values?: unknown;
  readonly sensitive_values?: unknown;
  readonly identity?: unknown;
}

interface ModuleJson {
  readonly resources?: readonly ResourceJson[];
  readonly child_modules?: readonly ModuleJson[];
}

interface OutputJson {
  readonly value?: unknown;
  readonly sensitive?: boolean;
}

export interface StateJson {
  readonly values?: { readonly root_module?: ModuleJson; readonly outputs?: Readonly<Record<string, OutputJson>> };
}

/** A state. */
export class StateView {
  readonly #json: StateJson;

  constructor(json: StateJson) {
    this.#json = json;
  }

  /** The addresses of everything in it, such as `acme_note.a` or `module.x.acme_note.a[0]`. */
  get addresses(): string[] {
    return resourcesIn(this.#json.values?.root_module).map(({ address }) => address);
  }

  /** The values of a resource or data source, or undefined when it is not there. */
  find(address: string): Readonly<Record<string, unknown>> | undefined {
    const found = resourcesIn(this.#json.values?.root_module).find((resource) => resource.address === address);
    return found?.values as Readonly<Record<string, unknown>> | undefined;
  }

  /** What the host hides of a resource, in the form of its values: `{ secret: true }`. */
  findSensitive(address: string): unknown {
    return resourcesIn(this.#json.values?.root_module).find((resource) => resource.address === address)
      ?.sensitive_values;
  }

  /** The value of an output, or undefined. */
  output(name: string): unknown {
    return this.#json.values?.outputs?.[name]?.value;
  }
}

function resourcesIn(module: ModuleJson | undefined): ResourceJson[] {
  if (module === undefined) return [];
  return [...(module.resources ?? []), ...(module.child_modules ?? []).flatMap(resourcesIn)];
}

export type PlannedAction = "no-op" | "create" | "read" | "update" | "delete" | "replace";

interface ChangeJson {
  readonly actions: readonly string[];
  readonly before?: unknown;
  readonly after?: unknown;
  readonly after_unknown?: unknown;
  readonly after_sensitive?: unknown;
  readonly importing?: unknown;
}

interface ResourceChangeJson {
  readonly address: string;
  readonly mode: string;
  readonly change: ChangeJson;
}

export interface PlanJson {
  readonly resource_changes?: readonly ResourceChangeJson[];
  readonly output_changes?: Readonly<Record<string, ChangeJson>>;
}

/** What a plan does with one resource. */
export interface PlannedResource {
  readonly address: string;
  readonly action: PlannedAction;
  readonly before: unknown;
  readonly after: unknown;
  /** In the form of the values: true where a value is not known yet. */
  readonly afterUnknown: unknown;
  readonly afterSensitive: unknown;
  readonly isImport: boolean;
}

/** A plan. */
export class PlanView {
  readonly #json: PlanJson;

  constructor(json: PlanJson) {
    this.#json = json;
  }

  get resources(): PlannedResource[] {
    return (this.#json.resource_changes ?? []).map(({ address, change }) => ({
      address,
      action: actionOf(change.actions),
      before: change.before,
      after: change.after,
      afterUnknown: change.after_unknown,
      afterSensitive: change.after_sensitive,
      isImport: change.importing !== undefined,
    }));
  }

  find(address: string): PlannedResource | undefined {
    return this.resources.find((resource) => resource.address === address);
  }

  /** What the plan would change, resources and outputs; data sources that are read again are no change. */
  get changes(): string[] {
    const resources = this.resources.filter(({ action }) => action !== "no-op" && action !== "read");
    const outputs = Object.entries(this.#json.output_changes ?? {}).filter(
      ([, { actions }]) => actionOf(actions) !== "no-op",
    );
    return [
      ...resources.map(({ address, action }) => `${address}: ${action}`),
      ...outputs.map(([name, { actions }]) => `output.${name}: ${actionOf(actions)}`),
    ];
  }
}

function actionOf(actions: readonly string[]): PlannedAction {
  if (actions.length === 2) return "replace";
  return (actions[0] ?? "no-op") as PlannedAction;
}

/** The value at a path, or undefined when there is none. */
export function valueAt(root: unknown, path: ValuePath): unknown {
  return path.reduce<unknown>((value, step) => {
    if (typeof value !== "object" || value === null) return undefined;
    return Object.hasOwn(value, step) ? (value as Readonly<Record<string | number, unknown>>)[step] : undefined;
  }, root);
}
