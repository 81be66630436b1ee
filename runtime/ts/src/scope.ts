import { Fault } from "./fault.js";
import { onPageLeft } from "./page.js";

/** The longest delay that timers take; more would fire at once. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/** How long somebody waits for something: until it is there, until an `AbortSignal`, until a deadline, or until the page is left. */
export class Scope {
  /** What ended the wait early. */
  fault: Fault | undefined;
  /** Is told the fault, once. */
  onFault: ((fault: Fault) => void) | undefined;

  #controller: AbortController | undefined;
  #ended: ((fault: Fault) => void)[] = [];
  readonly #callerSignal: AbortSignal | undefined;
  readonly #forgetPage: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(callerSignal: AbortSignal | undefined, timeoutMs: number | undefined) {
    this.#callerSignal = callerSignal;
    this.#forgetPage = onPageLeft(() => this.end(new Fault("CANCELLED", "the page was left")));
    if (callerSignal?.aborted) {
      this.#cancelled();
      return;
    }
    callerSignal?.addEventListener("abort", this.#cancelled);
    if (timeoutMs !== undefined && timeoutMs !== Infinity) {
      const expire = () => this.end(new Fault("DEADLINE_EXCEEDED", `no answer within ${timeoutMs} ms`));
      if (timeoutMs > 0) {
        this.#timer = setTimeout(expire, Math.min(timeoutMs, MAX_DELAY_MS));
      } else {
        expire();
      }
    }
  }

  /** Aborted when the wait was ended. It is made when it is asked for: few need it, and it is a good part of what a call costs. */
  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController();
      if (this.fault) {
        this.#controller.abort(this.fault);
      }
    }
    return this.#controller.signal;
  }

  /** Calls back when the wait was ended. */
  onEnd(callback: (fault: Fault) => void): void {
    if (this.fault) {
      callback(this.fault);
    } else {
      this.#ended.push(callback);
    }
  }

  /** Waits for a promise, but no longer than the scope lasts. */
  wait<T>(promise: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.fault) {
        reject(this.fault);
      }
      this.onFault = reject;
      promise.then(resolve, reject);
    });
  }

  /** Ends the wait with a fault, unless it is over. */
  end(fault: Fault): void {
    if (this.fault) {
      return;
    }
    this.close();
    this.fault = fault;
    this.#controller?.abort(fault);
    this.#ended.forEach((callback) => callback(fault));
    this.onFault?.(fault);
  }

  /** Says that the wait is over: neither signal nor deadline matter any longer. */
  close(): void {
    clearTimeout(this.#timer);
    this.#forgetPage();
    this.#callerSignal?.removeEventListener("abort", this.#cancelled);
  }

  readonly #cancelled = (): void => {
    const reason: unknown = this.#callerSignal?.reason;
    // AbortSignal.timeout() is a deadline in the clothes of a cancellation.
    const expired = reason instanceof Error && reason.name === "TimeoutError";
    this.end(
      expired
        ? new Fault("DEADLINE_EXCEEDED", "the caller's time is up", { cause: reason })
        : new Fault("CANCELLED", "the caller cancelled the call", { cause: reason }),
    );
  };
}
