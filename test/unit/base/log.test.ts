import {
  createLogger,
  findLogLevel,
  type LogFields,
  logField,
  type LogLevel,
  logLevels,
  silentLogger,
} from "../../../src/base/log.ts";
import { Secret } from "../../../src/base/secret.ts";
import { fakeClock } from "../../support/fake-clock.ts";

const canary = "canary-5f0d";
const present = "canary-present";

function capture(level: LogLevel) {
  const lines: string[] = [];
  const logger = createLogger({ level, write: (line) => void lines.push(line), clock: fakeClock() });
  return { lines, logger };
}

describe("createLogger", () => {
  it("writes one JSON object a line, with the fields' public names", () => {
    const { lines, logger } = capture("info");
    logger.log("info", "request answered", () => ({
      method: "GET",
      status: 200,
      durationMs: 3.5,
      requestId: "r1",
      code: undefined,
    }));
    expect(lines).toEqual([
      '{"time":"2030-01-01T00:00:00.000Z","level":"info","message":"request answered","method":"GET","status":200,"duration_ms":3.5,"request_id":"r1"}\n',
    ]);
  });

  it.each(logLevels)("at %s writes that level and what is more urgent", (level) => {
    const { lines, logger } = capture(level);
    logLevels.forEach((each) => logger.log(each, each));
    const written = lines.map((line) => (JSON.parse(line) as { level: string }).level);
    expect(written).toEqual(logLevels.slice(0, logLevels.indexOf(level) + 1));
    expect(logLevels.map((each) => logger.isOn(each))).toEqual(logLevels.map((each) => written.includes(each)));
  });

  it("does not build what nobody reads", () => {
    const build = () => {
      throw new Error("built");
    };
    capture("warn").logger.log("debug", "quiet", build);
    silentLogger.log("error", "quiet", build);
    expect(silentLogger.isOn("error")).toBe(false);
  });

  it("leaves out fields that are not on the list and values that could hold anything", () => {
    const { lines, logger } = capture("info");
    const hostile = {
      host: present,
      password: canary,
      authorization: canary,
      __proto__: null,
      constructor: canary,
      url: new Secret(canary),
      path: { nested: canary },
      source: [canary],
    };
    logger.log("info", "x", () => hostile as unknown as LogFields);
    expect(lines.join()).toContain(present);
    expect(lines.join()).not.toContain(canary);
  });

  it("keeps a line one line whatever foreign text it carries", () => {
    const { lines, logger } = capture("info");
    logger.log("info", 'a\n{"level":"error"}', () => ({ host: "x\u001b[31m\r\ny", path: "p".repeat(2000) }));
    expect(lines).toHaveLength(1);
    expect(lines[0]?.match(/\n/g)).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({ message: 'a {"level":"error"}', host: "x y" });
    expect(lines[0]?.length).toBeLessThan(700);
  });
});

describe("the list of fields", () => {
  it("has snake-case names, each once, none that could hold a secret", () => {
    const names = Object.values(logField);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) {
      expect(name).toMatch(/^[a-z]+(_[a-z]+)*$/);
      expect(name).not.toMatch(/pass|secret|token|auth|cookie|header|body|key|user/);
    }
  });
});

describe("findLogLevel", () => {
  it.each([
    ["debug", "debug"],
    [" WARN ", "warn"],
    ["", undefined],
    ["verbose", undefined],
    [undefined, undefined],
  ])("reads %p as %p", (text, level) => expect(findLogLevel(text)).toBe(level));
});
