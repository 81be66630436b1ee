/**
 * Reaches a core over frames of bytes, whatever carries them.
 *
 * @module
 */
import type { Message } from "@bufbuild/protobuf";
import type { EventInfo } from "../event.js";
import type { Fault } from "../fault.js";
import { report } from "../fault.js";
import { unservedFault } from "../listener.js";
import type { Result } from "../result.js";
import type {
  NotificationSink,
  OpenSubscription,
  Subscription,
  Transport,
  TransportCall,
  Unserved,
} from "../transport.js";
import { stream, unary } from "./calls.js";
import type { Carrier } from "./carrier.js";
import { Connection } from "./connection.js";
import { Subscriptions } from "./subscriptions.js";

export type { Carrier, Line, Receiver } from "./carrier.js";

/** How a session is kept alive. */
export interface SessionOptions {
  /** How long the core may take to acknowledge, in milliseconds, before it counts as gone. 45000 if not given. */
  silenceTimeoutMs?: number | undefined;
  /** The delay before the first attempt to reopen a session for its listeners; each further one waits twice as long. 250 if not given. */
  reconnectDelayMs?: number | undefined;
  /** The longest delay between two attempts. 30000 if not given. */
  maxReconnectDelayMs?: number | undefined;
  /** Is called for an event that this core cannot serve, and that will fail with a fault. */
  onUnserved?: ((unserved: Unserved) => void) | undefined;
}

/** Calls and listeners over one session, which is opened when it is needed, and again when it was lost. */
export class SessionTransport implements Transport {
  readonly #carrier: Carrier;
  readonly #options: SessionOptions;
  readonly #subscriptions: Subscriptions;
  readonly #events = new Set<string>();
  #connection: Connection | undefined;

  constructor(carrier: Carrier, options: SessionOptions = {}) {
    this.#carrier = carrier;
    this.#options = options;
    this.#subscriptions = new Subscriptions(() => this.#connected(), options);
  }

  unary(
    event: EventInfo,
    input: Message | undefined,
    call: TransportCall,
  ): Promise<Result<Message | undefined, Message>> {
    const connection = this.#connected();
    // All calls but the first are on their way at once: each wait on the way would cost about as much as to encode a message.
    return connection.serves(event.path)
      ? unary(connection, event, input, call)
      : this.#ready(event).then((ready) => unary(ready, event, input, call));
  }

  async *stream(
    event: EventInfo,
    input: Message | undefined,
    call: TransportCall,
  ): AsyncGenerator<Result<Message, Message>> {
    yield* stream(await this.#ready(event), event, input, call);
  }

  subscribe(
    subscriptions: readonly Subscription[],
    sink: NotificationSink,
    signal: AbortSignal,
  ): Promise<OpenSubscription> {
    return this.#subscriptions.subscribe(subscriptions, sink, signal);
  }

  /** A connection whose core serves this event. Throws a fault. */
  async #ready(event: EventInfo): Promise<Connection> {
    this.#events.add(event.path);
    const connection = this.#connected();
    await connection.announce([event]);
    const unserved = connection.unserved(event.path);
    if (unserved) {
      throw unservedFault(unserved);
    }
    return connection;
  }

  #connected(): Connection {
    if (!this.#connection?.alive) {
      const { silenceTimeoutMs = 45_000 } = this.#options;
      const connection: Connection = new Connection(
        this.#carrier,
        {
          notify: (path, key, payload) => this.#subscriptions.notify(path, key, payload),
          lagged: (lag) => this.#subscriptions.lagged(lag),
          unserved: (unserved) => this.#unserved(unserved),
          ended: (fault: Fault) => this.#subscriptions.ended(connection, fault),
        },
        silenceTimeoutMs,
      );
      this.#connection = connection;
    }
    return this.#connection;
  }

  #unserved(unserved: Unserved): void {
    if (!this.#events.has(unserved.path)) {
      return;
    }
    try {
      this.#options.onUnserved?.(unserved);
    } catch (error) {
      report(error);
    }
  }
}
