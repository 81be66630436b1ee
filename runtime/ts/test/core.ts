import { create, toBinary } from "@bufbuild/protobuf";
import { Code, ConnectError, type ConnectRouter, type HandlerContext } from "@connectrpc/connect";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import {
  Notifications,
  type SubscribeRequest,
  SubscribeResponseSchema,
  type SubscribeResponse,
  type Subscription,
  type Unserved,
  type UpdateRequest,
} from "../dist/wire/bellwire/wire_pb.js";
import { UserEvent } from "./facade/user_facade_pb.js";
import { UserErrorSchema, type UserProfile, UserProfileSchema } from "./gen/user/v1/messages_pb.js";

/** A core that speaks the wire without any of Bellwire's code, and misbehaves on demand. */
export class TestCore {
  /** What clients said, in order. */
  readonly log: string[] = [];
  readonly hellos: SubscribeRequest[] = [];
  readonly updates: UpdateRequest[] = [];
  readonly metadata: Headers[] = [];
  readonly streams = new Map<string, CoreStream>();
  unserved: Unserved[] = [];
  refuseUpdates: Code | undefined;
  refuseSubscribe: Code | undefined;
  /** What happens once an update is made, and before the stream says so. */
  onUpdate: (() => void) | undefined;
  /** Whether streams do not say that they were updated. */
  silentUpdates = false;
  /** Between two heartbeats; none where undefined. */
  heartbeatMs: number | undefined;
  welcomes = true;
  /** A script that every page loads. */
  script = "";

  #server: http.Server | undefined;
  #port = 0;
  #nextStream = 1;
  readonly #events = new Map<string, () => void>();

