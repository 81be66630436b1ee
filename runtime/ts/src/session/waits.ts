import type { Fault } from "../fault.js";

/** Somebody who waits for an answer of the core that has no name: the answers come in the order of the questions. */
export interface Wait<T> {
  settle(value: T): void;
  /** The wait ends in this fault; its answer still comes, and says nothing any longer. */
  refuse(fault: Fault): void;
}

/** Those who wait, in their order, each for so long at most. */
export class Waits<T> {
  readonly #waiting: (Wait<T> & { timer: ReturnType<typeof setTimeout> })[] = [];
  readonly #patienceMs: number;
  readonly #expired: () => void;

  constructor(patienceMs: number, expired: () => void) {
    this.#patienceMs = patienceMs;
    this.#expired = expired;
  }

  /** Joins the queue; rejects with a fault. */
  add(): Promise<T> {
    return new Promise((settle, refuse) => {
      this.#waiting.push({ settle, refuse, timer: setTimeout(this.#expired, this.#patienceMs) });
    });
  }

  get first(): Wait<T> | undefined {
    return this.#waiting[0];
  }

  /** Takes the one whose turn it is. */
  next(): Wait<T> | undefined {
    const next = this.#waiting.shift();
    clearTimeout(next?.timer);
    return next;
  }

  /** Ends all waits. */
  fail(fault: Fault): void {
    for (let next = this.next(); next; next = this.next()) {
      next.refuse(fault);
    }
  }
}
