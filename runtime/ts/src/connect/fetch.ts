import { type DescMessage, fromBinary, type Message, toBinary } from "@bufbuild/protobuf";
import { END_STREAM, Envelopes, envelope } from "./envelope.js";
import { codeOfStatus, faultOfJson } from "./json.js";
import { type Method, type Rpc, type RpcCall, RpcFault } from "./rpc.js";

/** How the core is asked by `fetch`. */
export interface FetchOptions {
  /** Where the core is, such as `https://core.example.org`; a path is kept. */
  baseUrl: string;
  /** Headers of every request, such as who is asking: these, or what a function gives for each of them. */
  headers?: HeadersInit | (() => HeadersInit | Promise<HeadersInit>) | undefined;
  /** Is used in place of the global `fetch`. */
  fetch?: typeof globalThis.fetch | undefined;
  /** Whether cookies are sent: `same-origin` if not given. */
  credentials?: RequestCredentials | undefined;
}

/** The Connect protocol by `fetch`, in binary. */
export class FetchRpc implements Rpc {
  readonly #options: FetchOptions;

  constructor(options: FetchOptions) {
    this.#options = options;
  }

  async unary(method: Method, input: Message | undefined, call: RpcCall): Promise<Message> {
    const response = await this.#post(method, "application/proto", encode(method, input), call);
    if (!response.ok) {
      throw await refusal(response);
    }
    checkType(response, "application/proto");
    const bytes = await whole(response);
    return decode(method, bytes);
  }

  async *stream(method: Method, input: Message | undefined, call: RpcCall): AsyncGenerator<Message> {
    const type = "application/connect+proto";
    const response = await this.#post(method, type, envelope(encode(method, input)), call);
    if (!response.ok) {
      throw await refusal(response);
    }
    checkType(response, type);
    const reader = response.body?.getReader();
    const envelopes = new Envelopes();
    // In Node 20 and 22, `fetch` forgets its signal where garbage is collected after the head of the response.
    const leave = () => void reader?.cancel().catch(() => {});
    call.signal.addEventListener("abort", leave);
    try {
      for (;;) {
        const chunk = await next(reader);
        for (const { flags, data } of envelopes.push(chunk)) {
          if (flags === END_STREAM) {
            checkEnd(data);
            return;
          }
          if (flags !== 0) {
            throw new RpcFault("INTERNAL", `the core sent an envelope with the flags ${flags}`);
          }
          yield decode(method, data);
        }
      }
    } finally {
      call.signal.removeEventListener("abort", leave);
      letGo(reader);
    }
  }

  async #post(method: Method, type: string, body: Uint8Array<ArrayBuffer>, call: RpcCall): Promise<Response> {
    const { baseUrl, credentials, headers: own, fetch = globalThis.fetch } = this.#options;
    const headers = new Headers(typeof own === "function" ? await own() : own);
    for (const [name, value] of Object.entries(call.metadata ?? {})) {
      headers.set(name, value);
    }
    headers.set("content-type", type);
    headers.set("connect-protocol-version", "1");
    if (call.timeoutMs !== undefined) {
      // Whole milliseconds, in ten digits at most.
      headers.set("connect-timeout-ms", String(Math.min(Math.ceil(call.timeoutMs), 9_999_999_999)));
    }
    const url = `${baseUrl.replace(/\/+$/, "")}/${method.path}`;
    const init: RequestInit = { method: "POST", headers, body, signal: call.signal, redirect: "error" };
    if (credentials) {
      init.credentials = credentials;
    }
    try {
      return await fetch(url, init);
    } catch (reason) {
      throw lost(reason);
    }
  }
}

function encode({ input: schema }: Method, input: Message | undefined): Uint8Array<ArrayBuffer> {
  if (!schema || !input) {
    return new Uint8Array();
  }
  try {
    return toBinary(schema, input) as Uint8Array<ArrayBuffer>;
  } catch (cause) {
    throw new RpcFault("INVALID_ARGUMENT", String(cause), [], { cause });
  }
}

function decode({ output, path }: Method, bytes: Uint8Array): Message {
  try {
    return output ? fromBinary<DescMessage>(output, bytes) : NOTHING;
  } catch (cause) {
    throw new RpcFault("INTERNAL", `the core's answer to ${path} cannot be decoded: ${String(cause)}`, [], { cause });
  }
}

/** Stands for the answer of an event that answers with nothing; nobody looks at it. */
const NOTHING: Message = { $typeName: "google.protobuf.Empty" };

function checkType({ headers }: Response, type: string): void {
  const given = headers.get("content-type");
  if (given?.split(";")[0]?.trim().toLowerCase() !== type) {
    throw new RpcFault("UNKNOWN", `whoever answered is no core: its answer is ${given ?? "of no type"}`);
  }
}

/** What an answer says that is none. */
async function refusal(response: Response): Promise<RpcFault> {
  const code = codeOfStatus(response.status);
  const bytes = await whole(response);
  try {
    return faultOfJson(JSON.parse(new TextDecoder().decode(bytes)), code);
  } catch {
    return new RpcFault(code, `HTTP ${response.status}`);
  }
}

async function whole(response: Response): Promise<Uint8Array> {
  try {
    return new Uint8Array(await response.arrayBuffer());
  } catch (reason) {
    throw lost(reason);
  }
}

type Reader = ReadableStreamDefaultReader<Uint8Array>;

async function next(reader: Reader | undefined): Promise<Uint8Array> {
  let step;
  try {
    step = await reader?.read();
  } catch (reason) {
    throw lost(reason);
  }
  if (!step || step.done) {
    throw new RpcFault("UNAVAILABLE", "the stream was cut: its end never came");
  }
  return step.value;
}

/** Behind its end a stream's body ends too, and the connection is free for others; anything else closes it. */
function letGo(reader: Reader | undefined): void {
  reader
    ?.read()
    .then(({ done }) => (done ? undefined : reader.cancel()))
    .catch(() => {});
}

function checkEnd(data: Uint8Array): void {
  let end: { error?: unknown };
  try {
    end = JSON.parse(new TextDecoder().decode(data)) as typeof end;
  } catch (cause) {
    throw new RpcFault("INTERNAL", "the core ended a stream with what is no JSON", [], { cause });
  }
  if (end.error) {
    throw faultOfJson(end.error, "UNKNOWN");
  }
}

/** What `fetch` and its streams throw: the network failed, or the call was aborted, of which the caller knows. */
function lost(cause: unknown): RpcFault {
  const aborted = cause instanceof Error && cause.name === "AbortError";
  const message = cause instanceof Error ? cause.message : String(cause);
  return new RpcFault(aborted ? "CANCELLED" : "UNAVAILABLE", message, [], { cause });
}