  static async start(): Promise<TestCore> {
    const core = new TestCore();
    await core.listen();
    return core;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  async listen(): Promise<void> {
    const handler = connectNodeAdapter({
      routes: (router) => this.#routes(router),
      fallback: (_, response) => {
        response.writeHead(200, { "content-type": "text/html" });
        response.end(`<!doctype html><title>A page</title><script type="module">${this.script}</script>`);
      },
    });
    const server = http.createServer(handler);
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(this.#port, "127.0.0.1", resolve));
    this.#port = (server.address() as AddressInfo).port;
  }

  /** Goes away as a killed process does. */
  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    this.streams.clear();
    server?.closeAllConnections();
    await new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve()));
  }

  /** Waits until the log has a line. */
  async saw(line: string): Promise<void> {
    while (!this.log.includes(line)) {
      await new Promise<void>((resolve) => this.#events.set(line, resolve));
    }
  }

  notify(path: string, key: string | undefined, profile: Partial<UserProfile>): void {
    const payload = toBinary(UserProfileSchema, create(UserProfileSchema, profile as object));
    for (const stream of this.streams.values()) {
      if (stream.wants(path, key)) {
        stream.send({ case: "notification", value: { path, ...(key === undefined ? {} : { key }), payload } as never });
      }
    }
  }

  lagged(path: string, missed: bigint): void {
    for (const stream of this.streams.values()) {
      stream.send({ case: "lagged", value: { path, missed } as never });
    }
  }

  /** Ends every notification stream, as a proxy does. */
  cut(): void {
    this.streams.forEach((stream) => stream.end());
  }

  note(line: string): void {
    this.log.push(line);
    this.#events.get(line)?.();
    this.#events.delete(line);
  }

  #routes(router: ConnectRouter): void {
    router.service(UserEvent, {
      signIn: (input, context) => this.#signIn(input.email, context),
      signOut: () => ({}),
      export: (input, context) => this.#export(input.pieces, context),
    });
    router.service(Notifications, {
      subscribe: (request, context) => this.#subscribe(request, context),
      update: (request) => {
        this.updates.push(request);
        this.note("update");
        if (this.refuseUpdates !== undefined) throw new ConnectError("no", this.refuseUpdates);
        const stream = this.streams.get(request.streamId);
        if (!stream) throw new ConnectError("no such stream", Code.FailedPrecondition);
        request.add.forEach((one) => stream.add(one));
        request.remove.forEach((one) => stream.remove(one));
        this.onUpdate?.();
        if (request.number && !this.silentUpdates)
          stream.send({ case: "updated", value: { number: request.number } as never });
        return { unserved: this.unserved };
      },
    });
  }

  async #signIn(email: string, context: HandlerContext) {
    this.metadata.push(context.requestHeader);
    const refusal = { desc: UserErrorSchema, value: { message: "wrong password" } };
    switch (email) {
      case "unknown@example.com":
        throw new ConnectError("refused", Code.FailedPrecondition, undefined, [refusal]);
      case "two@example.com":
        throw new ConnectError("refused twice", Code.FailedPrecondition, undefined, [refusal, refusal]);
      case "code@example.com":
        throw new ConnectError("another code", Code.NotFound, undefined, [refusal]);
      case "type@example.com":
        throw new ConnectError("another type", Code.FailedPrecondition, undefined, [
          { desc: UserProfileSchema, value: {} },
        ]);
      case "panic@example.com":
        throw new ConnectError("the handler panicked: boom", Code.Internal);
      case "slow@example.com":
        this.note("slow");
        await aborted(context.signal);
        this.note("dropped");
        throw new ConnectError("dropped", Code.Canceled);
      default:
        return { id: 9007199254740993n, name: email };
    }
  }

  async *#export(pieces: number, context: HandlerContext) {
    if (pieces === 0) {
      throw new ConnectError("nothing", Code.FailedPrecondition, undefined, [
        { desc: UserErrorSchema, value: { message: "nothing to export" } },
      ]);
    }
    try {
      for (let piece = 0; piece < pieces; piece++) {
        yield { data: new Uint8Array([piece]) };
        if (piece === 2 && pieces === 99) {
          throw new ConnectError("too many", Code.FailedPrecondition, undefined, [
            { desc: UserErrorSchema, value: { message: "too many" } },
          ]);
        }
        if (piece === 2 && pieces > 3) {
          await aborted(context.signal);
          return;
        }
      }
    } finally {
      this.note("export ended");
    }
  }

  async *#subscribe(request: SubscribeRequest, context: HandlerContext): AsyncGenerator<SubscribeResponse> {
    this.hellos.push(request);
    this.metadata.push(context.requestHeader);
    this.note(`subscribe ${this.hellos.length}`);
    if (this.refuseSubscribe !== undefined) throw new ConnectError("no", this.refuseSubscribe);
    if (!this.welcomes) await aborted(context.signal);
    if (context.signal.aborted) return;
    const id = `stream-${this.#nextStream++}`;
    const stream = new CoreStream(request.subscriptions);
    this.streams.set(id, stream);
    stream.send({ case: "welcome", value: { protocol: 1, streamId: id, unserved: this.unserved } as never });
    const timer = this.heartbeatMs
      ? setInterval(() => stream.send({ case: "heartbeat", value: {} as never }), this.heartbeatMs)
      : undefined;
    // A response that is no longer written is never asked for its next item, so the end cannot wait for that.
    const close = () => {
      stream.end();
      clearInterval(timer);
      if (this.streams.delete(id)) this.note(`closed ${id}`);
    };
    context.signal.addEventListener("abort", close);
    yield* stream.responses();
    close();
  }
}

class CoreStream {
  #subscriptions: Subscription[];
  #queue: SubscribeResponse[] = [];
  #ended = false;
  #wake: (() => void) | undefined;

  constructor(subscriptions: Subscription[]) {
    this.#subscriptions = [...subscriptions];
  }

  get wanted(): string[] {
    return this.#subscriptions.map(describe).sort();
  }

  add(one: Subscription): void {
    this.#subscriptions.push(one);
  }

  remove(one: Subscription): void {
    this.#subscriptions = this.#subscriptions.filter((other) => describe(other) !== describe(one));
  }

  wants(path: string, key: string | undefined): boolean {
    return this.#subscriptions.some((one) => one.path === path && (one.key === undefined || one.key === key));
  }

  send(event: SubscribeResponse["event"]): void {
    this.#queue.push(create(SubscribeResponseSchema, { event } as never));
    this.#wake?.();
  }

  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  async *responses(): AsyncGenerator<SubscribeResponse> {
    for (;;) {
      yield* this.#queue.splice(0);
      if (this.#ended) return;
      if (this.#queue.length === 0) await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}

function describe({ path, key }: Subscription): string {
  return key === undefined ? path : `${path} ${key}`;
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) {
    await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
  }
}
