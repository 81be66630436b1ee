/** What a test needs to say, where there is no `node:assert`: in a browser or a webview. */

import { Fault, type FaultCode } from "bellwire";

/** Throws unless something holds. */
export function check(holds: unknown, otherwise: string): asserts holds {
  if (!holds) {
    throw new Error(otherwise);
  }
}

/** Throws unless two values look the same when they are written down. */
export function same(actual: unknown, expected: unknown): void {
  const [left, right] = [written(actual), written(expected)];
  check(left === right, `${left} instead of ${right}`);
}

/** The fault that something ends in; throws where it ends in anything else. */
export async function faultOf(call: Promise<unknown>, code: FaultCode): Promise<Fault> {
  const outcome = await call.then(
    (value) => ({ value }),
    (reason: unknown) => ({ reason }),
  );
  check("reason" in outcome, `no fault ${code}, but ${written("value" in outcome && outcome.value)}`);
  const { reason } = outcome;
  check(reason instanceof Fault, `not a fault: ${String(reason)}`);
  check(reason.code === code, `${reason.code} instead of ${code}: ${reason.message}`);
  return reason;
}

/** Every item of a stream. */
export async function all<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of stream) items.push(item);
  return items;
}

/** Waits until something holds, and throws if it does not within a minute, which a busy machine may need. */
export async function eventually(
  what: string | (() => string),
  holds: () => boolean | Promise<boolean>,
): Promise<void> {
  const limit = Date.now() + 60_000;
  while (!(await holds())) {
    if (Date.now() >= limit) {
      throw new Error(`not within a minute: ${typeof what === "string" ? what : what()}`);
    }
    await pause(5);
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function written(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => (typeof part === "bigint" ? `${part}n` : part)) ?? "nothing";
}
