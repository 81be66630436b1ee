import { create, fromBinary } from "@bufbuild/protobuf";
import type { EventInfo } from "../event.js";
import { Fault, report } from "../fault.js";
import type { NotificationInfo } from "../notification.js";
import type { Lag, Subscription, TransportCall, Unserved } from "../transport.js";
import {
  type Call,
  ClientFrameSchema,
  type Metadata,
  type ServerFrame,
  ServerFrameSchema,
} from "../wire/bellwire/frames_pb.js";
import { Unserved_Reason, type Welcome } from "../wire/bellwire/wire_pb.js";
import type { PendingCall } from "./calls.js";
import type { Answer, Carrier, Line, Receiver } from "./carrier.js";
import { Waits } from "./waits.js";

/** The version of wire.proto's protocol that this client speaks. */
const PROTOCOL = 1;

type ClientKind = NonNullable<Parameters<typeof create<typeof ClientFrameSchema>>[1]>["kind"];

/** An event or a notification that the client uses. */
export type Used = Pick<NotificationInfo, "path" | "fingerprint">;

/** What a connection brings beside the answers to calls. */
export interface ConnectionEvents {
  notify(path: string, key: string | undefined, payload: Uint8Array): void;
  lagged(lag: Lag): void;
  unserved(unserved: Unserved): void;
  /** It has ended: every call and every wait has its fault. */
  ended(fault: Fault): void;
}

/** One line to the core, from its hello to its end. */
export class Connection implements Receiver {
  readonly #line: Line;
  readonly #events: ConnectionEvents;
  readonly #calls = new Map<bigint, PendingCall>();
  /** What the core was told of, with its answer. */
  readonly #announced = new Map<string, Promise<void>>();
  readonly #served = new Set<string>();
  readonly #unserved = new Map<string, Unserved>();
  /** The hellos that have no welcome yet, in their order. */
  readonly #welcomes: Waits<Welcome>;
  readonly #pongs: Waits<void>;
  /** What the core has acknowledged, with the id that it goes by. */
  readonly #subscribed = new Map<string, bigint>();
  /** The next hello, which is said once all that is announced at this moment was. */
  #hello: { readonly uses: Used[]; readonly answered: Promise<void> } | undefined;
  #welcomed = false;
  #lastCall = 0n;
  #lastSubscription = 0n;
  #fault: Fault | undefined;

  /** Opens a line. The hello follows, as soon as it is known what the client uses. */
  constructor(carrier: Carrier, events: ConnectionEvents, silenceMs: number) {
    const silent = () => this.close(new Fault("UNAVAILABLE", `no sign of life from the core for ${silenceMs} ms`));
    this.#welcomes = new Waits(silenceMs, silent);
    this.#pongs = new Waits(silenceMs, silent);
    this.#events = events;
    this.#line = carrier.open(this);
  }

  get alive(): boolean {
    return this.#fault === undefined;
  }

  throwIfEnded(): void {
    if (this.#fault) {
      throw this.#fault;
    }
  }

  /** Whether the core has said that it serves this. */
  serves(path: string): boolean {
    return this.#served.has(path);
  }

  /** Why the core cannot serve an event or a notification that was announced, if so. */
  unserved(path: string): Unserved | undefined {
    return this.#unserved.get(path);
  }

