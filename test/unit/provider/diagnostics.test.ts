import { errorCodes, type ErrorKind } from "../../../src/base/error-codes.ts";
import {
  AuthError,
  ConflictError,
  InputError,
  InternalError,
  NotFoundError,
  RemoteError,
  type ScalrOciError,
  TransientError,
} from "../../../src/base/errors.ts";
import { DiagnosticError, Diagnostics } from "../../../src/bridge/diagnostics.ts";
import { toDiagnostics, withDiagnostics } from "../../../src/provider/diagnostics.ts";

const context = { doing: "creating an integration", passwordAttribute: "password_wo" } as const;
const options = { hint: "do this." };

/** One error of each kind. */
const errors: Readonly<Record<ErrorKind, ScalrOciError>> = {
  input: new InputError("INVALID_ATTRIBUTE", "name is empty, expected a text", { ...options, path: "name" }),
  auth: new AuthError("TOKEN_INVALID", "token is not known", options),
  "not-found": new NotFoundError("INTEGRATION_NOT_FOUND", "integration is gone", options),
  conflict: new ConflictError("HOST_TAKEN", "host is taken", options),
  remote: new RemoteError("API_PROTOCOL_BROKEN", "api speaks HTML", options),
  transient: new TransientError("API_UNREACHABLE", "api is away", options),
  internal: new InternalError("INTERNAL", "it broke", options),
};

describe("toDiagnostics", () => {
  it("has a summary of its own for every kind of error that there is", () => {
    const kinds = new Set(Object.values(errorCodes).map(({ kind }) => kind));
    expect(new Set(Object.keys(errors))).toEqual(kinds);
    const summaries = Object.values(errors).map((error) => toDiagnostics(error, context)[0].summary);
    expect(new Set(summaries).size).toBe(kinds.size);
    for (const summary of summaries) expect(summary).toMatch(/^[A-Z].*[^.]$/);
  });

  it.each(Object.entries(errors))(
    "says of a %s error what, while doing what, the next step and the code",
    (_, error) => {
      const [{ detail }, ...others] = toDiagnostics(error, context);
      const message = error.message.charAt(0).toUpperCase() + error.message.slice(1);
      expect(detail).toBe(`${message}, while creating an integration.\n\nDo this.\n\nError code: ${error.code}`);
      expect(others).toEqual([]);
    },
  );

  it("says the next step of the code where an error has none of its own", () => {
    const [{ detail }] = toDiagnostics(new TransientError("API_UNREACHABLE", "api is away"), context);
    const step = errorCodes.API_UNREACHABLE.nextStep;
    expect(detail).toContain(`\n\n${step.charAt(0).toUpperCase()}${step.slice(1)}.\n\n`);
  });

  it.each(["ghcr.io refuses the login", "localhost:5000 refuses the login"])(
    "spells a host as it is: %s",
    (message) => {
      expect(toDiagnostics(new InputError("REGISTRY_LOGIN_REFUSED", message), context)[0].detail).toMatch(
        new RegExp(`^${message}, while`),
      );
    },
  );

  it("says of anything else that it is a bug, without its text", () => {
    const [{ summary, detail }] = toDiagnostics(new Error("secret path"), context);
    expect(summary).toBe("Bug in the provider");
    expect(detail).toContain("Error code: INTERNAL");
    expect(detail).not.toContain("secret path");
  });

  it.each([
    ["name", "name"],
    ["token", "token"],
    ["/data/attributes/name", undefined],
    ["SCALR_HOSTNAME", undefined],
    [undefined, undefined],
  ])("an input error at %j points at %j", (path, expected) => {
    expect(toDiagnostics(new InputError("INVALID_ARGUMENT", "m", { path }), context)[0].path).toBe(expected);
  });

  it.each([
    ["/data/attributes/name", "name"],
    ["/data/attributes/registry-url", "registry_url"],
    ["/data/attributes/export-credentials", "export_credentials"],
    ["/data/attributes/password", "password_wo"],
    ["/data/attributes/hosts/0", undefined],
    ["/data/relationships/account", undefined],
    [undefined, undefined],
  ])("an error object at %j points at %j, whatever kind it became", (pointer, expected) => {
    const remote = new RemoteError("API_REQUEST_REFUSED", "m", { errors: [{ pointer }] });
    const made = [
      remote,
      new ConflictError("HOST_TAKEN", "m", { cause: remote }),
      new InputError("INVALID_ATTRIBUTE", "m", { cause: remote }),
    ];
    for (const error of made) expect(toDiagnostics(error, context)[0].path).toBe(expected);
  });

  it("keeps every error object of a reply", () => {
    const errorObjects = [
      { detail: "one" },
      { title: "Two", detail: "second.", pointer: "/data/attributes/username" },
      {},
    ];
    const cause = new RemoteError("API_REQUEST_REFUSED", "m", { errors: errorObjects });
    const found = toDiagnostics(new InputError("INVALID_ATTRIBUTE", "one", { cause }), context);
    expect(found.map(({ detail, path }) => [detail?.split("\n")[0], path])).toEqual([
      ["One, while creating an integration.", undefined],
      ["Two: second.", "username"],
      ["The management API said no more.", undefined],
    ]);
  });
});

describe("withDiagnostics", () => {
  const reporting = () => ({ diagnostics: new Diagnostics(), signal: new AbortController().signal });

  it("gives back what the work gives", async () => {
    expect(await withDiagnostics(reporting(), context, async () => 7)).toBe(7);
  });

  it("ends the call with the last diagnostic and adds those before it, in order", async () => {
    const call = reporting();
    const cause = new RemoteError("API_REQUEST_REFUSED", "m", {
      errors: [{ detail: "one" }, { detail: "two" }, { detail: "three" }],
    });
    const failing = withDiagnostics(call, context, async () => {
      throw new ConflictError("HOST_TAKEN", "one", { cause });
    });
    await expect(failing).rejects.toMatchObject({ diagnostic: { detail: "Three." } });
    expect(call.diagnostics.list.map(({ detail }) => detail.split("\n")[0])).toEqual([
      "One, while creating an integration.",
      "Two.",
    ]);
  });

  it("lets diagnostics of our own through", async () => {
    const own = new DiagnosticError({ summary: "own" });
    await expect(withDiagnostics(reporting(), context, async () => Promise.reject(own))).rejects.toBe(own);
  });

  it("says that the user interrupted it", async () => {
    const controller = new AbortController();
    controller.abort(new Error("stop"));
    const call = { diagnostics: new Diagnostics(), signal: controller.signal };
    const failing = withDiagnostics(call, context, async () => call.signal.throwIfAborted());
    await expect(failing).rejects.toMatchObject({ diagnostic: { summary: "Interrupted" } });
  });
});
