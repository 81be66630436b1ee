import { Fault } from "../fault.js";
import { begin, type Subscriber, Subscribers } from "../subscribers.js";
import type { Lag, NotificationSink, OpenSubscription, Subscription } from "../transport.js";
import { Wake } from "../wake.js";
import type { Connection } from "./connection.js";

/**
 * The listeners of one transport, whatever the number of connections that they outlive.
 *
 * One loop brings the core to what the listeners want, in rounds. Everybody who waits for an acknowledgement waits for
 * the outcome of the round that serves them.
 */
export class Subscriptions {
  readonly #connect: () => Connection;
  readonly #options: { reconnectDelayMs?: number | undefined; maxReconnectDelayMs?: number | undefined };
  /** Every listener, acknowledged or not. */
  readonly #listeners = new Subscribers();
  /** Those to whom an interruption is news. */
  readonly #acknowledged = new Subscribers();
  readonly #wake = new Wake();
  /** Told the outcome of the next round. */
  #waiting: ((fault: Fault | undefined) => void)[] = [];
  /** The one that the last round was with. */
  #connection: Connection | undefined;
  #opened = 0;
  #running = false;
  /** Whether the last round did what it was for. */
  #succeeded = false;
  /** Notifications may have been missed since the last acknowledgement. */
  #interrupted = false;
  #failures = 0;

  constructor(
    connect: () => Connection,
    options: { reconnectDelayMs?: number | undefined; maxReconnectDelayMs?: number | undefined },
  ) {
    this.#connect = connect;
    this.#options = options;
  }

  async subscribe(
    subscriptions: readonly Subscription[],
    sink: NotificationSink,
    signal: AbortSignal,
  ): Promise<OpenSubscription> {
    const subscriber = { subscriptions, sink, hears: false };
    const leave = () => this.#leave(subscriber);
    if (subscriptions.length === 0) {
      return { close: async () => {} };
    }
    this.#listeners.add(subscriber);
    signal.addEventListener("abort", leave);
    const fault = await this.#round();
    signal.removeEventListener("abort", leave);
    if (fault || signal.aborted) {
      leave();
      throw fault ?? Fault.from(signal.reason, "CANCELLED");
    }
    this.#acknowledged.add(subscriber);
    this.#tellUnserved(subscriber);
    return {
      close: async () => {
        leave();
        // Where there is no connection, the core has forgotten it.
        if (this.#connection?.alive) {
          await this.#round();
        }
      },
    };
  }

  notify(path: string, key: string | undefined, payload: Uint8Array): void {
    // What comes after an interruption comes after the word that something may have been missed.
    if (!this.#interrupted) {
      this.#listeners.notify(path, key, payload);
    }
  }

  lagged(lag: Lag): void {
    if (!this.#interrupted) {
      this.#listeners.lagged(lag);
    }
  }

  /** A connection has ended. */
  ended(connection: Connection, fault: Fault): void {
    if (connection === this.#connection) {
      this.#connection = undefined;
      // One that did not last counts as a failure, so that a core that welcomes and hangs up is not besieged.
      const lasted = Date.now() - this.#opened > (this.#options.maxReconnectDelayMs ?? 30_000);
      this.#failures = lasted ? 0 : this.#failures + 1;
      this.#interrupted = true;
      this.#acknowledged.interrupted(fault);
      this.#wake.wake();
    }
  }

  #leave(subscriber: Subscriber): void {
    this.#listeners.remove(subscriber);
    this.#acknowledged.remove(subscriber);
    // While the core is away, there is nothing to tell it, and the next attempt is due when it is.
    if (this.#connection?.alive || this.#listeners.size === 0) {
      this.#wake.wake();
    }
  }

  /** Waits for the next round, and returns its fault, if it has one. */
  #round(): Promise<Fault | undefined> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#wake.wake();
      if (!this.#running) {
        this.#running = true;
        void this.#run();
      }
    });
  }

  async #run(): Promise<void> {
    while (this.#listeners.size > 0 || this.#waiting.length > 0) {
      this.#wake.forget();
      const waiting = this.#waiting.splice(0);
      try {
        await this.#synchronise();
        this.#succeeded = true;
        waiting.forEach((settle) => settle(undefined));
      } catch (reason) {
        this.#succeeded = false;
        this.#failures += 1;
        waiting.forEach((settle) => settle(Fault.from(reason)));
      }
      // Those who just heard of it may have a wish at once.
      await Promise.resolve();
      await this.#rest();
    }
    this.#running = false;
    this.#interrupted = false;
    this.#failures = 0;
  }

  /**
   * Waits until there is something to do: a listener came or went, or it is time to try again. A listener that starts is
   * worth an attempt at once.
   */
  async #rest(): Promise<void> {
    if (this.#listeners.size === 0) {
      return;
    }
    if (this.#succeeded && this.#connection?.alive) {
      await this.#wake.sleep();
    }
    const isFine = this.#succeeded && this.#connection?.alive;
    if (!isFine && this.#listeners.size > 0 && this.#waiting.length === 0) {
      const { reconnectDelayMs = 250, maxReconnectDelayMs = 30_000 } = this.#options;
      const delay = Math.min(reconnectDelayMs * 2 ** this.#failures, maxReconnectDelayMs);
      this.#wake.forget();
      await this.#wake.sleep(delay * (0.5 + Math.random() / 2));
    }
  }

  /** Brings the core to what the listeners want now. Throws a fault. */
  async #synchronise(): Promise<void> {
    const wanted = this.#listeners.wanted();
    if (wanted.size === 0 && !this.#connection?.alive) {
      // Nobody wants anything, and nobody has it.
      return;
    }
    const connection = this.#connect();
    if (connection !== this.#connection) {
      this.#connection = connection;
      this.#opened = Date.now();
    }
    const { joining } = this.#listeners;
    const begun = () => {
      if (this.#interrupted) {
        this.#interrupted = false;
        this.#acknowledged.lagged({ path: undefined, missed: undefined });
      }
      begin(joining);
    };
    await connection.subscribe(wanted, joining.length > 0 || this.#interrupted ? begun : undefined);
    connection.throwIfEnded();
  }

  /** Tells a listener that was just acknowledged. */
  #tellUnserved({ subscriptions, sink }: Subscriber): void {
    for (const { notification } of subscriptions) {
      const unserved = this.#connection?.unserved(notification.path);
      if (unserved) {
        sink.unserved(unserved);
      }
    }
  }
}
