import type { Message } from "@bufbuild/protobuf";
import type { EventInfo } from "./event.js";
import { Fault } from "./fault.js";
import type { NotificationInfo } from "./notification.js";
import type { Result } from "./result.js";

/** What a caller may say about one call. */
export interface CallOptions {
  /** Cancels the call: it ends with the fault `CANCELLED`, and the core drops its work. */
  signal?: AbortSignal | undefined;
  /** How long the whole call may take, in milliseconds, instead of what the schema says. */
  timeoutMs?: number | undefined;
  /** What travels beside the input. Keys are lower-case ASCII. */
  metadata?: Readonly<Record<string, string>> | undefined;
  /** Makes the call over this transport instead of the default one. */
  transport?: Transport | undefined;
  /**
   * Whether the input is checked by the rules of its schema before it is sent, instead of what its transport does.
   * `true` needs a transport that `validating` of `bellwire/validate` made.
   */
  validate?: boolean | undefined;
}

/**
 * The way to a core: calls there, notifications back.
 *
 * A transport need not watch over time: whoever calls it stops waiting when `call.signal` is aborted. Everything that
 * a transport throws reaches the caller as a {@link Fault}.
 */
export interface Transport {
  /** Whether it checks inputs where a call asks for that. */
  readonly validates?: boolean | undefined;

  /** Makes a call that is answered once. Input and output are `undefined` where the event has none. */
  unary(
    event: EventInfo,
    input: Message | undefined,
    call: TransportCall,
  ): Promise<Result<Message | undefined, Message>>;

  /** Makes a call that is answered by a stream, which ends after an error of the schema. */
  stream(event: EventInfo, input: Message | undefined, call: TransportCall): AsyncIterable<Result<Message, Message>>;

  /**
   * Subscribes a sink, and settles when the core has acknowledged that, or with a fault. What is sent from then on
   * reaches the sink, and nothing that was sent before the call. Afterwards the transport keeps the subscription alive,
   * over a lost connection too, until it is closed.
   */
  subscribe(
    subscriptions: readonly Subscription[],
    sink: NotificationSink,
    signal: AbortSignal,
  ): Promise<OpenSubscription>;
}

/** What a transport is told about a call beside its input. */
export interface TransportCall {
  /** Aborted when nobody waits for an answer any longer. */
  readonly signal: AbortSignal;
  /** Calls back when nobody waits any longer, at once where it is so. In a webview this costs far less than `signal`. */
  onEnd(callback: (fault: Fault) => void): void;
  /** How long the caller waits, for the core to know; `undefined` for as long as it takes. */
  readonly timeoutMs: number | undefined;
  readonly metadata: Readonly<Record<string, string>>;
  /** Whether the caller wants the input to be checked before it is sent; `undefined` leaves it to the transport. */
  readonly validate?: boolean | undefined;
}

/**
 * The same call with further metadata, for a transport that stands around another one. Of two values for a key, the new
 * one is taken.
 */
export function withMetadata(call: TransportCall, metadata: Readonly<Record<string, string>>): TransportCall {
  // A copy would lose what the call has by its class: its signal, and `onEnd`.
  return Object.create(call, { metadata: { value: { ...call.metadata, ...metadata } } }) as TransportCall;
}

/** A wish to be notified. */
export interface Subscription {
  readonly notification: NotificationInfo;
  /** Only the notifications of this key; `undefined` for those of every key. */
  readonly key: string | undefined;
}

/** Where a transport puts what it receives. No method throws. */
export interface NotificationSink {
  notify(path: string, key: string | undefined, payload: Uint8Array): void;
  lagged(lag: Lag): void;
  unserved(unserved: Unserved): void;
  /** The connection was lost. The transport reopens it, and reports `lagged` when it stands again. */
  interrupted(fault: Fault): void;
}

/** A subscription that the core has acknowledged. */
export interface OpenSubscription {
  /** Ends it. Nothing reaches the sink after this was called; the promise says that the core knows, or is gone. */
  close(): Promise<void>;
}

/** Says that notifications may have been missed. */
export interface Lag {
  /** Which notification, as `package.Group/Notification`; `undefined` where it may be any. */
  readonly path: string | undefined;
  /** How many were missed; `undefined` where nobody can know, as after a lost connection. */
  readonly missed: bigint | undefined;
}

/** An event or notification that the core cannot serve, because it was built from another schema. */
export interface Unserved {
  /** `package.Group/Event`. */
  readonly path: string;
  /** The core has none of that name, or one of another shape. */
  readonly reason: "unknown" | "different";
}

let defaultTransport: Transport | undefined;

/** Sets the transport of every call and listener that names none. Call it once, at start-up. */
export function setDefaultTransport(transport: Transport | undefined): void {
  defaultTransport = transport;
}

/** The transport of a call. Throws a fault where there is none. */
export function transportOf(options: { transport?: Transport | undefined }): Transport {
  const transport = options.transport ?? defaultTransport;
  if (!transport) {
    throw new Fault(
      "FAILED_PRECONDITION",
      "there is no transport: call setDefaultTransport() at start-up, in the same copy of bellwire where there are several",
    );
  }
  return transport;
}
