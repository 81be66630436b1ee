import type { Fault } from "../fault.js";
import type { ClientFrame, ServerFrame } from "../wire/bellwire/frames_pb.js";

/** A way to a core that carries frames of bytes: a webview's messages, a socket, a pipe. */
export interface Carrier {
  /** Opens a line to a session of its own. What comes of it is told to the receiver. */
  open(receiver: Receiver): Line;
}

/** One line to the core. */
export interface Line {
  /**
   * Sends a frame. Those that are no calls arrive in their order; the first one is a hello. A call without credit has
   * one answer, and goes to a core that has said welcome. Nothing is thrown: what fails is told to the receiver.
   */
  send(frame: ClientFrame): void;
  /** Closes the line and the session behind it. Nothing is told to the receiver afterwards. */
  close(): void;
}

/** What a line tells. No method throws. */
export interface Receiver {
  /** A frame of the core came. */
  receive(frame: Uint8Array): void;
  /** A call with this id has its answer, which came by a way of its own. */
  answered(call: bigint, answer: Answer): void;
  /** A call with this id ended in a fault: it did not reach the core, or its answer cannot come, or is one. */
  failed(call: bigint, fault: Fault): void;
  /** The line is gone; nothing is told afterwards. */
  lost(fault: Fault): void;
}

/** What comes for a call: what kind of a frame it is, and the message in it. */
export interface Answer {
  readonly kind: Pick<ServerFrame["kind"], "case">;
  readonly payload: Uint8Array;
}
