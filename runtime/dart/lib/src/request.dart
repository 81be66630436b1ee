import 'dart:async';
import 'dart:typed_data';

import 'package:protobuf/protobuf.dart' show GeneratedMessage;

import 'endpoint.dart';
import 'pending_call.dart';
import 'result.dart';
import 'streamed_call.dart';
import 'transport.dart';

/// An event with its input, ready to be sent for one answer.
abstract base class UnaryRequest<I, O, E> {
  /// A request with this input.
  const UnaryRequest(this.input, {required this.definition});

  /// What goes to the core.
  final I input;

  /// The event.
  final UnaryEvent<I, O, E> definition;

  /// Asks the core.
  ///
  /// The call can be cancelled until it is answered. It throws a `Fault` when
  /// something goes wrong that the schema does not know.
  ///
  /// After [timeout] the call fails with `FaultCode.deadlineExceeded`. Without
  /// one, the schema's timeout or the core's own limit holds. [metadata] goes
  /// beside the input, with keys of lower-case ASCII. Without a [transport],
  /// `defaultTransport` carries the call.
  PendingCall<O, E> send({
    Duration? timeout,
    Map<String, String> metadata = const {},
    Transport? transport,
  }) => startCall(
    definition,
    encode(input),
    timeout: timeout,
    metadata: metadata,
    transport: transport,
  );
}

/// An event with its input, ready to be sent for a stream of answers.
abstract base class StreamRequest<I, O, E> {
  /// A request with this input.
  const StreamRequest(this.input, {required this.definition});

  /// What goes to the core.
  final I input;

  /// The event.
  final StreamEvent<I, O, E> definition;

  /// Asks the core, once the stream is listened to.
  ///
  /// The stream gives an `Ok` for each item, and at most one `Err`, which is its
  /// last. A `Fault` is its error, and ends it. Cancelling the subscription
  /// cancels the call.
  ///
  /// After [timeout], counted for the whole stream, it fails with
  /// `FaultCode.deadlineExceeded`. Without one, the schema's timeout or the
  /// core's own limit holds. [metadata] goes beside the input, with keys of
  /// lower-case ASCII. Without a [transport], `defaultTransport` carries the
  /// call.
  Stream<Result<O, E>> send({
    Duration? timeout,
    Map<String, String> metadata = const {},
    Transport? transport,
  }) => openStream(
    definition,
    encode(input),
    timeout: timeout,
    metadata: metadata,
    transport: transport,
  );
}

/// The bytes of a message, or none where there is none.
Uint8List encode(Object? message) =>
    message is GeneratedMessage ? message.writeToBuffer() : Uint8List(0);
