import { Fault, type Ok, type Result } from "bellwire";

import { type AppError, ErrorCode } from "../gen/app/v1/error_pb";
import { endSession } from "../session";
import { toast } from "./toast";

/**
 * Waits for a call. What the core refuses goes to `refused`, so that it can be said where it belongs; what nobody could
 * foresee is said in passing. In both cases the answer is `undefined`.
 */
export async function answered<T>(
  call: Promise<Result<T, AppError>>,
  refused: (error: AppError) => void = (error) => toast(error.message, { alarming: true }),
): Promise<Ok<T> | undefined> {
  try {
    const result = await call;
    if (result.ok) return result;
    if (result.error.code === ErrorCode.NOT_SIGNED_IN) endSession();
    else refused(result.error);
  } catch (error) {
    explain(Fault.from(error));
  }
  return undefined;
}

/** Says in passing that a call ended in a way that its schema does not know. */
export function explain(fault: Fault): void {
  if (fault.code === "CANCELLED") return;
  toast(fault.code === "UNAVAILABLE" ? "The server cannot be reached." : `Something went wrong: ${fault.message}`, {
    alarming: true,
  });
}
