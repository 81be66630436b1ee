import { afterEach } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** A promise that nobody settles. */
export function never(): Promise<never> {
  return new Promise(() => {});
}

/** Lets everything happen that can happen at once. */
export function tick(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Every item of a stream. */
export async function settled<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of stream) items.push(item);
  return items;
}

/** Catches what is reported as an uncaught error would be, until the test ends. */
export function reports(): { take(): string[] } {
  const errors: unknown[] = [];
  const before = globalThis.reportError;
  globalThis.reportError = (error: unknown) => void errors.push(error);
  afterEach(() => void (globalThis.reportError = before));
  return { take: () => errors.splice(0).map((error) => (error instanceof Error ? error.message : String(error))) };
}

/** Waits until something holds. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 2));
}

/**
 * `fetch` for connect-web, which asks for `redirect: "error"`: so asked, Node 20 and 22 forget a stream's signal where
 * garbage is collected.
 */
export const faithfulFetch: typeof fetch = (input, init) => fetch(input, { ...init, redirect: "manual" });

/** Frees all memory that nothing holds. */
export async function collectGarbage(): Promise<void> {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  // What a `WeakRef` was asked for stays until the turn is over.
  for (let turn = 0; turn < 3; turn++) {
    await tick();
    collect();
  }
}
