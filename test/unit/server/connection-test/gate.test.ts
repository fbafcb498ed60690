// The gate: so many at a time, first come first served, and nobody waits beyond their patience.
import { createGate } from "../../../../src/server/connection-test/gate.ts";

const patient = () => new AbortController().signal;

describe("a gate", () => {
  it("never lets more through than it is wide, and all in the end", async () => {
    const gate = createGate(3);
    let inside = 0;
    let most = 0;
    const results = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        gate.enter(patient(), async () => {
          inside += 1;
          most = Math.max(most, inside);
          await new Promise((resolve) => setTimeout(resolve, index % 3));
          inside -= 1;
          return index;
        }),
      ),
    );
    expect(most).toBe(3);
    expect(results).toEqual(Array.from({ length: 50 }, (_, index) => index));
  });

  it("keeps the order of arrival, newcomers included", async () => {
    const gate = createGate(1);
    const order: number[] = [];
    const enter = (number: number) => gate.enter(patient(), async () => void order.push(number));
    const first = gate.enter(patient(), async () => {
      order.push(1);
      await Promise.resolve();
      void enter(3);
    });
    await Promise.all([first, enter(2)]);
    await enter(4);
    expect(order).toEqual([1, 2, 3, 4]);
  });

  it("opens again after a failure", async () => {
    const gate = createGate(1);
    await expect(gate.enter(patient(), () => Promise.reject(new Error("failed")))).rejects.toThrow("failed");
    await expect(gate.enter(patient(), async () => "next")).resolves.toBe("next");
  });

  it("lets go of who gives up, and of nobody else", async () => {
    const gate = createGate(1);
    const impatience = new AbortController();
    let finish = () => {};
    const first = gate.enter(patient(), () => new Promise<void>((resolve) => (finish = resolve)));
    const second = gate.enter(impatience.signal, async () => "second");
    const third = gate.enter(patient(), async () => "third");
    impatience.abort(new Error("too long"));
    await expect(second).rejects.toThrow("too long");
    finish();
    await first;
    await expect(third).resolves.toBe("third");
  });

  it("does not let in who gave up before", async () => {
    const work = () => Promise.reject(new Error("was let in"));
    await expect(createGate(1).enter(AbortSignal.abort(new Error("gave up")), work)).rejects.toThrow("gave up");
  });
});
