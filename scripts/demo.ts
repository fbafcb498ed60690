// `npm run demo`: the whole way once, on parts that are started for it and gone afterwards. A registry login declared in TypeScript,
// applied by OpenTofu, and private modules loaded with it; then the same without a login.
import { CommandFailed, type Commands, createCommands } from "./demo/commands.ts";
import { openPlayground, startServer } from "./demo/playground.ts";
import {
  apply,
  conclude,
  declare,
  prepare,
  publish,
  type Scene,
  useThroughExec,
  useThroughHelper,
  useWithoutLogin,
} from "./demo/scenes.ts";
import { createStage, type Stage } from "./demo/stage.ts";

const stepCount = 8;

process.exitCode = await main();

async function main(): Promise<number> {
  const stage = createStage(process.stdout, stepCount);
  const commands = createCommands();
  const cleanups: (() => Promise<void>)[] = [];
  const cleanUp = async () => {
    commands.endAll();
    for (const close of cleanups.splice(0).toReversed()) await close();
  };
  process.once("SIGINT", () => void cleanUp().then(() => process.exit(130)));
  process.once("SIGTERM", () => void cleanUp().then(() => process.exit(143)));
  try {
    await play(stage, commands, cleanups);
    return 0;
  } catch (error) {
    report(stage, error);
    return 1;
  } finally {
    await cleanUp();
  }
}

async function play(stage: Stage, commands: Commands, cleanups: (() => Promise<void>)[]): Promise<void> {
  const startedAt = performance.now();
  stage.heading("scalr-oci: private OCI modules for OpenTofu, as code");
  const tofu = await prepare(stage, commands);
  const playground = await openPlayground(tofu);
  cleanups.push(() => playground.close());
  const server = await stage.step("Start a private registry and a management API server", async () => {
    stage.command("scalr-oci serve --data DIR --allow-registry-cidr 127.0.0.0/8");
    const started = await startServer(playground);
    cleanups.push(() => started.close());
    stage.say(`registry       ${playground.registry.host.url}, login by token`, `management API ${started.url}`);
    return started;
  });
  const scene: Scene = { stage, commands, playground, server };
  for (const act of [publish, declare, apply, useThroughHelper, useThroughExec, useWithoutLogin]) await act(scene);
  conclude(stage, performance.now() - startedAt);
}

function report(stage: Stage, error: unknown): void {
  stage.say("", error instanceof Error ? error.message : String(error));
  if (error instanceof CommandFailed) stage.say(...error.output.trimEnd().split("\n"));
}
