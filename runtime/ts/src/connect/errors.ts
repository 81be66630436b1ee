import { type DescMessage, fromBinary, type Message } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { Fault } from "../fault.js";
import { type Err, err } from "../result.js";

/**
 * What a failed call means: a domain error is `failed_precondition` with exactly one detail, of the declared type.
 *
 * @throws A `Fault` for everything else.
 */
export function domainError(reason: unknown, schema: DescMessage): Err<Message> {
  const bytes = domainErrorBytes(reason, schema);
  if (!bytes) {
    throw faultOf(reason);
  }
  try {
    return err(fromBinary(schema, bytes));
  } catch (cause) {
    throw new Fault("INTERNAL", `the core's ${schema.typeName} cannot be decoded`, { cause });
  }
}

function domainErrorBytes(reason: unknown, schema: DescMessage): Uint8Array | undefined {
  if (!(reason instanceof ConnectError) || reason.code !== Code.FailedPrecondition) {
    return undefined;
  }
  const [detail, ...others] = reason.details;
  if (!detail || !("type" in detail) || others.length > 0 || detail.type !== schema.typeName) {
    return undefined;
  }
  return detail.value;
}

/** The fault that a Connect transport's error is. */
export function faultOf(reason: unknown): Fault {
  if (!(reason instanceof ConnectError)) {
    return Fault.from(reason);
  }
  const code = connectionWasLost(reason) ? "UNAVAILABLE" : Fault.codeOf(reason.code);
  return new Fault(code, reason.rawMessage, { cause: reason });
}

/** Whether the connection failed, rather than the core said so. Transports have various codes for it. */
function connectionWasLost({ cause, rawMessage }: ConnectError): boolean {
  return (
    // What fetch() throws where the network fails it.
    cause instanceof TypeError ||
    // What Node's sockets throw: ECONNRESET and the like.
    (cause instanceof Error && "code" in cause && /^E(CONN|PIPE|HOST|NET|TIMEDOUT|RR_)/.test(String(cause.code))) ||
    // A stream whose end never came.
    rawMessage.includes("missing EndStreamResponse")
  );
}
