// The construct library of each framework with the framework itself, for tests that hold for both.
import { join } from "node:path";
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
  const cdktf = join(copyConstructSources("cdktf"), "cdktf.ts");
  return [
    {
      name: "cdktf",
      library: (await import(cdktf)) as ConstructLibrary,
      cdk: (await import("cdktf")) as unknown as CdkFramework,
    },
    { name: "cdktn", library: await import("../../src/cdktn.ts"), cdk: await import("cdktn") },
  ];
}

/** What a stack declares, as parsed JSON without the framework's metadata; validated as `app.synth()` does. */
export function synthesize(
  { cdk }: LoadedFramework,
  stack: InstanceType<CdkFramework["TerraformStack"]>,
): SynthesizedStack {
  return JSON.parse(cdk.Testing.synth(stack, true)) as SynthesizedStack;
}

type Blocks = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

export interface SynthesizedStack {
  readonly provider?: Readonly<Record<string, readonly unknown[]>>;
  readonly resource?: Readonly<Record<string, Blocks>>;
  readonly data?: Readonly<Record<string, Blocks>>;
  readonly variable?: Blocks;
  readonly terraform?: { readonly required_providers?: Blocks };
}
