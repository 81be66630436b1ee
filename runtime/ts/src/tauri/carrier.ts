import { toBinary } from "@bufbuild/protobuf";
import { Fault } from "../fault.js";
import type { Carrier, Line, Receiver } from "../session/carrier.js";
import { type Call, type ClientFrame, ClientFrameSchema } from "../wire/bellwire/frames_pb.js";
import { bytesOf, join, readAnswer, readBatch } from "./bytes.js";
import { entriesOf, type Scheme } from "./scheme.js";

/** Invokes a command of the app with bytes, and gives what it was answered with. */
export type Invoke = (
  command: string,
  body: Uint8Array<ArrayBuffer>,
  options: { headers: Record<string, string> },
) => Promise<unknown>;

/** What the plugin's commands begin with. */
const PLUGIN = "plugin:bellwire|";

/** Carries frames in invokes, and calls by the plugin's scheme if there is one. */
export class TauriCarrier implements Carrier {
  readonly #invoke: Invoke;
  readonly #scheme: Scheme | undefined;

  constructor(invoke: Invoke, scheme: Scheme | undefined) {
    this.#invoke = invoke;
    this.#scheme = scheme;
  }

  open(receiver: Receiver): Line {
    return new TauriLine(this.#invoke, this.#scheme, receiver);
  }
}

/**
 * One session: calls that have one answer go and come in a request or an invoke of their own, what else the page says
 * goes in `send`, and what else the core says is waited for in `pull`.
 */
class TauriLine implements Line {
  readonly #invoke: Invoke;
  readonly #scheme: Scheme | undefined;
  readonly #receiver: Receiver;
  readonly #session = nextSession();
  /** What is to be sent; one command at a time takes it, so that it arrives in its order. */
  #frames: Uint8Array[] = [];
  #sending = false;
  #opened = false;
  #closed = false;

  constructor(invoke: Invoke, scheme: Scheme | undefined, receiver: Receiver) {
    this.#invoke = invoke;
    this.#scheme = scheme;
    this.#receiver = receiver;
  }

  send(frame: ClientFrame): void {
    if (frame.kind.case === "call" && frame.kind.value.credit === 0) {
      void this.#call(frame.kind.value, frame.payload);
      return;
    }
    this.#frames.push(toBinary(ClientFrameSchema, frame));
    if (!this.#sending) {
      this.#sending = true;
      void this.#sendAll();
    }
  }

  close(): void {
    if (!this.#closed) {
      this.#closed = true;
      void this.#sendEnd();
    }
  }

  async #call(call: Call, input: Uint8Array): Promise<void> {
    try {
      // The second delivery of a call that the first one brought to the core is not executed again.
      const bytes =
        (await this.#scheme?.call(this.#session, call, input)) ??
        (await this.#command("call", input, ` ${call.id} ${call.path}`, headersOf(call)));
      this.#receiver.answered(call.id, readAnswer(bytesOf(bytes)));
    } catch (reason) {
      this.#receiver.failed(call.id, faultOf(reason));
    }
  }

  async #sendAll(): Promise<void> {
    try {
      // What is said at one moment goes in one command.
      await Promise.resolve();
      while (this.#frames.length > 0 && !this.#closed) {
        const command = this.#opened ? "send" : "open";
        const frames = join(this.#frames);
        this.#frames = [];
        this.#take(bytesOf(await this.#command(command, frames)));
        if (!this.#opened) {
          this.#opened = true;
          void this.#pullAll();
        }
      }
    } catch (reason) {
      this.#lose(faultOf(reason));
    } finally {
      this.#sending = false;
    }
  }

  /** Without frames, it says that there will be none. */
  async #sendEnd(): Promise<void> {
    try {
      await this.#command("send", new Uint8Array());
    } catch {
      // Nothing was reached that could have a session.
    }
  }

  async #pullAll(): Promise<void> {
    try {
      let pulled = this.#pull(1);
      for (let number = 2; !this.#closed; number++) {
        const answer = bytesOf(await pulled);
        // The next frames are on their way while these are handed out.
        pulled = this.#pull(number);
        this.#take(answer);
      }
    } catch (reason) {
      this.#lose(faultOf(reason));
    }
  }

  /** Asks for what the core has for the page. What fails is told to who waits for it, if anybody does by then. */
  #pull(number: number): Promise<unknown> {
    const pulled = this.#command("pull", new Uint8Array(), ` ${number}`);
    pulled.catch(() => {});
    return pulled;
  }

  /** Hands out the frames of an answer. Throws where the session is closed. */
  #take(answer: Uint8Array): void {
    const { open, frames } = readBatch(answer);
    frames.forEach((frame) => this.#receive(frame));
    if (!open) {
      throw new Fault("UNAVAILABLE", "the core has closed the session");
    }
  }

  #receive(frame: Uint8Array): void {
    if (!this.#closed) {
      this.#receiver.receive(frame);
    }
  }

  #lose(fault: Fault): void {
    if (!this.#closed) {
      this.close();
      this.#receiver.lost(fault);
    }
  }

  /** Invokes a command about this session, a call or a pull of that number, and the event of a call. */
  #command(name: string, body: Uint8Array, about = "", headers: Record<string, string> = {}): Promise<unknown> {
    // All in one header: each of them is a measurable part of a small call.
    headers["bellwire-address"] = this.#session + about;
    return this.#invoke(PLUGIN + name, body as Uint8Array<ArrayBuffer>, { headers });
  }
}

function headersOf(call: Call): Record<string, string> {
  const headers: Record<string, string> = {};
  if (call.timeoutMs !== undefined) {
    headers["bellwire-timeout-ms"] = String(call.timeoutMs);
  }
  if (call.metadata.length > 0) {
    headers["bellwire-metadata"] = entriesOf(call);
  }
  return headers;
}

/**
 * The fault of a command: what its answer says, or what it means that it has none. The plugin's own never fail, so it
 * was not reached; Tauri says why as text.
 */
function faultOf(reason: unknown): Fault {
  if (reason instanceof Fault) {
    return reason;
  }
  const text = reason instanceof Error ? reason.message : String(reason);
  return text.includes("not allowed")
    ? new Fault("PERMISSION_DENIED", `${text} (a capability of the app has to name \`bellwire:default\`)`)
    : new Fault("UNAVAILABLE", text, { cause: reason });
}

/** How many sessions this page has had, and a name for the page that no other has. */
interface Page {
  name: string;
  sessions: number;
}

const PAGE: unique symbol = Symbol.for("bellwire.page") as never;

/** A name for a session. By its first part the core knows those of a page that is gone, so all copies of this code share it. */
function nextSession(): string {
  const holder = globalThis as { [PAGE]?: Page };
  const page = (holder[PAGE] ??= { name: randomName(), sessions: 0 });
  page.sessions += 1;
  return `${page.name}.${page.sessions}`;
}

/** Unlike `randomUUID`, this is there in pages of a development server too. */
function randomName(): string {
  return [...crypto.getRandomValues(new Uint32Array(4))].map((number) => number.toString(36)).join("-");
}
