import { inspect } from "node:util";
import { runInNewContext } from "node:vm";
import { type ErrorCode, errorCodes, type ErrorKind } from "../../../src/base/error-codes.ts";
import {
  AuthError,
  ConflictError,
  exitCodeOf,
  InputError,
  InternalError,
  isScalrOciError,
  NotFoundError,
  RemoteError,
  type ScalrOciError,
  toScalrOciError,
  TransientError,
} from "../../../src/base/errors.ts";

/** STYLE of the seven classes: name, kind, exit code. */
const classes = [
  [InputError, "InputError", "input", 2],
  [AuthError, "AuthError", "auth", 1],
  [NotFoundError, "NotFoundError", "not-found", 1],
  [ConflictError, "ConflictError", "conflict", 1],
  [RemoteError, "RemoteError", "remote", 1],
  [TransientError, "TransientError", "transient", 3],
  [InternalError, "InternalError", "internal", 1],
] as const;

type AnyClass = new (code: never, message: string, options?: object) => ScalrOciError;

describe("the seven errors", () => {
  it.each(classes)("%p is named %s, of kind %s, and ends a command with %d", (Class, name, kind, exitCode) => {
    const cause = new Error("the cause");
    const error = new (Class as AnyClass)("INTERNAL" as never, "something is wrong", { hint: "mend it", cause });
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name, kind, message: "something is wrong", hint: "mend it", cause });
    expect(exitCodeOf(error.kind)).toBe(exitCode);
    expect(isScalrOciError(error)).toBe(true);
    expect(String(error)).toBe(`${name}: something is wrong`);
  });

  it("have no cause unless one is given", () => {
    expect(new InternalError("INTERNAL", "x")).not.toHaveProperty("cause");
  });

  it("carry what their reader needs, and empty values where it is not known", () => {
    expect(new InputError("INVALID_ARGUMENT", "x", { path: "--listen", got: "a", expected: "b" })).toMatchObject({
      path: "--listen",
      got: "a",
      expected: "b",
    });
    expect(new TransientError("SYSTEM_EXHAUSTED", "x")).toMatchObject({ attempts: 1, lastStatus: undefined });
    expect((new (RemoteError as AnyClass)("INTERNAL" as never, "x") as RemoteError).errors).toEqual([]);
  });
});

describe("isScalrOciError", () => {
  it("knows errors that another copy of the module made", async () => {
    const path = new URL("../../../src/base/errors.ts", import.meta.url).pathname;
    const other = (await import(`${path}?copy`)) as { InternalError: typeof InternalError };
    const error = new other.InternalError("INTERNAL", "x");
    expect(error).not.toBeInstanceOf(InternalError);
    expect(isScalrOciError(error)).toBe(true);
  });

  it.each([undefined, null, "text", 1, {}, new Error("x"), { code: "INTERNAL", kind: "internal", message: "x" }])(
    "does not take %p for one",
    (value) => expect(isScalrOciError(value)).toBe(false),
  );
});

describe("toScalrOciError", () => {
  it("lets ours pass", () => {
    const error = new InputError("INVALID_ARGUMENT", "x");
    expect(toScalrOciError(error)).toBe(error);
  });

  it.each([undefined, null, "hunter2", 0, new Error("hunter2"), runInNewContext("new TypeError('hunter2')")])(
    "takes %p for a fault of ours, keeps it as the cause and does not repeat its text",
    (thrown) => {
      const error = toScalrOciError(thrown);
      expect(error).toBeInstanceOf(InternalError);
      expect(error).toMatchObject({ code: "INTERNAL", message: "an unexpected error occurred" });
      expect(error.hint).toBe("report it with the command and the code");
      expect(error.cause).toBe(thrown);
      expect(`${error.message}${error.hint}`).not.toContain("hunter2");
    },
  );

  it.each([
    ["ENOENT", "open", InputError, "SYSTEM_REFUSED", "the operating system refused open, got ENOENT"],
    ["EACCES", "mkdir", InputError, "SYSTEM_REFUSED", "the operating system refused mkdir, got EACCES"],
    ["EADDRINUSE", "listen", InputError, "SYSTEM_REFUSED", "the operating system refused listen, got EADDRINUSE"],
    ["ENOENT", "spawn /home/me/x", InputError, "SYSTEM_REFUSED", "the operating system refused spawn, got ENOENT"],
    ["ENOSPC", "write", TransientError, "SYSTEM_EXHAUSTED", "the operating system refused write, got ENOSPC"],
    ["EMFILE", "open", TransientError, "SYSTEM_EXHAUSTED", "the operating system refused open, got EMFILE"],
  ] as const)("says %s of %s without the path", (code, syscall, Class, ours, message) => {
    const thrown = Object.assign(new Error(`${code}: '/home/me/secret'`), { code, syscall, path: "/home/me/secret" });
    const error = toScalrOciError(thrown);
    expect(error).toBeInstanceOf(Class);
    expect(error).toMatchObject({ code: ours, message, cause: thrown });
    expect(error.hint).toBe(errorCodes[ours].nextStep);
  });

  it("takes codes of Node's own, which no call of the system refused, for a fault of ours", () => {
    const thrown = Object.assign(new TypeError("x"), { code: "ERR_INVALID_ARG_TYPE" });
    expect(toScalrOciError(thrown)).toBeInstanceOf(InternalError);
  });
});

describe("the list of codes", () => {
  const codes = Object.entries(errorCodes) as [ErrorCode, { kind: ErrorKind; meaning: string; nextStep: string }][];

  it.each(codes)("%s has a kind, a meaning and a next step that read as one sentence each", (code, entry) => {
    expect(code).toMatch(/^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/);
    expect(classes.map(([, , kind]) => kind)).toContain(entry.kind);
    for (const sentence of [entry.meaning, entry.nextStep]) {
      expect(sentence).toMatch(/^[^A-Z].*[^.]$|^(?:OpenTofu|HTTP|SCALR_|JSON|Scalr|TLS|OCI|Docker|DIR)\b.*[^.]$/);
      expect(inspect(sentence)).not.toMatch(/\\n/);
    }
  });
});
