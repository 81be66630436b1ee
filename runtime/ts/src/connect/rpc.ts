import type { DescMessage, Message } from "@bufbuild/protobuf";
import { Fault, type FaultCode } from "../fault.js";

/** What carries calls to a core: a protocol, as the rest of this folder sees it. */
export interface Rpc {
  /** Throws an {@link RpcFault}. */
  unary(method: Method, input: Message | undefined, call: RpcCall): Promise<Message>;
  /** Throws an {@link RpcFault}. Leaving the loop, or the call's signal, ends the stream. */
  stream(method: Method, input: Message | undefined, call: RpcCall): AsyncIterable<Message>;
}

/** An event or a method of the notifications' own service. */
export interface Method {
  readonly kind: "unary" | "stream";
  /** `package.Group/Event`. */
  readonly path: string;
  /** `undefined` where it takes nothing. */
  readonly input: DescMessage | undefined;
  /** `undefined` where it answers with nothing. */
  readonly output: DescMessage | undefined;
}

export interface RpcCall {
  readonly signal: AbortSignal;
  readonly timeoutMs?: number | undefined;
  readonly metadata?: Readonly<Record<string, string>>;
}

/** A message that travels with a fault. */
export interface Detail {
  readonly type: string;
  readonly value: Uint8Array;
}

/** A fault as the core sent it. */
export class RpcFault extends Fault {
  readonly details: readonly Detail[];

  constructor(code: FaultCode, message: string, details: readonly Detail[] = [], options?: ErrorOptions) {
    super(code, message, options);
    this.details = details;
  }
}