  /** Tells the core that the client uses these, unless it was told, and waits for its answer. Throws a fault. */
  async announce(uses: readonly Used[]): Promise<void> {
    this.throwIfEnded();
    const unknown = uses.filter(({ path }) => !this.#announced.has(path));
    if (unknown.length > 0) {
      const { uses: further, answered } = (this.#hello ??= this.#prepareHello());
      further.push(...unknown);
      unknown.forEach(({ path }) => this.#announced.set(path, answered));
    }
    await Promise.all(uses.map(({ path }) => this.#announced.get(path)));
  }

  #prepareHello(): { uses: Used[]; answered: Promise<void> } {
    const uses: Used[] = [];
    return { uses, answered: Promise.resolve().then(() => this.#sayHello(uses)) };
  }

  async #sayHello(uses: readonly Used[]): Promise<void> {
    this.#hello = undefined;
    this.throwIfEnded();
    const welcome = this.#welcomes.add();
    this.#send({ case: "hello", value: { protocol: PROTOCOL, uses: uses.map(wireUse) } });
    const { unserved: refused } = await welcome;
    uses.forEach(({ path }) => this.#served.add(path));
    for (const { path, reason } of refused) {
      this.#served.delete(path);
      const unserved: Unserved = { path, reason: reason === Unserved_Reason.UNKNOWN ? "unknown" : "different" };
      this.#unserved.set(path, unserved);
      this.#events.unserved(unserved);
    }
  }

  /** Starts a call of an event that was announced, and returns its id. */
  start(event: EventInfo, payload: Uint8Array, call: TransportCall, credit: number, pending: PendingCall): bigint {
    this.throwIfEnded();
    this.#lastCall += 1n;
    const id = this.#lastCall;
    this.#calls.set(id, pending);
    // Written out, because `create` takes many times as long.
    const value: Call = {
      $typeName: "bellwire.v1.Call",
      id,
      path: event.path,
      metadata: entries(call.metadata),
      credit,
    };
    if (call.timeoutMs !== undefined) {
      value.timeoutMs = BigInt(Math.ceil(call.timeoutMs));
    }
    this.#line.send({ $typeName: "bellwire.v1.ClientFrame", kind: { case: "call", value }, payload });
    return id;
  }

  /** Says that nobody waits for a call any longer, unless it has ended. */
  cancel(id: bigint): void {
    if (this.#calls.delete(id)) {
      this.#send({ case: "cancel", value: { id } });
    }
  }

  /** Allows the core to send more items of a stream. */
  grant(id: bigint, items: number): void {
    if (this.#calls.has(id)) {
      this.#send({ case: "credit", value: { id, items } });
    }
  }

  /**
   * Changes what the connection is subscribed to. `begun` is called where that stands among the notifications, if it is
   * given. Throws a fault, after which what was asked for anew is not.
   */
  async subscribe(wanted: ReadonlyMap<string, Subscription>, begun?: () => void): Promise<void> {
    const added = [...wanted].filter(([identity]) => !this.#subscribed.has(identity));
    const removed = [...this.#subscribed.keys()].filter((identity) => !wanted.has(identity));
    await this.announce(added.map(([, { notification }]) => notification));
    this.throwIfEnded();
    for (const [identity, { notification, key }] of added) {
      this.#lastSubscription += 1n;
      const id = this.#lastSubscription;
      this.#subscribed.set(identity, id);
      const subscription = key === undefined ? { path: notification.path } : { path: notification.path, key };
      this.#send({ case: "subscribe", value: { id, subscription } });
    }
    // Only now, because a notification may be wanted by one of these and by one of those.
    removed.forEach((identity) => this.#unsubscribe(identity));
    if (added.length > 0 || removed.length > 0 || begun) {
      try {
        await this.#ping(begun);
      } catch (reason) {
        // It is not known which of them the core refused.
        added.forEach(([identity]) => this.#unsubscribe(identity));
        throw reason;
      }
    }
  }

  #unsubscribe(identity: string): void {
    const id = this.#subscribed.get(identity);
    if (id !== undefined && this.#subscribed.delete(identity)) {
      this.#send({ case: "unsubscribe", value: { id } });
    }
  }

  /** Waits until the core has done all that came before. */
  #ping(answered?: () => void): Promise<void> {
    const pong = this.#pongs.add(answered);
    this.#send({ case: "ping", value: { nonce: 0n } });
    return pong;
  }

  /** Ends the connection with a fault. */
  close(fault: Fault): void {
    if (this.alive) {
      this.#line.close();
      this.lost(fault);
    }
  }

  lost(fault: Fault): void {
    if (!this.alive) {
      return;
    }
    this.#fault = fault;
    const calls = [...this.#calls.values()];
    this.#calls.clear();
    this.#welcomes.fail(fault);
    this.#pongs.fail(fault);
    calls.forEach((call) => call.fail(fault));
    this.#events.ended(fault);
  }

  answered(id: bigint, answer: Answer): void {
    this.#take(id)?.answer(answer);
  }

  failed(id: bigint, fault: Fault): void {
    this.#take(id)?.fail(fault);
  }

  receive(bytes: Uint8Array): void {
    if (!this.alive) {
      return;
    }
    let frame: ServerFrame;
    try {
      frame = fromBinary(ServerFrameSchema, bytes);
    } catch (cause) {
      // Whose answer it was is unknown, so nobody may go on waiting.
      this.close(new Fault("INTERNAL", "the core sent a malformed frame", { cause }));
      return;
    }
    this.#receive(frame);
  }

  #receive(frame: ServerFrame): void {
    const { kind, payload } = frame;
    switch (kind.case) {
      case "ok":
      case "error":
      case "end":
        this.#take(kind.value.id)?.answer(frame);
        break;
      case "item":
        this.#calls.get(kind.value.id)?.answer(frame);
        break;
      case "fault": {
        const fault = new Fault(Fault.codeOf(kind.value.code), kind.value.message);
        if (kind.value.id === 0n) {
          this.#complain(fault);
        } else {
          this.#take(kind.value.id)?.fail(fault);
        }
        break;
      }
      case "notification":
        this.#events.notify(kind.value.path, kind.value.key, payload);
        break;
      case "lagged":
        this.#events.lagged({ path: kind.value.path || undefined, missed: kind.value.missed });
        break;
      case "welcome":
        this.#welcomed = true;
        this.#welcomes.next()?.settle(kind.value);
        break;
      case "pong":
        this.#pongs.next()?.settle();
        break;
      default:
      // What a later version adds.
    }
  }

  #take(id: bigint): PendingCall | undefined {
    const call = this.#calls.get(id);
    this.#calls.delete(id);
    return call;
  }

  /** A fault that is no answer to a call. The core answers in order, so it is about what comes before the next pong. */
  #complain(fault: Fault): void {
    if (fault.code === "UNAVAILABLE" || !this.#welcomed) {
      this.close(fault);
    } else if (this.#pongs.first) {
      this.#pongs.first.refuse(fault);
    } else {
      report(fault);
    }
  }

  #send(kind: ClientKind, payload: Uint8Array = new Uint8Array()): void {
    if (this.alive && kind) {
      this.#line.send(create(ClientFrameSchema, { kind, payload }));
    }
  }
}

function entries(metadata: TransportCall["metadata"]): Metadata[] {
  return Object.entries(metadata).map(([key, value]) => ({ $typeName: "bellwire.v1.Metadata", key, value }));
}

function wireUse({ path, fingerprint }: Used): { path: string; fingerprint: bigint } {
  return { path, fingerprint };
}
