/// <reference lib="esnext.disposable" preserve="true" />
import { fromBinary, type Message } from "@bufbuild/protobuf";
import { Fault, report } from "./fault.js";
import type { NotificationInfo } from "./notification.js";
import { Scope } from "./scope.js";
import {
  type Lag,
  type NotificationSink,
  type OpenSubscription,
  type Subscription,
  type Transport,
  transportOf,
  type Unserved,
} from "./transport.js";

/** The longest key, in bytes of UTF-8. */
const MAX_KEY_BYTES = 256;

/** What a listener is told beside its handlers. Its functions may be asynchronous, as handlers may. */
export interface ListenerOptions {
  /** Listens to the keyed notifications of this key only. Without it, to those of every key. */
  key?: string | undefined;
  /** Listens over this transport instead of the default one. */
  transport?: Transport | undefined;
  /**
   * Is called when notifications may have been missed: the core dropped some because they were not taken fast enough,
   * or the connection was lost and stands again. Fetch afresh what they would have told you.
   */
  onLagged?: ((lag: Lag) => unknown) | undefined;
  /** Is called when the connection is lost. It is reopened by itself; `onLagged` follows when it stands again. */
  onInterrupted?: ((fault: Fault) => unknown) | undefined;
  /** Is called for a notification that this core cannot serve. Without it, that is reported as an error. */
  onUnserved?: ((unserved: Unserved) => unknown) | undefined;
}

/** How long `start()` waits. */
export interface StartOptions {
  signal?: AbortSignal | undefined;
  /** In milliseconds. */
  timeoutMs?: number | undefined;
}

/** The notification behind each handler. */
export type NotificationsOf<Handlers> = { readonly [Name in keyof Handlers]-?: NotificationInfo };

/**
 * Listens to notifications. Generated code has one class per notification group; only the notifications that have a
 * handler are subscribed to.
 *
 * ```ts
 * const listener = new UserNotificationListener({
 *   onProfileUpdate: (profile, key) => show(profile),
 * });
 * await listener.start();
 * ```
 */
export class Listener<Handlers extends object> {
  readonly #sink: ListenerSink;
  readonly #subscriptions: readonly Subscription[];
  readonly #options: ListenerOptions;
  /** The present run; `undefined` while stopped. */
  #run: Run | undefined;
  /** The end of the run before. */
  #stopped: Promise<void> = Promise.resolve();

  constructor(notifications: NotificationsOf<Handlers>, handlers: Handlers, options: ListenerOptions = {}) {
    const listening = Object.entries<NotificationInfo>(notifications).flatMap(([name, notification]) => {
      const handler: unknown = handlers[name as keyof Handlers];
      return typeof handler === "function" ? [{ notification, handler: handler as AnyHandler }] : [];
    });
    this.#options = options;
    this.#sink = new ListenerSink(listening, options);
    this.#subscriptions = listening.map(({ notification }) => ({
      notification,
      key: notification.keyed ? options.key : undefined,
    }));
  }

  /**
   * Begins to listen; settles when the core has acknowledged it. All that is sent from then on is heard, unless
   * `onLagged` says otherwise, and nothing that was sent before the call. Starting a started listener changes nothing.
   *
   * @throws A `Fault`, after which the listener is stopped: the core could not be reached, or `stop()` was called
   * meanwhile.
   */
  start(options: StartOptions = {}): Promise<void> {
    if (!this.#run) {
      const run = new Run(this.#sink);
      this.#run = run;
      run.started = this.#stopped.then(() => run.open(this.#options, this.#subscriptions, options));
      run.started.catch(() => {
        if (this.#run === run) {
          this.#run = undefined;
        }
      });
    }
    return this.#run.started;
  }

  /** Stops listening: no handler is called any longer. Settles when the core knows; never throws. */
  stop(): Promise<void> {
    if (this.#run) {
      this.#stopped = this.#run.close();
      this.#run = undefined;
    }
    return this.#stopped;
  }

  [Symbol.dispose](): void {
    void this.stop();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }
}

/** From one `start()` to its `stop()`. */
class Run implements NotificationSink {
  started: Promise<void> = Promise.resolve();
  readonly #sink: NotificationSink;
  #scope: Scope | undefined;
  #subscription: OpenSubscription | undefined;
  #closed = false;

