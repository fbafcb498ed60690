// Imports a resource into an empty state: what comes out has to be what the step before made.
import { AssertionError } from "node:assert";
import { assertValue } from "./expected-value.ts";
import { assertSuccess, hasFailedAsExpected, planFile, readPlan, refuseSuccess } from "./run-host.ts";
import type { ConfigStep, ImportStep } from "./steps.ts";
import { type StateJson, StateView } from "./views.ts";
import type { Workspace } from "./workspace.ts";

export async function runImportStep(
  step: ImportStep,
  config: ConfigStep | undefined,
  workspace: Workspace,
): Promise<void> {
  if (config === undefined) throw new AssertionError({ message: "an import needs a configuration step before it" });
  const before = new StateView((await workspace.host.show()) as StateJson);
  using fresh = workspace.sibling();
  const asBlock = step.kind === "block" || step.identity !== undefined;
  fresh.writeConfig(withImport(config, asBlock ? importBlock(step, before) : ""), config.variables);
  assertSuccess(await fresh.host.run("init", "-no-color"), "init");
  if (asBlock) await importByBlock(step, fresh);
  else await importByCommand(step, before, fresh);
  if (step.expectError !== undefined) return;
  compare(step, before, new StateView((await fresh.host.show()) as StateJson));
}

function withImport({ config }: ConfigStep, block: string): Readonly<Record<string, string>> {
  const files = typeof config === "string" ? { "main.tf": config } : config;
  return block === "" ? files : { ...files, "acceptance-import.tf": block };
}

function importBlock(step: ImportStep, state: StateView): string {
  const target =
    step.identity === undefined
      ? `  id = ${JSON.stringify(idOf(step, state))}`
      : `  identity = {\n${Object.entries(step.identity(state))
          .map(([name, value]) => `    ${name} = ${JSON.stringify(value)}\n`)
          .join("")}  }`;
  return `import {\n  to = ${step.importAddress}\n${target}\n}\n`;
}

function idOf({ id, importAddress }: ImportStep, state: StateView): string {
  if (typeof id === "function") return id(state);
  const found = id ?? state.find(importAddress)?.["id"];
  if (typeof found === "string") return found;
  throw new AssertionError({ message: `${importAddress} has no id to import by` });
}

async function importByCommand(step: ImportStep, before: StateView, fresh: Workspace): Promise<void> {
  const result = await fresh.host.run("import", "-no-color", step.importAddress, idOf(step, before));
  if (!hasFailedAsExpected(result, step.expectError, "import")) refuseSuccess(step.expectError);
}

async function importByBlock(step: ImportStep, fresh: Workspace): Promise<void> {
  const plan = await fresh.host.run("plan", "-json", "-no-color", `-out=${planFile}`, `-target=${step.importAddress}`);
  if (hasFailedAsExpected(plan, step.expectError, "plan of the import")) return;
  refuseSuccess(step.expectError);
  const planned = (await readPlan(fresh)).find(step.importAddress);
  assertValue(planned?.isImport, true, `whether ${step.importAddress} is imported`);
  if ((step.ignore ?? []).length === 0) assertValue(planned?.action, "no-op", `action of ${step.importAddress}`);
  assertSuccess(await fresh.host.run("apply", "-json", "-no-color", planFile), "apply of the import");
}

function compare({ importAddress, ignore = [] }: ImportStep, before: StateView, after: StateView): void {
  const [expected, actual] = [before.find(importAddress), after.find(importAddress)];
  for (const name of new Set([...Object.keys(expected ?? {}), ...Object.keys(actual ?? {})])) {
    if (!ignore.includes(name)) assertValue(actual?.[name], expected?.[name], `imported ${importAddress} ${name}`);
  }
}
