/**
 * Reaches a core over HTTP by the Connect protocol, or any other that a transport of `@connectrpc` speaks.
 *
 * @module
 */
import type { Message } from "@bufbuild/protobuf";
import type { EventInfo } from "../event.js";
import { ok, type Result } from "../result.js";
import type { NotificationSink, OpenSubscription, Subscription, Transport, TransportCall } from "../transport.js";
import { ConnectRpc, type ConnectRpcTransport } from "./connectrpc.js";
import { domainError } from "./errors.js";
import { type FetchOptions, FetchRpc } from "./fetch.js";
import { type NotificationOptions, NotificationStream } from "./notifications.js";
import type { Rpc } from "./rpc.js";

export type { ConnectRpcTransport } from "./connectrpc.js";
export type { FetchOptions } from "./fetch.js";
export type { NotificationOptions } from "./notifications.js";

/** Where the core is, how it is asked, and how its notifications are kept alive. */
export type ConnectOptions = FetchOptions & NotificationOptions;

/**
 * Makes the transport to a core that speaks the Connect protocol, by `fetch` and in binary. Nothing is sent before the
 * first call.
 *
 * ```ts
 * setDefaultTransport(connect({ baseUrl: location.origin }));
 * ```
 */
export function connect(options: ConnectOptions): Transport {
  return new ConnectTransport(new FetchRpc(options), options);
}

/**
 * Makes the transport to a core out of one of `@connectrpc`, with whatever that speaks: JSON, gRPC or gRPC-Web, with
 * interceptors. It stands apart from {@link connect} so that pages load only what they use.
 *
 * ```ts
 * setDefaultTransport(connectrpc(createConnectTransport({ baseUrl, interceptors: [log] })));
 * ```
 *
 * A transport of connect-web, which is for browsers, needs a `fetch` of its own in Node 20 and 22: see the README.
 */
export function connectrpc(transport: ConnectRpcTransport, options: NotificationOptions = {}): Transport {
  return new ConnectTransport(new ConnectRpc(transport), options);
}

class ConnectTransport implements Transport {
  readonly #rpc: Rpc;
  readonly #notifications: NotificationStream;

  constructor(rpc: Rpc, options: NotificationOptions) {
    this.#rpc = rpc;
    this.#notifications = new NotificationStream(rpc, options);
  }

  async unary(
    event: EventInfo,
    input: Message | undefined,
    call: TransportCall,
  ): Promise<Result<Message | undefined, Message>> {
    this.#notifications.uses(event);
    try {
      const message = await this.#rpc.unary(event, input, call);
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
      for await (const item of this.#rpc.stream(event, input, call)) {
        yield ok(item);
      }
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
