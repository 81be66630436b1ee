import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import type { Fault } from "bellwire";
import type { Carrier, Line, Receiver } from "../dist/session/index.js";
import { type ClientFrame, ServerFrameSchema } from "../dist/wire/bellwire/frames_pb.js";

type ServerKind = NonNullable<MessageInitShape<typeof ServerFrameSchema>["kind"]>;

/** A carrier with a core behind it that does what a test says, and welcomes everybody unless told otherwise. */
export class FakeCarrier implements Carrier {
  readonly lines: FakeLine[] = [];
  /** What is answered by itself. */
  script: (line: FakeLine, frame: ClientFrame) => void = obliging;

  open(receiver: Receiver): Line {
    const line = new FakeLine(receiver, (line, frame) => this.script(line, frame));
    this.lines.push(line);
    return line;
  }

  get last(): FakeLine {
    const line = this.lines.at(-1);
    if (!line) throw new Error("nothing was opened");
    return line;
  }
}

export class FakeLine implements Line {
  readonly sent: ClientFrame[] = [];
  closed = false;
  readonly #receiver: Receiver;
  readonly #script: (line: FakeLine, frame: ClientFrame) => void;

  constructor(receiver: Receiver, script: (line: FakeLine, frame: ClientFrame) => void) {
    this.#receiver = receiver;
    this.#script = script;
  }

  send(frame: ClientFrame): void {
    this.sent.push(frame);
    queueMicrotask(() => this.#script(this, frame));
  }

  close(): void {
    this.closed = true;
  }

  /** The kinds of the frames that were sent. */
  get kinds(): (string | undefined)[] {
    return this.sent.map(({ kind }) => kind.case);
  }

  /** The last frame of a kind that was sent. */
  find<Case extends ClientFrame["kind"]["case"]>(
    kind: Case,
  ): Extract<ClientFrame["kind"], { case: Case }> extends { value: infer Value } ? Value : never {
    const found = this.sent.filter((frame) => frame.kind.case === kind).at(-1);
    if (!found) throw new Error(`no ${kind} was sent`);
    return found.kind.value as never;
  }

  say(kind: ServerKind, payload: Uint8Array = new Uint8Array()): void {
    this.bytes(toBinary(ServerFrameSchema, create(ServerFrameSchema, { kind, payload })));
  }

  bytes(frame: Uint8Array): void {
    this.#receiver.receive(frame);
  }

  fault(id: bigint, code: number, message = "no"): void {
    this.say({ case: "fault", value: { id, code, message } });
  }

  failed(id: bigint, fault: Fault): void {
    this.#receiver.failed(id, fault);
  }

  lost(fault: Fault): void {
    this.#receiver.lost(fault);
  }
}

/** Welcomes, and acknowledges. */
export function obliging(line: FakeLine, { kind }: ClientFrame): void {
  if (kind.case === "hello") line.say({ case: "welcome", value: { protocol: 1 } });
  if (kind.case === "ping") line.say({ case: "pong", value: { nonce: kind.value.nonce } });
}

/** Says nothing. */
export function silent(): void {}
