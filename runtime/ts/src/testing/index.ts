/**
 * A core in memory, for tests: typed handlers in place of a transport.
 *
 * @module
 */
import { create, type DescMessage, fromBinary, type Message, toBinary } from "@bufbuild/protobuf";
import type { EventInfo, Payload, PayloadInit, StreamEvent, UnaryEvent } from "../event.js";
import { Fault } from "../fault.js";
import type { KeyedNotificationType, NotificationInfo, NotificationType } from "../notification.js";
import { err, ok, type Result } from "../result.js";
import { type Subscriber, Subscribers } from "../subscribers.js";
import type { NotificationSink, OpenSubscription, Subscription, Transport, TransportCall } from "../transport.js";

/** What a handler gives back: messages, or objects with some of their fields. */
export type FakeResult<O extends Payload, E extends Message> = Result<PayloadInit<O>, PayloadInit<E>>;

/** Answers an event in place of the core. Throwing a `Fault` ends the call with it, anything else with `INTERNAL`. */
export type FakeHandler<I extends Payload, O extends Payload, E extends Message> = (
  input: I,
  call: TransportCall,
) => FakeResult<O, E> | Promise<FakeResult<O, E>>;

/** Answers a stream event in place of the core, item by item; a generator function does. */
export type FakeStreamHandler<I extends Payload, O extends Message, E extends Message> = (
  input: I,
  call: TransportCall,
) => AsyncIterable<FakeResult<O, E>>;

/** The payload of a notification, as an argument where there is one. */
export type PayloadArguments<P extends Payload> = P extends Message ? [payload: PayloadInit<P>] : [];

/**
 * A transport whose core is a set of handlers. Messages are encoded and decoded on their way, as on any other.
 *
 * ```ts
 * const fake = new FakeTransport();
 * fake.on(UserEventSignIn, ({ email }) => ok({ email, name: "Ada" }));
 * setDefaultTransport(fake);
 * ```
 */
export class FakeTransport implements Transport {
  readonly #handlers = new Map<string, (input: never, call: TransportCall) => unknown>();
  readonly #subscribers = new Subscribers();

  /** Answers an event from now on; an event that nobody answers is `UNIMPLEMENTED`. */
  on<I extends Payload, O extends Payload, E extends Message>(
    event: UnaryEvent<I, O, E>,
    handler: FakeHandler<NoInfer<I>, NoInfer<O>, NoInfer<E>>,
  ): this;
  on<I extends Payload, O extends Message, E extends Message>(
    event: StreamEvent<I, O, E>,
    handler: FakeStreamHandler<NoInfer<I>, NoInfer<O>, NoInfer<E>>,
  ): this;
  on(event: EventInfo, handler: (input: never, call: TransportCall) => unknown): this {
    this.#handlers.set(event.path, handler);
    return this;
  }

  /** Sends a notification to all that listen to it. Their handlers have been called when this returns. */
  notify<P extends Payload>(notification: NotificationType<P>, ...args: PayloadArguments<P>): void;
  notify<P extends Payload>(
    notification: KeyedNotificationType<P>,
    ...args: [...payload: PayloadArguments<P>, key: string]
  ): void;
  notify(notification: NotificationInfo, ...args: unknown[]): void {
    const rest = [...args];
    const payload = notification.payload ? encode(notification.payload, rest.shift()) : new Uint8Array();
    const key = notification.keyed ? (rest.shift() as string) : undefined;
    this.#subscribers.notify(notification.path, key, payload);
  }

  /** Tells all that listen to a notification that so many of it were missed. */
  lag(notification: NotificationInfo, missed: bigint): void {
    this.#subscribers.lagged({ path: notification.path, missed });
  }

  /** How many listeners are started. */
  get listeners(): number {
    return this.#subscribers.size;
  }

  async unary(
    event: EventInfo,
    input: Message | undefined,
    call: TransportCall,
  ): Promise<Result<Message | undefined, Message>> {
    try {
      return overTheWire(event, (await this.#handle(event, input, call)) as Result<unknown, unknown>);
    } catch (reason) {
      throw Fault.from(reason, "INTERNAL");
    }
  }

  async *stream(
    event: EventInfo,
    input: Message | undefined,
    call: TransportCall,
  ): AsyncGenerator<Result<Message, Message>> {
    try {
      for await (const item of this.#handle(event, input, call) as AsyncIterable<Result<unknown, unknown>>) {
        yield overTheWire(event, item) as Result<Message, Message>;
      }
    } catch (reason) {
      throw Fault.from(reason, "INTERNAL");
    }
  }

  async subscribe(subscriptions: readonly Subscription[], sink: NotificationSink): Promise<OpenSubscription> {
    const subscriber: Subscriber = { subscriptions, sink, hears: true };
    this.#subscribers.add(subscriber);
    return { close: async () => this.#subscribers.remove(subscriber) };
  }

  #handle(event: EventInfo, input: Message | undefined, call: TransportCall): unknown {
    const handler = this.#handlers.get(event.path);
    if (!handler) {
      throw new Fault("UNIMPLEMENTED", `the fake has no handler for ${event.path}`);
    }
    const received = event.input && input && fromBinary(event.input, toBinary(event.input, input));
    return handler(received as never, call);
  }
}

function overTheWire(event: EventInfo, result: Result<unknown, unknown>): Result<Message | undefined, Message> {
  if (!result.ok) {
    return err(fromBinary(event.error, encode(event.error, result.error)));
  }
  return ok(event.output && fromBinary(event.output, encode(event.output, result.value)));
}

function encode(schema: DescMessage, init: unknown): Uint8Array {
  return toBinary(schema, create(schema, init as Record<string, unknown>));
}
