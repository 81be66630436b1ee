import { create } from "@bufbuild/protobuf";
import type { Violation } from "bellwire/validate";

import { type AppError, AppErrorSchema, ErrorCode } from "./gen/app/v1/error_pb";

/** Says what is wrong with an input before it is sent, in the words of the core (`user/src/error.rs`). */
export function refusal([first]: readonly Violation[]): AppError | undefined {
  return (
    first &&
    create(AppErrorSchema, { code: ErrorCode.INVALID, fieldName: first.field, message: `This ${first.message}.` })
  );
}
