import { type DescMessage, fromBinary, type Message, toBinary } from "@bufbuild/protobuf";
import type { EventInfo } from "../event.js";
import { Fault } from "../fault.js";
import { err, ok, type Result } from "../result.js";
import type { TransportCall } from "../transport.js";
import type { Answer } from "./carrier.js";
import type { Connection } from "./connection.js";

/** How many items of a stream may be on their way; half of them are asked for at once. */
const CREDIT = 32;

/** A call that is under way. */
export interface PendingCall {
  /** Its answer came, or a part of it. */
  answer(answer: Answer): void;
  fail(fault: Fault): void;
}

/** Makes a call that is answered once. Throws a fault. */
export function unary(
  connection: Connection,
  event: EventInfo,
  input: Message | undefined,
  call: TransportCall,
): Promise<Result<Message | undefined, Message>> {
  return new Promise((resolve, reject) => {
    const payload = encode(event, input);
    let id = 0n;
    const fail = (reason: unknown) => reject(Fault.from(reason));
    const pending: PendingCall = {
      fail,
      answer({ kind, payload }) {
        try {
          switch (kind.case) {
            case "ok":
              resolve(ok(event.output && decode(event.output, payload)));
              break;
            case "error":
              resolve(err(decode(event.error, payload)));
              break;
            default:
              throw new Fault("INTERNAL", `the core answered ${event.path} with a stream`);
          }
        } catch (reason) {
          connection.cancel(id);
          fail(reason);
        }
      },
    };
    let ended = false;
    call.onEnd((fault) => {
      ended = true;
      connection.cancel(id);
      fail(fault);
    });
    if (ended) return;
    try {
      id = connection.start(event, payload, call, 0, pending);
    } catch (reason) {
      fail(reason);
    }
  });
}

/** Makes a call that is answered by a stream. Its items are asked for as they are taken. */
export async function* stream(
  connection: Connection,
  event: EventInfo,
  input: Message | undefined,
  call: TransportCall,
): AsyncGenerator<Result<Message, Message>> {
  throwIfCancelled(call.signal);
  const answers = new Answers();
  const id = connection.start(event, encode(event, input), call, CREDIT, answers);
  const abort = () => {
    connection.cancel(id);
    answers.fail(cancelled(call.signal));
  };
  call.signal.addEventListener("abort", abort);
  try {
    let taken = 0;
    for (;;) {
      const { kind, payload } = await answers.take();
      switch (kind.case) {
        case "item":
          taken += 1;
          if (taken === CREDIT / 2) {
            connection.grant(id, taken);
            taken = 0;
          }
          yield ok(decode(outputOf(event), payload));
          break;
        case "error":
          yield err(decode(event.error, payload));
          return;
        case "end":
          return;
        default:
          throw new Fault("INTERNAL", `the core answered ${event.path} without a stream`);
      }
    }
  } finally {
    call.signal.removeEventListener("abort", abort);
    connection.cancel(id);
  }
}

/** What came for a stream and was not taken yet. */
class Answers implements PendingCall {
  readonly #frames: Answer[] = [];
  #fault: Fault | undefined;
  #wake: (() => void) | undefined;

  answer(frame: Answer): void {
    this.#frames.push(frame);
    this.#wake?.();
  }

  /** What came before is taken first. */
  fail(fault: Fault): void {
    this.#fault ??= fault;
    this.#wake?.();
  }

  async take(): Promise<Answer> {
    for (;;) {
      const frame = this.#frames.shift();
      if (frame) {
        return frame;
      }
      if (this.#fault) {
        throw this.#fault;
      }
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}

function encode({ input: schema }: EventInfo, input: Message | undefined): Uint8Array {
  try {
    return schema && input ? toBinary(schema, input) : new Uint8Array();
  } catch (reason) {
    throw Fault.from(reason, "INVALID_ARGUMENT");
  }
}

function decode(schema: DescMessage, payload: Uint8Array): Message {
  try {
    return fromBinary(schema, payload);
  } catch (cause) {
    throw new Fault("INTERNAL", `the core's ${schema.typeName} cannot be decoded`, { cause });
  }
}

function outputOf({ path, output }: EventInfo): DescMessage {
  if (!output) {
    throw new Fault("INTERNAL", `${path} is a stream of nothing`);
  }
  return output;
}

function throwIfCancelled(signal: AbortSignal): void {
  if (signal.aborted) {
    throw cancelled(signal);
  }
}

function cancelled(signal: AbortSignal): Fault {
  return Fault.from(signal.reason, "CANCELLED");
}
