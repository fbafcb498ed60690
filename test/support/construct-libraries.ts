// The construct library of each framework with the framework itself, for tests that hold for both.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type * as cdktn from "cdktn";
import type * as cdktnLibrary from "../../src/cdktn.ts";
import { copyConstructSources, type Framework } from "../../scripts/build/construct-sources.ts";

export type ConstructLibrary = typeof cdktnLibrary;
export type CdkFramework = typeof cdktn;

export interface LoadedFramework {
  readonly name: Framework;
  readonly library: ConstructLibrary;
  /** The types are cdktn's; tests use what cdktf has too. */
  readonly cdk: CdkFramework;
}

/** For cdktf the sources with the framework's name changed, as they are built. */
export async function loadFrameworks(): Promise<LoadedFramework[]> {
  const sources = copyConstructSources("cdktf");
  ensureOnlineChecks(sources);
  const cdktf = join(sources, "cdktf.ts");
  return [
    {
      name: "cdktf",
      library: (await import(cdktf)) as ConstructLibrary,
      cdk: (await import("cdktf")) as unknown as CdkFramework,
    },
    { name: "cdktn", library: await import("../../src/cdktn.ts"), cdk: await import("cdktn") },
  ];
}

/** Where the copy of load-online.ts looks for the network half of preflight: a built library has it there. */
function ensureOnlineChecks(sources: string): void {
  const path = join(sources, "..", "constructs", "preflight", "online-checks.js");
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(
    path,
    'export { askForModules, askManagementApi } from "../../../../src/constructs/preflight/online-checks.ts";\n',
  );
}

/** An app whose folder is temporary, and which targets what write-only attributes need; cdktf has no such targets. */
export function testApp({ cdk }: LoadedFramework, context: Record<string, unknown> = targets): App {
  return cdk.Testing.app({ context });
}

/** A stack named `app` with a Scalr provider. */
export function testStack(framework: LoadedFramework): Stack {
  const stack = new framework.cdk.TerraformStack(testApp(framework), "app");
  new framework.library.ScalrProvider(stack, "scalr");
  return stack;
}

const targets = { targetVersions: { opentofu: ">=1.11.0" } };

export type App = InstanceType<CdkFramework["App"]>;
export type Stack = InstanceType<CdkFramework["TerraformStack"]>;

/** What a stack declares, as parsed JSON without the framework's metadata; validated as `app.synth()` does. */
export function synthesize({ cdk }: LoadedFramework, stack: Stack): SynthesizedStack {
  return JSON.parse(cdk.Testing.synth(stack, true)) as SynthesizedStack;
}

/** What `app.synth()` says when it refuses; fails the test when it does not. */
export function synthesisError(app: App): string {
  try {
    app.synth();
  } catch (thrown) {
    return (thrown as Error).message;
  }
  throw new Error("expected synthesis to fail");
}

type Blocks = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

export interface SynthesizedStack {
  readonly provider?: Readonly<Record<string, readonly unknown[]>>;
  readonly resource?: Readonly<Record<string, Blocks>>;
  readonly data?: Readonly<Record<string, Blocks>>;
  readonly variable?: Blocks;
  readonly terraform?: { readonly required_providers?: Blocks };
}
