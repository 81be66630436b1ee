import type { Fault } from "../fault.js";

/** Somebody who waits for an answer of the core that has no name: the answers come in the order of the questions. */
export interface Wait<T> {
  settle(value: T): void;
  /** The wait ends in this fault; its answer still comes, and says nothing any longer. */
  refuse(fault: Fault): void;
}

/** A timer that is later than this tells that the page was suspended: what came meanwhile comes after the timers. */
const SUSPENDED_MS = 1000;

interface Waiting<T> extends Wait<T> {
  timer?: ReturnType<typeof setTimeout>;
}

/** Those who wait, in their order, each for so long at most. */
export class Waits<T> {
  readonly #waiting: Waiting<T>[] = [];
  readonly #patienceMs: number;
  readonly #expired: () => void;

  constructor(patienceMs: number, expired: () => void) {
    this.#patienceMs = patienceMs;
    this.#expired = expired;
  }

  /** Joins the queue; rejects with a fault. Unless it does, `answered` is called before anything else is received. */
  add(answered?: () => void): Promise<T> {
    return new Promise((resolve, reject) => {
      let refused = false;
      const waiting: Waiting<T> = {
        settle: (value) => {
          if (!refused) answered?.();
          resolve(value);
        },
        refuse: (fault) => {
          refused = true;
          reject(fault);
        },
      };
      this.#waiting.push(waiting);
      this.#startTimer(waiting);
    });
  }

  #startTimer(waiting: Waiting<T>): void {
    const due = Date.now() + this.#patienceMs;
    waiting.timer = setTimeout(() => {
      if (Date.now() - due > SUSPENDED_MS) {
        this.#startTimer(waiting);
      } else {
        this.#expired();
      }
    }, this.#patienceMs);
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
