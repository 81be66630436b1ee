import { Fault, type FaultCode, report } from "../fault.js";
import { unservedFault } from "../listener.js";
import { onPageBack } from "../page.js";
import { begin, type Subscriber, Subscribers } from "../subscribers.js";
import type { NotificationSink, OpenSubscription, Subscription, Unserved } from "../transport.js";
import { type SubscribeResponse, Unserved_Reason, type Unserved as WireUnserved } from "../wire/bellwire/wire_pb.js";
import { Wake } from "../wake.js";
import { Connection, type Used } from "./connection.js";
import type { Rpc } from "./rpc.js";

/** How the stream of notifications is kept alive. */
export interface NotificationOptions {
  /** How long the core may be silent, in milliseconds, before its connection counts as dead. 45000 if not given. */
  heartbeatTimeoutMs?: number | undefined;
  /** The delay before the first attempt to reconnect; each further one waits twice as long. 250 if not given. */
  reconnectDelayMs?: number | undefined;
  /** The longest delay between two attempts. 30000 if not given. */
  maxReconnectDelayMs?: number | undefined;
  /** Is called for an event that this core cannot serve. Without it, that is reported as an error. */
  onUnserved?: ((unserved: Unserved) => void) | undefined;
}

/** Codes by which the core refuses a change of subscriptions and keeps the stream as it was. */
const REFUSALS: readonly FaultCode[] = [
  "INVALID_ARGUMENT",
  "NOT_FOUND",
  "PERMISSION_DENIED",
  "RESOURCE_EXHAUSTED",
  "UNAUTHENTICATED",
  "UNIMPLEMENTED",
];

/**
 * The notifications of one transport: a single stream, whatever the number of listeners.
 *
 * One loop brings the core to what the listeners want, in rounds: open, update, or reopen. Everybody who waits for an
 * acknowledgement waits for the outcome of the round that serves them.
 */
export class NotificationStream {
  readonly #rpc: Rpc;
  readonly #options: NotificationOptions;
  /** Every listener, acknowledged or not. */
  readonly #listeners = new Subscribers();
  /** Those to whom an interruption is news. */
  readonly #acknowledged = new Subscribers();
  /** The events that were called. */
  readonly #events = new Map<string, Used>();
  readonly #unserved = new Map<string, Unserved>();
  readonly #wake = new Wake();
  /** Told the outcome of the next round. */
  #waiting: ((fault: Fault | undefined) => void)[] = [];
  #connection: Connection | undefined;
  #attempt: AbortController | undefined;
  #running = false;
  /** Notifications may have been missed since the last acknowledgement. */
  #interrupted = false;
  #failures = 0;
  /** The next attempt need not wait. */
  #atOnce = false;

  constructor(rpc: Rpc, options: NotificationOptions) {
    this.#rpc = rpc;
    this.#options = options;
  }

  /** Notes that an event is called, for the next hello. */
  uses({ path, fingerprint }: Used): void {
    if (!this.#events.has(path)) {
      this.#events.set(path, { path, fingerprint });
    }
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

  #leave(subscriber: Subscriber): void {
    this.#listeners.remove(subscriber);
    this.#acknowledged.remove(subscriber);
    if (this.#listeners.size === 0) {
      this.#attempt?.abort(new Fault("CANCELLED", "nobody listens any longer"));
    }
    // While the core is away, there is nothing to tell it, and the next attempt is due when it is.
    if (this.#connection?.alive || this.#attempt || this.#listeners.size === 0) {
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
    const forgetPage = onPageBack(() => this.#reopenAtOnce());
    while (this.#listeners.size > 0) {
      this.#wake.forget();
      const waiting = this.#waiting.splice(0);
      try {
        await this.#synchronise();
        waiting.forEach((settle) => settle(undefined));
      } catch (reason) {
        this.#failures += 1;
        waiting.forEach((settle) => settle(Fault.from(reason)));
      }
      // Those who just heard of it may have a wish at once.
      await Promise.resolve();
      await this.#rest();
    }
    forgetPage();
    this.#running = false;
    this.#atOnce = false;
    this.#interrupted = false;
    this.#failures = 0;
    this.#unserved.clear();
    this.#connection?.close();
    this.#connection = undefined;
    this.#waiting.splice(0).forEach((settle) => settle(undefined));
  }

  /**
   * Waits until there is something to do: a listener came or went, or it is time to try again. A listener that starts is
   * worth an attempt at once.
   */
  async #rest(): Promise<void> {
    if (this.#connection?.alive) {
      await this.#wake.sleep();
    }
    const forNobody = this.#waiting.length === 0 && !this.#atOnce;
    if (!this.#connection?.alive && this.#listeners.size > 0 && forNobody) {
      const { reconnectDelayMs = 250, maxReconnectDelayMs = 30_000 } = this.#options;
      const delay = Math.min(reconnectDelayMs * 2 ** this.#failures, maxReconnectDelayMs);
      this.#wake.forget();
      // Between half and all of it, so that the clients of a core that restarts do not come back as one.
      await this.#wake.sleep(delay * (0.5 + Math.random() / 2));
    }
    this.#atOnce = false;
  }

  /** Whatever the connection went through meanwhile, it may be dead without anybody having said so. */
  #reopenAtOnce(): void {
    this.#atOnce = true;
    this.#failures = 0;
    this.#connection?.close(new Fault("UNAVAILABLE", "the network was away"));
    this.#wake.wake();
  }

  /** Brings the core to what the listeners want now. Throws a fault. */
  async #synchronise(): Promise<void> {
    const wanted = this.#listeners.wanted();
    const { joining } = this.#listeners;
    const connection = this.#connection;
    if (!connection?.alive) {
      await this.#open(wanted, joining);
      return;
    }
    try {
      const begun = joining.length > 0 ? () => begin(joining) : undefined;
      this.#noteUnserved(await connection.update(wanted, this.#used(), begun));
    } catch (reason) {
      const fault = Fault.from(reason);
      if (fault.code === "FAILED_PRECONDITION") {
        this.#interrupted = true;
        await this.#open(wanted, joining);
      } else if (!REFUSALS.includes(fault.code)) {
        // Whether the core changed anything is unknown, so the next round starts from nothing.
        connection.close(fault);
        throw fault;
      } else {
        throw fault;
      }
    }
  }

