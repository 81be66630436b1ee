import 'endpoint.dart';
import 'fault.dart';
import 'result.dart';
import 'transport.dart';

/// Decodes an answer.
///
/// Throws a [Fault] where its bytes are not the message that the schema says.
Result<O, E> readReply<O, E>(Event<Object?, O, E> event, Reply reply) {
  try {
    return switch (reply) {
      OkReply(:final payload) => Ok(event.decodeOutput(payload)),
      ErrorReply(:final payload) => Err(event.decodeError(payload)),
    };
  } catch (error) {
    if (reply.payload.length > _largestMessage) {
      throw Fault(
        FaultCode.resourceExhausted,
        'the answer to $event has ${reply.payload.length} bytes, and '
        'package:protobuf reads 64 MiB at most before 5.1',
      );
    }
    throw Fault(
      FaultCode.internal,
      'the answer to $event could not be decoded: $error',
    );
  }
}

/// What package:protobuf reads at most before 5.1.
const _largestMessage = 64 << 20;

/// The fault that an error is: itself, or an internal one that names it.
Fault toFault(Object error) =>
    error is Fault ? error : Fault(FaultCode.internal, '$error');

/// The fault of a call that took longer than the caller allows.
Fault overdue(Duration timeout) => Fault(
  FaultCode.deadlineExceeded,
  'no answer within ${timeout.inMilliseconds} ms',
);
