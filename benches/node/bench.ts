import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { createClient, type Transport as PeerTransport } from "@connectrpc/connect";
import { createConnectTransport, createGrpcTransport } from "@connectrpc/connect-node";
import { createConnectTransport as createWebTransport } from "@connectrpc/connect-web";
import type { Transport } from "bellwire";
import { connect, connectrpc } from "bellwire/connect";
import { UserEventEcho, UserEventSignIn } from "./gen/user_bellwire";
import * as ours from "./gen/user_pb";
import * as official from "./official/user_pb";
import { count, table } from "./table";

const CREDENTIALS = { email: "ada.lovelace@example.org", password: "correct horse battery sta" };
const PROFILE = {
  id: 300n,
  email: CREDENTIALS.email,
  name: "Ada, Countess of Lovelace",
  token: "0123456789abcdef0123456789abcde",
};
const BLOB = { bytes: new Uint8Array(100_000).fill(7) };

export async function bench(baseUrl: string): Promise<void> {
  await messages();
  const node = (httpVersion: "1.1" | "2") => createConnectTransport({ baseUrl, httpVersion, useBinaryFormat: true });
  const transports = {
    "Connect over HTTP/1.1": node("1.1"),
    "Connect over HTTP/2": node("2"),
    gRPC: createGrpcTransport({ baseUrl }),
  };
  for (const [protocol, transport] of Object.entries(transports)) {
    await calls(protocol, [
      peer("connect-node", transport),
      bellwire("Bellwire, by connectrpc()", connectrpc(transport)),
    ]);
  }
  // The fetch of Node takes longer than its HTTP client, so its peer is what calls by fetch, too.
  const web = createWebTransport({ baseUrl, useBinaryFormat: true });
  await calls("Connect by fetch", [peer("connect-web", web), bellwire("Bellwire", connect({ baseUrl }))]);
}

/** A client, and what it is asked. */
interface Caller {
  name: string;
  signIn: () => Promise<void>;
  echo: () => Promise<void>;
}

function peer(name: string, transport: PeerTransport): Caller {
  const client = createClient(official.UserEvent, transport);
  return {
    name,
    signIn: async () => check((await client.signIn(CREDENTIALS)).id === PROFILE.id),
    echo: async () => check((await client.echo(BLOB)).bytes.length === BLOB.bytes.length),
  };
}

function bellwire(name: string, transport: Transport): Caller {
  return {
    name,
    signIn: async () => {
      const result = await UserEventSignIn(CREDENTIALS, { transport });
      check(result.ok && result.value.id === PROFILE.id);
    },
    echo: async () => {
      const result = await UserEventEcho(BLOB, { transport });
      check(result.ok && result.value.bytes.length === BLOB.bytes.length);
    },
  };
}

async function calls(protocol: string, callers: Caller[]): Promise<void> {
  const signIns = () => callers.map(({ name, signIn }) => count(name, signIn));
  const echoes = callers.map(({ name, echo }) => count(name, echo));
  await table(`${protocol}: calls`, signIns());
  await table(`${protocol}: calls, 64 in flight`, signIns(), 64);
  await table(`${protocol}: echoes of 100 kB`, echoes);
}

async function messages(): Promise<void> {
  const bytes = toBinary(official.ProfileSchema, create(official.ProfileSchema, PROFILE));
  const encode = ({ CredentialsSchema }: Pick<typeof official, "CredentialsSchema">) =>
    check(toBinary(CredentialsSchema, create(CredentialsSchema, CREDENTIALS)).length === 53);
  const decode = ({ ProfileSchema }: Pick<typeof official, "ProfileSchema">) =>
    check(fromBinary(ProfileSchema, bytes).id === PROFILE.id);
  await table("encode 53 bytes", [
    count("protoc-gen-es", () => encode(official)),
    count("Bellwire", () => encode(ours)),
  ]);
  await table("decode 89 bytes", [
    count("protoc-gen-es", () => decode(official)),
    count("Bellwire", () => decode(ours)),
  ]);
}

/** A wrong answer is no answer, however fast. */
function check(right: boolean): void {
  if (!right) {
    throw new Error("a wrong answer");
  }
}
