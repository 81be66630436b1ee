import { base64Decode } from "@bufbuild/protobuf/wire";
import { Fault, type FaultCode } from "../fault.js";
import { type Detail, RpcFault } from "./rpc.js";

/** The fault that an error of the Connect protocol is, with this code where it names none that is known. */
export function faultOfJson(json: unknown, otherwise: FaultCode): RpcFault {
  const { code, message, details } = (json ?? {}) as Record<string, unknown>;
  const known = Fault.codeNamed(code === "canceled" ? "CANCELLED" : String(code).toUpperCase());
  const all = Array.isArray(details) ? (details as unknown[]) : [];
  return new RpcFault(known ?? otherwise, typeof message === "string" ? message : "", all.map(detailOfJson));
}

function detailOfJson(json: unknown): Detail {
  const { type, value } = (json ?? {}) as Record<string, unknown>;
  return { type: String(type), value: base64Decode(String(value)) };
}

/** What a status of HTTP means where there is no more to go by. */
export function codeOfStatus(status: number): FaultCode {
  return STATUSES[status] ?? "UNKNOWN";
}

/** https://connectrpc.com/docs/protocol/#http-to-error-code */
const STATUSES: Readonly<Record<number, FaultCode>> = {
  400: "INTERNAL",
  401: "UNAUTHENTICATED",
  403: "PERMISSION_DENIED",
  404: "UNIMPLEMENTED",
  429: "UNAVAILABLE",
  502: "UNAVAILABLE",
  503: "UNAVAILABLE",
  504: "UNAVAILABLE",
};