  /** Opens a stream with everything that is wanted, and only then closes the one before. */
  async #open(wanted: ReadonlyMap<string, Subscription>, joining: readonly Subscriber[]): Promise<void> {
    this.#attempt = new AbortController();
    const before = this.#connection;
    try {
      this.#connection = await Connection.open({
        rpc: this.#rpc,
        wanted,
        uses: this.#used(),
        silenceMs: this.#options.heartbeatTimeoutMs ?? 45_000,
        signal: this.#attempt.signal,
      });
    } finally {
      this.#attempt = undefined;
      before?.close();
    }
    this.#atOnce = false;
    void this.#follow(this.#connection);
    this.#noteUnserved(this.#connection.welcome.unserved);
    if (this.#interrupted) {
      this.#interrupted = false;
      this.#acknowledged.lagged({ path: undefined, missed: undefined });
    }
    begin(joining);
  }

  /** Hands out what a connection brings, for as long as it lives. */
  async #follow(connection: Connection): Promise<void> {
    const opened = Date.now();
    const fault = await connection.read((event) => this.#receive(event));
    if (connection !== this.#connection) {
      return;
    }
    // One that did not last counts as a failure, so that a core that welcomes and hangs up is not besieged.
    const lasted = Date.now() - opened > (this.#options.maxReconnectDelayMs ?? 30_000);
    this.#failures = lasted ? 0 : this.#failures + 1;
    this.#interrupted = true;
    this.#acknowledged.interrupted(fault);
    this.#wake.wake();
  }

  #receive(event: SubscribeResponse["event"]): void {
    switch (event.case) {
      case "notification":
        this.#listeners.notify(event.value.path, event.value.key, event.value.payload);
        break;
      case "lagged":
        this.#listeners.lagged({ path: event.value.path || undefined, missed: event.value.missed });
        break;
      default:
      // A heartbeat, or what a later version adds: that it came is all that it says.
    }
  }

  #used(): Used[] {
    const all = new Map(this.#events);
    for (const { path, fingerprint } of this.#listeners.notifications()) {
      all.set(path, { path, fingerprint });
    }
    return [...all.values()];
  }

  #noteUnserved(unserved: readonly WireUnserved[]): void {
    for (const { path, reason } of unserved) {
      const news: Unserved = { path, reason: reason === Unserved_Reason.UNKNOWN ? "unknown" : "different" };
      if (this.#unserved.get(path)?.reason === news.reason) {
        continue;
      }
      this.#unserved.set(path, news);
      if (this.#events.has(path)) {
        this.#tellUnservedEvent(news);
      } else {
        this.#acknowledged.unserved(news);
      }
    }
  }

  #tellUnservedEvent(unserved: Unserved): void {
    try {
      const { onUnserved } = this.#options;
      if (!onUnserved) {
        throw unservedFault(unserved);
      }
      onUnserved(unserved);
    } catch (error) {
      report(error);
    }
  }

  /** Tells a listener that was just acknowledged. */
  #tellUnserved({ subscriptions, sink }: Subscriber): void {
    for (const { notification } of subscriptions) {
      const unserved = this.#unserved.get(notification.path);
      if (unserved) {
        sink.unserved(unserved);
      }
    }
  }
}
