import * as net from "node:net";
import type { AddressInfo } from "node:net";

/** A proxy that does to connections what bad networks do. It changes how it treats those that are open, too. */
export class Proxy {
  /** After how many bytes of answers a connection is cut; as many as come, where undefined. */
  cutAfter: number | undefined;
  readonly #held = new Set<() => void>();
  readonly #sockets = new Set<net.Socket>();
  readonly #server: net.Server;
  #holding = false;

  private constructor(upstream: string) {
    this.#server = net.createServer((client) => this.#connect(client, upstream));
  }

  /** Starts before an HTTP server at this address. */
  static async start(upstream: string): Promise<Proxy> {
    const proxy = new Proxy(upstream);
    await new Promise<void>((resolve) => proxy.#server.listen(0, "127.0.0.1", resolve));
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Keeps what the core says to itself, until it is released. */
  hold(): void {
    this.#holding = true;
  }

  release(): void {
    this.#holding = false;
    this.#held.forEach((send) => send());
    this.#held.clear();
  }

  /** Cuts every connection that is open. */
  cut(): void {
    this.#sockets.forEach((socket) => socket.destroy());
  }

  async stop(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #connect(client: net.Socket, upstream: string): void {
    const { hostname, port } = new URL(upstream);
    const core = net.connect(Number(port), hostname);
    for (const [socket, other] of [
      [client, core],
      [core, client],
    ] as const) {
      this.#sockets.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => {
        this.#sockets.delete(socket);
        other.destroy();
      });
    }
    let left = this.cutAfter;
    client.on("data", (bytes) => core.write(bytes));
    core.on("data", (bytes) => {
      const send = () => {
        const part = left === undefined ? bytes : bytes.subarray(0, left);
        left = left === undefined ? undefined : left - part.length;
        client.write(part, () => {
          if (left === 0) client.destroy();
        });
      };
      if (this.#holding) this.#held.add(send);
      else send();
    });
  }
}

/** A server that says what it is told, whatever it is asked, and then hangs up. */
export async function parrot(says: string | Uint8Array): Promise<{ url: string; stop(): Promise<void> }> {
  const server = net.createServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", () => socket.end(says));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
