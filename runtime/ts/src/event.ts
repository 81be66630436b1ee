import type { DescMessage, Message, MessageInitShape } from "@bufbuild/protobuf";
import type { GenMessage } from "@bufbuild/protobuf/codegenv2";
import { callStream, callUnary } from "./call.js";
import type { Result } from "./result.js";
import type { CallOptions } from "./transport.js";

/** What an event takes or answers with, or a notification carries: a message, or nothing. */
export type Payload = Message | void;

/** The schema of a payload. */
export type PayloadSchema<P extends Payload> = P extends Message ? GenMessage<P> : undefined;

/** What may be given where a payload is asked for: the message, or an object with some of its fields. */
export type PayloadInit<P extends Payload> = P extends Message ? MessageInitShape<GenMessage<P>> : void;

/** The arguments of an event's function: an input where the event takes one, and options. */
export type CallArguments<I extends Payload> = I extends Message
  ? [input: PayloadInit<I>, options?: CallOptions]
  : [options?: CallOptions];

/** What a transport needs to know about an event. */
export interface EventInfo {
  readonly kind: "unary" | "stream";
  /** Its identity: `package.Group/Event`. */
  readonly path: string;
  /** `undefined` where the event takes nothing. */
  readonly input: DescMessage | undefined;
  /** `undefined` where the event answers with nothing. */
  readonly output: DescMessage | undefined;
  /** The message type of its domain errors. */
  readonly error: DescMessage;
  /** Says whether two sides mean the same by `path`. */
  readonly fingerprint: bigint;
  /** What the schema allows a whole call to take, in milliseconds. */
  readonly timeoutMs: number | undefined;
}

/**
 * An event that is answered once. Call it as a function; it is also what tests and transports know it by.
 *
 * ```ts
 * const result = await UserEventSignIn({ email });
 * if (result.ok) show(result.value);
 * else explain(result.error);
 * ```
 */
export interface UnaryEvent<I extends Payload, O extends Payload, E extends Message> extends EventInfo {
  (...args: CallArguments<I>): Promise<Result<O, E>>;
  readonly kind: "unary";
  readonly input: PayloadSchema<I>;
  readonly output: PayloadSchema<O>;
  readonly error: GenMessage<E>;
}

/**
 * An event that is answered by a stream. Each loop over what the function returns is one call, made when the loop
 * begins; leaving the loop cancels it. An error of the schema is the last item.
 *
 * ```ts
 * for await (const chunk of UserEventExport({ format })) {
 *   if (!chunk.ok) return explain(chunk.error);
 *   append(chunk.value);
 * }
 * ```
 */
export interface StreamEvent<I extends Payload, O extends Message, E extends Message> extends EventInfo {
  (...args: CallArguments<I>): AsyncIterable<Result<O, E>>;
  readonly kind: "stream";
  readonly input: PayloadSchema<I>;
  readonly output: GenMessage<O>;
  readonly error: GenMessage<E>;
}

/** What generated code says about an event. */
export interface EventSpec<I extends Payload, O extends Payload, E extends Message> {
  path: string;
  input?: PayloadSchema<I>;
  output?: PayloadSchema<O>;
  error: GenMessage<E>;
  fingerprint: bigint;
  timeoutMs?: number;
}

/** Makes the function of an event that is answered once. For generated code. */
export function unary<I extends Payload, O extends Payload, E extends Message>(
  spec: EventSpec<I, O, E>,
): UnaryEvent<I, O, E> {
  const info = infoOf("unary", spec);
  const call = info.input
    ? (input: object, options?: CallOptions) => callUnary(info, input, options)
    : (options?: CallOptions) => callUnary(info, undefined, options);
  return Object.assign(call, info) as unknown as UnaryEvent<I, O, E>;
}

/** Makes the function of an event that is answered by a stream. For generated code. */
export function stream<I extends Payload, O extends Message, E extends Message>(
  spec: EventSpec<I, O, E>,
): StreamEvent<I, O, E> {
  const info = infoOf("stream", spec);
  const call = info.input
    ? (input: object, options?: CallOptions) => callStream(info, input, options)
    : (options?: CallOptions) => callStream(info, undefined, options);
  return Object.assign(call, info) as unknown as StreamEvent<I, O, E>;
}

function infoOf<I extends Payload, O extends Payload, E extends Message>(
  kind: EventInfo["kind"],
  spec: EventSpec<I, O, E>,
): EventInfo {
  return {
    kind,
    path: spec.path,
    input: spec.input,
    output: spec.output,
    error: spec.error,
    fingerprint: spec.fingerprint,
    timeoutMs: spec.timeoutMs,
  };
}
