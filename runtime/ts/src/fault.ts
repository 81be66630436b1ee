/** The codes of gRPC, in the order of their numbers, from 1. */
const CODES = [
  "CANCELLED",
  "UNKNOWN",
  "INVALID_ARGUMENT",
  "DEADLINE_EXCEEDED",
  "NOT_FOUND",
  "ALREADY_EXISTS",
  "PERMISSION_DENIED",
  "RESOURCE_EXHAUSTED",
  "FAILED_PRECONDITION",
  "ABORTED",
  "OUT_OF_RANGE",
  "UNIMPLEMENTED",
  "INTERNAL",
  "UNAVAILABLE",
  "DATA_LOSS",
  "UNAUTHENTICATED",
] as const;

/** What kind of fault it is, by gRPC's names. */
export type FaultCode = (typeof CODES)[number];

/** Marks the faults of every copy of this package, of which a page may hold several. */
const FAULT = Symbol.for("bellwire.fault");

/**
 * A call or a subscription ended in a way that its schema does not know: an unknown event, a lost connection, a
 * deadline, a panic in the core.
 */
export class Fault extends Error {
  override readonly name: string = "Fault";

  /** What happened, by gRPC's name for it. */
  readonly code: FaultCode;

  constructor(code: FaultCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    Object.defineProperty(this, FAULT, { value: true });
  }

  /** Whether it is a fault, be it one of another copy of this package. For a kind of fault, whether it is of that class. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    const own = Object.prototype.isPrototypeOf.call(this.prototype, value as object);
    return own || (this === Fault && value instanceof Error && FAULT in value);
  }

  /** Turns anything that was thrown into a fault; a fault stays what it is. */
  static from(reason: unknown, code: FaultCode = "UNKNOWN"): Fault {
    if (reason instanceof Fault) {
      return reason;
    }
    const message = reason instanceof Error ? reason.message : String(reason);
    return new Fault(code, message, { cause: reason });
  }

  /** The code of this name, if there is one. */
  static codeNamed(name: string): FaultCode | undefined {
    return CODES.find((code) => code === name);
  }

  /** The code that gRPC numbers so; `UNKNOWN` for a number that it does not use. */
  static codeOf(number: number): FaultCode {
    return CODES[number - 1] ?? "UNKNOWN";
  }
}

/** Reports an error that has no caller, such as one thrown by a callback, as an uncaught one would be. */
export function report(error: unknown): void {
  if (typeof globalThis.reportError === "function") {
    globalThis.reportError(error);
  } else {
    console.error(error);
  }
}
