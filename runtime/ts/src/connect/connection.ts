import { create, type Message } from "@bufbuild/protobuf";
import type { NotificationInfo } from "../notification.js";
import { Fault } from "../fault.js";
import { Scope } from "../scope.js";
import type { Subscription } from "../transport.js";
import {
  SubscribeRequestSchema,
  type SubscribeResponse,
  SubscribeResponseSchema,
  type Unserved,
  UpdateRequestSchema,
  type UpdateResponse,
  UpdateResponseSchema,
  type Welcome,
} from "../wire/bellwire/wire_pb.js";
import type { Method, Rpc } from "./rpc.js";

/** The version of wire.proto's protocol that this client speaks. */
const PROTOCOL = 1;

const SUBSCRIBE: Method = {
  kind: "stream",
  path: "bellwire.v1.Notifications/Subscribe",
  input: SubscribeRequestSchema,
  output: SubscribeResponseSchema,
};

const UPDATE: Method = {
  kind: "unary",
  path: "bellwire.v1.Notifications/Update",
  input: UpdateRequestSchema,
  output: UpdateResponseSchema,
};

/** What a connection takes to open. */
export interface ConnectionRequest {
  rpc: Rpc;
  /** What to subscribe to, by an identity of its own. */
  wanted: ReadonlyMap<string, Subscription>;
  /** The events and notifications that the client uses. */
  uses: readonly Used[];
  /** How long the core may be silent, in milliseconds, before the connection counts as dead. */
  silenceMs: number;
  /** Ends the attempt. */
  signal: AbortSignal;
}

/** An event or a notification that the client uses. */
export type Used = Pick<NotificationInfo, "path" | "fingerprint">;

/** One stream of notifications that the core has welcomed. */
export class Connection {
  readonly welcome: Welcome;
  /** What the core has acknowledged. */
  subscribed: ReadonlyMap<string, Subscription>;

  readonly #rpc: Rpc;
  readonly #responses: AsyncIterator<Message>;
  readonly #scope: Scope;
  readonly #silenceMs: number;
  readonly #announced: Set<string>;
  #lastUpdate = 0n;
  /** The update for whose place in the stream somebody waits. */
  #awaited: { readonly number: bigint; readonly reached: () => void } | undefined;
  #watchdog: ReturnType<typeof setTimeout> | undefined;

  private constructor(
    { rpc, wanted, uses, silenceMs }: ConnectionRequest,
    scope: Scope,
    responses: AsyncIterator<Message>,
    welcome: Welcome,
  ) {
    this.#rpc = rpc;
    this.#responses = responses;
    this.#scope = scope;
    this.#silenceMs = silenceMs;
    this.#announced = new Set(uses.map(({ path }) => path));
    this.subscribed = wanted;
    this.welcome = welcome;
  }

  /** Opens a stream and waits for the core's welcome. Throws a fault. */
  static async open(request: ConnectionRequest): Promise<Connection> {
    const { rpc, wanted, uses, silenceMs, signal } = request;
    const attempt = new Scope(signal, silenceMs);
    // Outlives the attempt, and ends with it where it fails.
    const scope = new Scope(undefined, undefined);
    try {
      const hello = { protocol: PROTOCOL, uses: [...uses] };
      const subscriptions = [...wanted.values()].map(wireSubscription);
      const input = create(SubscribeRequestSchema, { hello, subscriptions });
      const responses = rpc.stream(SUBSCRIBE, input, { signal: scope.signal })[Symbol.asyncIterator]();
      const first = await attempt.wait(responses.next());
      const event = first.done ? undefined : (first.value as SubscribeResponse).event;
      if (event?.case !== "welcome") {
        throw new Fault("INTERNAL", "the core opened a notification stream without a welcome");
      }
      return new Connection(request, scope, responses, event.value);
    } catch (reason) {
      const fault = Fault.from(reason);
      scope.end(fault);
      throw fault;
    } finally {
      attempt.close();
    }
  }

  get alive(): boolean {
    return this.#scope.fault === undefined;
  }

  /** Reads until the connection ends, and returns why it did. */
  async read(receive: (event: SubscribeResponse["event"]) => void): Promise<Fault> {
    try {
      for (;;) {
        this.#watch();
        const response = await this.#scope.wait(this.#responses.next());
        if (response.done) {
          throw new Fault("UNAVAILABLE", "the core ended the notification stream");
        }
        if (!this.alive) {
          break;
        }
        const { event } = response.value as SubscribeResponse;
        if (event.case !== "updated") {
          receive(event);
        } else if (event.value.number === this.#awaited?.number) {
          this.#awaited.reached();
        }
      }
    } catch (reason) {
      this.close(Fault.from(reason));
    } finally {
      clearTimeout(this.#watchdog);
    }
    return this.#scope.fault ?? new Fault("UNAVAILABLE", "the notification stream ended");
  }

  /**
   * Changes what the connection is subscribed to, and returns what the core cannot serve of it. `begun` is called where
   * the change stands among the notifications, if it is given. Throws a fault: `FAILED_PRECONDITION` where the process
   * that answered knows no such stream.
   */
  async update(
    wanted: ReadonlyMap<string, Subscription>,
    uses: readonly Used[],
    begun?: () => void,
  ): Promise<Unserved[]> {
    const add = [...wanted].filter(([id]) => !this.subscribed.has(id));
    const remove = [...this.subscribed].filter(([id]) => !wanted.has(id));
    if (add.length === 0 && remove.length === 0 && !begun) {
      return [];
    }
    const unannounced = uses.filter(({ path }) => !this.#announced.has(path));
    const patience = new Scope(this.#scope.signal, this.#silenceMs);
    try {
      const { number, reached } = begun ? this.#awaitUpdate(begun) : { number: 0n, reached: undefined };
      const input = create(UpdateRequestSchema, {
        streamId: this.welcome.streamId,
        add: add.map(([, one]) => wireSubscription(one)),
        remove: remove.map(([, one]) => wireSubscription(one)),
        uses: unannounced,
        number,
      });
      const call = { signal: patience.signal, timeoutMs: this.#silenceMs };
      const { unserved } = (await patience.wait(this.#rpc.unary(UPDATE, input, call))) as UpdateResponse;
      this.subscribed = wanted;
      unannounced.forEach(({ path }) => this.#announced.add(path));
      if (reached) {
        await patience.wait(reached);
      }
      return unserved;
    } catch (reason) {
      throw this.#scope.fault ?? Fault.from(reason);
    } finally {
      this.#awaited = undefined;
      patience.close();
    }
  }

  /** A number for an update, and when the stream has come to it. */
  #awaitUpdate(begun: () => void): { number: bigint; reached: Promise<void> } {
    const number = ++this.#lastUpdate;
    const reached = new Promise<void>((resolve) => {
      const call = () => {
        begun();
        resolve();
      };
      this.#awaited = { number, reached: call };
    });
    return { number, reached };
  }

  close(fault: Fault = new Fault("CANCELLED", "the notification stream was closed")): void {
    clearTimeout(this.#watchdog);
    this.#scope.end(fault);
  }

  #watch(): void {
    clearTimeout(this.#watchdog);
    const dead = new Fault("UNAVAILABLE", `no sign of life from the core for ${this.#silenceMs} ms`);
    this.#watchdog = setTimeout(() => this.close(dead), this.#silenceMs);
  }
}

function wireSubscription({ notification, key }: Subscription): { path: string; key?: string } {
  return key === undefined ? { path: notification.path } : { path: notification.path, key };
}