  constructor(sink: NotificationSink) {
    this.#sink = sink;
  }

  async open(
    { transport }: ListenerOptions,
    subscriptions: readonly Subscription[],
    { signal, timeoutMs }: StartOptions,
  ): Promise<void> {
    if (this.#closed) {
      throw stoppedMeanwhile();
    }
    checkKeys(subscriptions);
    const scope = new Scope(signal, timeoutMs);
    this.#scope = scope;
    let opening: Promise<OpenSubscription> | undefined;
    try {
      opening = transportOf({ transport }).subscribe(subscriptions, this, scope.signal);
      this.#subscription = await scope.wait(opening);
    } catch (reason) {
      this.#closed = true;
      // Should the transport have succeeded all the same, nobody wants it any longer.
      opening?.then((late) => late.close()).catch(() => {});
      throw Fault.from(reason);
    } finally {
      scope.close();
      this.#scope = undefined;
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#scope?.end(stoppedMeanwhile());
    await this.started.catch(() => {});
    await this.#subscription?.close().catch(() => {});
  }

  notify(path: string, key: string | undefined, payload: Uint8Array): void {
    if (!this.#closed) this.#sink.notify(path, key, payload);
  }

  lagged(lag: Lag): void {
    if (!this.#closed) this.#sink.lagged(lag);
  }

  unserved(unserved: Unserved): void {
    if (!this.#closed) this.#sink.unserved(unserved);
  }

  interrupted(fault: Fault): void {
    if (!this.#closed) this.#sink.interrupted(fault);
  }
}

function checkKeys(subscriptions: readonly Subscription[]): void {
  for (const { key } of subscriptions) {
    if (key !== undefined && new TextEncoder().encode(key).length > MAX_KEY_BYTES) {
      throw new Fault("INVALID_ARGUMENT", `a key has at most ${MAX_KEY_BYTES} bytes`);
    }
  }
}

function stoppedMeanwhile(): Fault {
  return new Fault("CANCELLED", "the listener was stopped");
}

type AnyHandler = (...args: unknown[]) => unknown;

interface Listening {
  readonly notification: NotificationInfo;
  readonly handler: AnyHandler;
}

/** Calls the handlers. What they throw is reported and goes no further. */
class ListenerSink implements NotificationSink {
  readonly #listening: ReadonlyMap<string, Listening>;
  readonly #options: ListenerOptions;

  constructor(listening: readonly Listening[], options: ListenerOptions) {
    this.#listening = new Map(listening.map((one) => [one.notification.path, one]));
    this.#options = options;
  }

  notify(path: string, key: string | undefined, bytes: Uint8Array): void {
    const listening = this.#listening.get(path);
    if (listening) {
      const { notification, handler } = listening;
      guard(() => handler(...decode(notification, bytes), ...(notification.keyed ? [key ?? ""] : [])));
    }
  }

  lagged(lag: Lag): void {
    guard(() => this.#options.onLagged?.(lag));
  }

  unserved(unserved: Unserved): void {
    const { onUnserved } = this.#options;
    if (onUnserved) {
      guard(() => onUnserved(unserved));
    } else {
      report(unservedFault(unserved));
    }
  }

  interrupted(fault: Fault): void {
    guard(() => this.#options.onInterrupted?.(fault));
  }
}

/** What an unserved event or notification is, said as a fault. */
export function unservedFault({ path, reason }: Unserved): Fault {
  return reason === "unknown"
    ? new Fault("UNIMPLEMENTED", `the core has no ${path}`)
    : new Fault("FAILED_PRECONDITION", `the core has another ${path}: it was built from a different schema`);
}

function decode({ path, payload }: NotificationInfo, bytes: Uint8Array): [] | [Message] {
  if (!payload) {
    return [];
  }
  try {
    return [fromBinary(payload, bytes)];
  } catch (reason) {
    throw new Fault("INTERNAL", `the payload of ${path} cannot be decoded`, { cause: reason });
  }
}

function guard(callback: () => unknown): void {
  try {
    const outcome = callback();
    if (outcome instanceof Promise) {
      outcome.catch(report);
    }
  } catch (error) {
    report(error);
  }
}
