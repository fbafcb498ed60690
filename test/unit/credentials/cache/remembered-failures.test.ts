// A failure that is kept belongs to who ran into it: nobody else is told it.
import { TransientError } from "../../../../src/base/errors.ts";
import { AnswerCache } from "../../../../src/credentials/cache/answer-cache.ts";
import { rememberFailures } from "../../../../src/credentials/cache/remembered-failures.ts";
import { variableNow } from "../../../../src/credentials/condition.ts";
import { never, type Validity } from "../../../../src/credentials/source.ts";
import { parseRegistryHost } from "../../../../src/names/registry-host.ts";
import { createWorkspace, type Workspace } from "../../../support/workspace.ts";

const ghcr = parseRegistryHost("ghcr.io");

describe("a source that could not be reached", () => {
  let workspace: Workspace;
  let questions: number;
  beforeEach(() => {
    workspace = createWorkspace();
    workspace.write("runtime/.keep", "");
    questions = 0;
  });
  afterEach(() => workspace.remove());

  /** Asks as a process with this token does. */
  async function ask(token: string, validity?: Validity, service?: string): Promise<void> {
    const environment = { XDG_RUNTIME_DIR: `${workspace.directory}/runtime`, TOKEN: token };
    const source = {
      name: "server",
      isConfigured: true,
      isRemote: () => true,
      ...(service !== undefined && { serviceOf: () => service }),
      validity: () => validity ?? { repeatableForMs: 60_000, conditions: [variableNow(environment, "TOKEN")] },
      find: async () => {
        questions += 1;
        throw new TransientError("API_UNREACHABLE", "server is away");
      },
    };
    const kept = rememberFailures(source, new AnswerCache(environment));
    await expect(kept.find(ghcr, AbortSignal.timeout(1_000))).rejects.toThrow("server is away");
  }

  it("is not asked again for a moment by the same identity", async () => {
    await ask("one");
    await ask("one");
    expect(questions).toBe(1);
  });

  it("is asked by another identity", async () => {
    await ask("one");
    await ask("two");
    expect(questions).toBe(2);
  });

  it("is asked about another of its services", async () => {
    await ask("one", undefined, "api.ecr.eu-west-1.amazonaws.com");
    await ask("one", undefined, "api.ecr.us-east-1.amazonaws.com");
    expect(questions).toBe(2);
    await ask("one", undefined, "api.ecr.eu-west-1.amazonaws.com");
    expect(questions).toBe(2);
  });

  it("is asked again when its answers are never to be repeated", async () => {
    await ask("one", never);
    await ask("two", never);
    expect(questions).toBe(2);
  });
});
