import { fromBinary } from "@bufbuild/protobuf";
import { Fault } from "../fault.js";
import type { Answer } from "../session/carrier.js";
import { FaultSchema } from "../wire/bellwire/frames_pb.js";

/** The bytes of an answer. Where a webview cannot carry bytes, Tauri makes numbers of them. */
export function bytesOf(answer: unknown): Uint8Array {
  if (answer instanceof ArrayBuffer) {
    return new Uint8Array(answer);
  }
  if (answer instanceof Uint8Array) {
    return answer;
  }
  if (Array.isArray(answer)) {
    return Uint8Array.from(answer as number[]);
  }
  throw new Fault("INTERNAL", "the core answered with something else than bytes");
}

/** Frames behind one another, each behind its length in four bytes, the least significant first. */
export function join(frames: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(frames.reduce((length, frame) => length + 4 + frame.length, 0));
  const view = new DataView(joined.buffer);
  let position = 0;
  for (const frame of frames) {
    view.setUint32(position, frame.length, true);
    joined.set(frame, position + 4);
    position += 4 + frame.length;
  }
  return joined;
}

/** Reads the answer to a call: what it is, in one byte, and the message itself. Throws a fault, that of the call for one. */
export function readAnswer(answer: Uint8Array): Answer {
  const payload = answer.subarray(1);
  switch (answer[0]) {
    case 1:
      return { kind: { case: "ok" }, payload };
    case 2:
      return { kind: { case: "error" }, payload };
    case 0:
      throw readFault(payload);
    default:
      throw cutOff();
  }
}

function readFault(bytes: Uint8Array): Fault {
  try {
    const { code, message } = fromBinary(FaultSchema, bytes);
    return new Fault(Fault.codeOf(code), message);
  } catch {
    return cutOff();
  }
}

/** What an answer says: whether the session is open, and the frames that the core had for the page. */
export interface Batch {
  readonly open: boolean;
  readonly frames: readonly Uint8Array[];
}

/** Reads an answer. Throws a fault where it is cut off. */
export function readBatch(answer: Uint8Array): Batch {
  const view = new DataView(answer.buffer, answer.byteOffset, answer.byteLength);
  const frames: Uint8Array[] = [];
  let position = 1;
  while (position < answer.length) {
    const start = position + 4;
    const end = start <= answer.length ? start + view.getUint32(position, true) : Infinity;
    if (end > answer.length) {
      throw cutOff();
    }
    frames.push(answer.subarray(start, end));
    position = end;
  }
  if (answer[0] !== 0 && answer[0] !== 1) {
    throw cutOff();
  }
  return { open: answer[0] === 1, frames };
}

function cutOff(): Fault {
  return new Fault("INTERNAL", "the core's answer is cut off");
}
