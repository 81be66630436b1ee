/**
 * How a call ended, as far as the schema knows: with its output, or with its group's error message.
 *
 * Everything that the schema does not know is a {@link Fault} and is thrown.
 */
export type Result<T, E> = Ok<T> | Err<E>;

/** The call succeeded. */
export interface Ok<T> {
  readonly ok: true;
  readonly value: T;
}

/** The call failed in the way that its schema declares. */
export interface Err<E> {
  readonly ok: false;
  readonly error: E;
}

/** Makes a success; without an argument, that of an event that answers with nothing. */
export function ok(): Ok<void>;
export function ok<T>(value: T): Ok<T>;
export function ok(value?: unknown): Ok<unknown> {
  return { ok: true, value };
}

/** Makes a failure that the schema declares. */
export function err<E>(error: E): Err<E> {
  return { ok: false, error };
}

/** Whether a call succeeded. The same as `result.ok`, for use as a function: `results.filter(isOk)`. */
export function isOk<T, E>(result: Result<T, E>): result is Ok<T> {
  return result.ok;
}

/** Whether a call failed as its schema declares. */
export function isErr<T, E>(result: Result<T, E>): result is Err<E> {
  return !result.ok;
}

/**
 * The value of a success.
 *
 * @throws An `Error` with the schema's error as its `cause`, if the call failed.
 */
export function unwrap<T, E>(result: Result<T, E>): T {
  if (result.ok) {
    return result.value;
  }
  throw new Error("the call ended with an error of its schema", { cause: result.error });
}
