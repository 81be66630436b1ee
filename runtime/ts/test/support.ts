import { afterEach } from "node:test";

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
