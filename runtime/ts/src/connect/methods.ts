import type { DescMethodServerStreaming, DescMethodUnary, DescService } from "@bufbuild/protobuf";
import { EmptySchema, MethodOptions_IdempotencyLevel } from "@bufbuild/protobuf/wkt";
import type { EventInfo } from "../event.js";

/** The descriptors that were made so far; a transport looks up its codecs by them. */
const methods = new WeakMap<EventInfo, DescMethodUnary | DescMethodServerStreaming>();

/** The method that a unary event is on the wire. */
export function unaryMethod(event: EventInfo): DescMethodUnary {
  return method(event) as DescMethodUnary;
}

/** The method that a stream event is on the wire. */
export function streamMethod(event: EventInfo): DescMethodServerStreaming {
  return method(event) as DescMethodServerStreaming;
}

/**
 * An enum is no service in protobuf, so there is no descriptor that a Connect transport could be given. This makes one
 * with all that a transport looks at; what only reflection would ask for (`proto`, `file`) is not there.
 */
function method(event: EventInfo): DescMethodUnary | DescMethodServerStreaming {
  let made = methods.get(event);
  if (!made) {
    made = describe(event);
    methods.set(event, made);
  }
  return made;
}

function describe(event: EventInfo): DescMethodUnary | DescMethodServerStreaming {
  const slash = event.path.lastIndexOf("/");
  const typeName = event.path.slice(0, slash);
  const name = event.path.slice(slash + 1);
  const parent = { kind: "service", typeName, name: typeName.slice(typeName.lastIndexOf(".") + 1) };
  return {
    kind: "rpc",
    name,
    localName: name.charAt(0).toLowerCase() + name.slice(1),
    parent: parent as DescService,
    methodKind: event.kind === "unary" ? "unary" : "server_streaming",
    input: event.input ?? EmptySchema,
    output: event.output ?? EmptySchema,
    idempotency: MethodOptions_IdempotencyLevel.IDEMPOTENCY_UNKNOWN,
    deprecated: false,
    toString: () => `rpc ${event.path}`,
  } as DescMethodUnary | DescMethodServerStreaming;
}
