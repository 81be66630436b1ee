import { type DescMessage, fromBinary, type Message } from "@bufbuild/protobuf";
import { Fault } from "../fault.js";
import { type Err, err } from "../result.js";
import { RpcFault } from "./rpc.js";

/**
 * What a failed call means: a domain error is `FAILED_PRECONDITION` with exactly one detail, of the declared type.
 *
 * @throws A `Fault` for everything else.
 */
export function domainError(reason: unknown, schema: DescMessage): Err<Message> {
  const bytes = domainErrorBytes(reason, schema);
  if (!bytes) {
    throw Fault.from(reason);
  }
  try {
    return err(fromBinary(schema, bytes));
  } catch (cause) {
    throw new Fault("INTERNAL", `the core's ${schema.typeName} cannot be decoded`, { cause });
  }
}

function domainErrorBytes(reason: unknown, schema: DescMessage): Uint8Array | undefined {
  if (!(reason instanceof RpcFault) || reason.code !== "FAILED_PRECONDITION") {
    return undefined;
  }
  const [detail, ...others] = reason.details;
  return others.length === 0 && detail?.type === schema.typeName ? detail.value : undefined;
}
