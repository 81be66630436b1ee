import type { DescMethodServerStreaming, DescMethodUnary, DescService, Message } from "@bufbuild/protobuf";
import { EmptySchema, MethodOptions_IdempotencyLevel } from "@bufbuild/protobuf/wkt";
import { Fault, type FaultCode } from "../fault.js";
import { type Detail, type Method, type Rpc, type RpcCall, RpcFault } from "./rpc.js";

/** What is asked of a transport of `@connectrpc`; said here, so that nobody needs its packages who does not use it. */
export interface ConnectRpcTransport {
  unary(
    method: DescMethodUnary,
    signal: AbortSignal | undefined,
    timeoutMs: number | undefined,
    header: HeadersInit | undefined,
    input: Message,
  ): Promise<{ readonly message: Message }>;
  stream(
    method: DescMethodServerStreaming,
    signal: AbortSignal | undefined,
    timeoutMs: number | undefined,
    header: HeadersInit | undefined,
    input: AsyncIterable<Message>,
  ): Promise<{ readonly message: AsyncIterable<Message> }>;
}

/** Any protocol that a transport of `@connectrpc` speaks. */
export class ConnectRpc implements Rpc {
  readonly #transport: ConnectRpcTransport;

  constructor(transport: ConnectRpcTransport) {
    this.#transport = transport;
  }

  async unary(method: Method, input: Message = EMPTY, call: RpcCall): Promise<Message> {
    const described = describe(method) as DescMethodUnary;
    try {
      const { signal, metadata } = call;
      return (await this.#transport.unary(described, signal, wholeMs(call), metadata, input)).message;
    } catch (reason) {
      throw faultOf(reason);
    }
  }

  async *stream(method: Method, input: Message = EMPTY, call: RpcCall): AsyncGenerator<Message> {
    const described = describe(method) as DescMethodServerStreaming;
    const { signal, metadata } = call;
    try {
      const response = await this.#transport.stream(described, signal, wholeMs(call), metadata, once(input));
      yield* items(response.message, signal);
    } catch (reason) {
      throw faultOf(reason);
    }
  }
}

const EMPTY: Message = { $typeName: EmptySchema.typeName };

/** The items of a response, which is told when nobody wants more of it. */
async function* items(messages: AsyncIterable<Message>, signal: AbortSignal): AsyncGenerator<Message> {
  const iterator = messages[Symbol.asyncIterator]();
  try {
    for (let step = await iterator.next(); !step.done; step = await iterator.next()) {
      yield step.value;
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
function wholeMs({ timeoutMs }: RpcCall): number | undefined {
  return timeoutMs === undefined ? undefined : Math.ceil(timeoutMs);
}

async function* once<T>(value: T): AsyncGenerator<T> {
  yield value;
}

/** The descriptors that were made so far; a transport looks up its codecs by them. */
const described = new WeakMap<Method, DescMethodUnary | DescMethodServerStreaming>();

/**
 * An enum is no service in protobuf, so there is no descriptor that a transport could be given. This makes one with all
 * that a transport looks at; what only reflection would ask for (`proto`, `file`) is not there.
 */
function describe(method: Method): DescMethodUnary | DescMethodServerStreaming {
  let made = described.get(method);
  if (!made) {
    made = descriptor(method);
    described.set(method, made);
  }
  return made;
}

function descriptor(method: Method): DescMethodUnary | DescMethodServerStreaming {
  const slash = method.path.lastIndexOf("/");
  const typeName = method.path.slice(0, slash);
  const name = method.path.slice(slash + 1);
  const parent = { kind: "service", typeName, name: typeName.slice(typeName.lastIndexOf(".") + 1) };
  return {
    kind: "rpc",
    name,
    localName: name.charAt(0).toLowerCase() + name.slice(1),
    parent: parent as DescService,
    methodKind: method.kind === "unary" ? "unary" : "server_streaming",
    input: method.input ?? EmptySchema,
    output: method.output ?? EmptySchema,
    idempotency: MethodOptions_IdempotencyLevel.IDEMPOTENCY_UNKNOWN,
    deprecated: false,
    toString: () => `rpc ${method.path}`,
  } as DescMethodUnary | DescMethodServerStreaming;
}

/** What a transport throws: `ConnectError`, known by its name, since there may be several copies of its class. */
interface ConnectError extends Error {
  readonly code: number;
  readonly rawMessage: string;
  readonly details: readonly unknown[];
}

/** The fault that a transport's error is. */
function faultOf(reason: unknown): Fault {
  if (!(reason instanceof Error) || reason.name !== "ConnectError") {
    return Fault.from(reason);
  }
  const error = reason as ConnectError;
  const details = error.details.filter((detail): detail is Detail => (detail as Detail).value instanceof Uint8Array);
  return new RpcFault(codeOf(error), error.rawMessage, details, { cause: error });
}

/** Transports have various codes for failures of the network, and of the protocol. */
function codeOf({ code, cause, rawMessage }: ConnectError): FaultCode {
  if (cause instanceof TypeError) {
    // What fetch() throws where the network fails it.
    return "UNAVAILABLE";
  }
  if (
    cause instanceof Error &&
    "code" in cause &&
    /^(E(CONN|PIPE|HOST|NET|TIMEDOUT|RR_)|HPE_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_)/.test(String(cause.code))
  ) {
    // What Node's sockets and its parser throw, ECONNRESET and the like, and OpenSSL of certificates.
    return "UNAVAILABLE";
  }
  if (/missing EndStreamResponse|incomplete envelope/.test(rawMessage)) {
    return "UNAVAILABLE";
  }
  const known = Fault.codeOf(code);
  // It is about what the core sent, and not about what the caller did.
  const broken = known === "INVALID_ARGUMENT" && /^(protocol error|failed to parse)/.test(rawMessage);
  return broken ? "INTERNAL" : known;
}
