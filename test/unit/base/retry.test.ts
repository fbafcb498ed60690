import { NotFoundError, TransientError } from "../../../src/base/errors.ts";
import { parseRetryAfter, retry, type RetryOptions } from "../../../src/base/retry.ts";
import { fakeClock } from "../../support/fake-clock.ts";
import { rejectionOf } from "../../support/thrown.ts";

const policy = { attempts: 4, baseDelayMs: 100, maxDelayMs: 1000 };

function failing(times: number, error: () => Error) {
  const attempts: number[] = [];
  const operation = async (attempt: number) => {
    attempts.push(attempt);
    if (attempt <= times) throw error();
    return "done";
  };
  return { attempts, operation };
}

function options(clock = fakeClock(), more: Partial<RetryOptions> = {}): RetryOptions {
  return { idempotent: true, clock, policy, random: () => 0.5, ...more };
}

const transient = (more = {}) => new TransientError("SYSTEM_EXHAUSTED", "it is busy", { hint: "wait", ...more });

describe("retry", () => {
  it("does not wait when the first attempt succeeds", async () => {
    const clock = fakeClock();
    await expect(retry(failing(0, transient).operation, options(clock))).resolves.toBe("done");
    expect(clock.slept).toEqual([]);
  });

  it("doubles the bound of its wait and takes a random part of it", async () => {
    const clock = fakeClock();
    const { attempts, operation } = failing(3, transient);
    await expect(retry(operation, options(clock))).resolves.toBe("done");
    expect(attempts).toEqual([1, 2, 3, 4]);
    expect(clock.slept).toEqual([50, 100, 200]);
  });

  it("never waits longer than the policy's maximum", async () => {
    const clock = fakeClock();
    const many = { ...policy, attempts: 9 };
    await retry(failing(8, transient).operation, options(clock, { policy: many, random: () => 0.999 }));
    expect(clock.slept).toEqual([99, 199, 399, 799, 999, 999, 999, 999]);
  });

  it("ends with the last error and the number of attempts", async () => {
    const { attempts, operation } = failing(9, () => transient({ lastStatus: 502 }));
    const error = await rejectionOf(retry(operation, options()));
    expect(attempts).toHaveLength(4);
    expect(error).toBeInstanceOf(TransientError);
    expect(error).toMatchObject({
      code: "SYSTEM_EXHAUSTED",
      message: "it is busy",
      attempts: 4,
      lastStatus: 502,
      hint: "wait",
    });
  });

  it("does not repeat other errors", async () => {
    const { attempts, operation } = failing(9, () => new RangeError("ours to mend"));
    await expect(retry(operation, options())).rejects.toThrow("ours to mend");
    expect(attempts).toEqual([1]);
    const missing = new (NotFoundError as new (code: never, message: string) => NotFoundError)("X" as never, "gone");
    await expect(retry(() => Promise.reject(missing), options())).rejects.toBe(missing);
  });

  it.each([429, 503])(
    "repeats what is not idempotent after %d, which says that nothing was done",
    async (lastStatus) => {
      const { attempts, operation } = failing(2, () => transient({ lastStatus }));
      await retry(operation, options(undefined, { idempotent: false }));
      expect(attempts).toEqual([1, 2, 3]);
    },
  );

  it.each([undefined, 500, 502, 504])("does not repeat what is not idempotent after %p", async (lastStatus) => {
    const { attempts, operation } = failing(2, () => transient({ lastStatus }));
    const error = await rejectionOf(retry(operation, options(undefined, { idempotent: false })));
    expect(error).toMatchObject({ attempts: 1 });
    expect(attempts).toEqual([1]);
  });

  it("waits as long as the server asked, and a random part more", async () => {
    const clock = fakeClock();
    await retry(failing(1, () => transient({ retryAfterMs: 700 })).operation, options(clock));
    expect(clock.slept).toEqual([750]);
  });

  it("gives up at once when the server asks for more than the policy allows", async () => {
    const clock = fakeClock();
    const { operation } = failing(9, () => transient({ retryAfterMs: 60_000, lastStatus: 429 }));
    const error = await rejectionOf(retry(operation, options(clock)));
    expect(error).toMatchObject({ attempts: 1, retryAfterMs: 60_000, lastStatus: 429 });
    expect(clock.slept).toEqual([]);
  });

  it("ends with the signal's reason, whatever the operation throws for it", async () => {
    const controller = new AbortController();
    const operation = async () => {
      controller.abort(new Error("stopped"));
      throw transient();
    };
    await expect(retry(operation, options(undefined, { signal: controller.signal }))).rejects.toThrow("stopped");
    await expect(retry(operation, options(undefined, { signal: controller.signal }))).rejects.toThrow("stopped");
  });

  it("stays within the bound with the real random source", async () => {
    const clock = fakeClock();
    const { random: _real, ...rest } = options(clock);
    await retry(failing(3, transient).operation, rest);
    clock.slept.forEach((waitMs, index) => {
      expect(waitMs).toBeGreaterThanOrEqual(0);
      expect(waitMs).toBeLessThan(policy.baseDelayMs * 2 ** index);
    });
  });
});

describe("parseRetryAfter", () => {
  const nowMs = Date.UTC(2030, 0, 1, 12);
  it.each([
    ["3", 3000],
    [" 0 ", 0],
    ["Tue, 01 Jan 2030 12:00:30 GMT", 30_000],
    ["Tuesday, 01-Jan-30 12:00:30 GMT", 30_000],
    ["Tue Jan  1 12:00:30 2030 GMT", 30_000],
    ["Tue, 01 Jan 2030 11:00:00 GMT", 0],
    [undefined, undefined],
    ["", undefined],
    ["-1", undefined],
    ["1.5", undefined],
    ["1e3", undefined],
    ["99999999999999", undefined],
    ["soon", undefined],
    ["Tue, 99 Jan 2030", undefined],
    ["2030-01-01T12:00:30Z", undefined],
  ])("reads %p as %p ms", (header, expected) => expect(parseRetryAfter(header, nowMs)).toBe(expected));
});
