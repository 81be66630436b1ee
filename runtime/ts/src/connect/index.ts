/**
 * Reaches a core over HTTP by the Connect protocol, or any other that a transport of `@connectrpc` speaks.
 *
 * @module
 */
import { create, type Message } from "@bufbuild/protobuf";
import { EmptySchema } from "@bufbuild/protobuf/wkt";
import type { Transport as RpcTransport } from "@connectrpc/connect";
import { type ConnectTransportOptions, createConnectTransport } from "@connectrpc/connect-web";
import type { EventInfo } from "../event.js";
import { type Ok, ok, type Result } from "../result.js";
import type { NotificationSink, OpenSubscription, Subscription, Transport, TransportCall } from "../transport.js";
import { domainError } from "./errors.js";
import { streamMethod, unaryMethod } from "./methods.js";
import { type NotificationOptions, NotificationStream } from "./notifications.js";

export type { NotificationOptions } from "./notifications.js";

/** Where the core is: an address for `fetch`, or a transport of `@connectrpc` that knows its own way. */
export type ConnectOptions = NotificationOptions & (ConnectTransportOptions | { transport: RpcTransport });

/**
 * Makes the transport to a core.
 *
 * ```ts
 * setDefaultTransport(connect({ baseUrl: location.origin }));
 * ```
 *
 * `baseUrl` and the options beside it are those of `createConnectTransport` of `@connectrpc/connect-web`, such as
 * `interceptors`; only `useBinaryFormat` is on unless it is switched off. Nothing is sent before the first call.
 */
export function connect(options: ConnectOptions): Transport {
  const transport =
    "transport" in options ? options.transport : createConnectTransport({ useBinaryFormat: true, ...options });
  return new ConnectTransport(transport, options);
}

class ConnectTransport implements Transport {
  readonly #transport: RpcTransport;
  readonly #notifications: NotificationStream;

  constructor(transport: RpcTransport, options: NotificationOptions) {
    this.#transport = transport;
    this.#notifications = new NotificationStream(transport, options);
  }

  async unary(
    event: EventInfo,
    input: Message | undefined,
    call: TransportCall,
  ): Promise<Result<Message | undefined, Message>> {
    this.#notifications.uses(event);
    try {
      const method = unaryMethod(event);
      const { message } = await this.#transport.unary(
        method,
        call.signal,
        wholeMs(call.timeoutMs),
        call.metadata,
        input ?? create(EmptySchema),
      );
      return ok(event.output ? message : undefined);
    } catch (reason) {
      return domainError(reason, event.error);
    }
  }

  async *stream(
    event: EventInfo,
    input: Message | undefined,
    call: TransportCall,
  ): AsyncGenerator<Result<Message, Message>> {
    this.#notifications.uses(event);
    try {
      const response = await this.#transport.stream(
        streamMethod(event),
        call.signal,
        wholeMs(call.timeoutMs),
        call.metadata,
        once(input ?? create(EmptySchema)),
      );
      yield* items(response.message, call.signal);
    } catch (reason) {
      yield domainError(reason, event.error);
    }
  }

  subscribe(
    subscriptions: readonly Subscription[],
    sink: NotificationSink,
    signal: AbortSignal,
  ): Promise<OpenSubscription> {
    return this.#notifications.subscribe(subscriptions, sink, signal);
  }
}

/** The items of a response, which is told when nobody wants more of it. */
async function* items(messages: AsyncIterable<Message>, signal: AbortSignal): AsyncGenerator<Ok<Message>> {
  const iterator = messages[Symbol.asyncIterator]();
  try {
    for (let step = await iterator.next(); !step.done; step = await iterator.next()) {
      yield ok(step.value);
    }
  } finally {
    if (signal.aborted) {
      void drain(iterator);
    }
  }
}

/** A transport's iterator cannot be returned: only where it is read to its end does it let go of its timer. */
async function drain(iterator: AsyncIterator<unknown>): Promise<void> {
  try {
    while (!(await iterator.next()).done);
  } catch {
    // It was aborted; that is what was wanted.
  }
}

/** The wire knows whole milliseconds only. */
function wholeMs(timeoutMs: number | undefined): number | undefined {
  return timeoutMs === undefined ? undefined : Math.ceil(timeoutMs);
}

async function* once<T>(value: T): AsyncGenerator<T> {
  yield value;
}
