// Gets at the error that a call throws, so that a test can read all of it.
import { isScalrOciError, type ScalrOciError } from "../../src/base/errors.ts";

/** The error of ours that `call` throws; fails the test when it throws nothing or something else. */
export function thrownBy(call: () => unknown): ScalrOciError {
  try {
    call();
  } catch (error) {
    if (isScalrOciError(error)) return error;
    throw error;
  }
  throw new Error("expected the call to throw");
}

/** As thrownBy, for a promise. */
export async function rejectionOf(promise: Promise<unknown>): Promise<ScalrOciError> {
  try {
    await promise;
  } catch (error) {
    if (isScalrOciError(error)) return error;
    throw error;
  }
  throw new Error("expected the promise to reject");
}
