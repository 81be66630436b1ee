import 'dart:async';
import 'dart:typed_data';

import 'default_transport.dart';
import 'endpoint.dart';
import 'reply.dart';
import 'result.dart';
import 'transport.dart';

/// The answers of a stream event, decoded. The call starts when the stream is
/// listened to, and ends with its first error.
Stream<Result<O, E>> openStream<O, E>(
  StreamEvent<Object?, O, E> event,
  Uint8List payload, {
  required Duration? timeout,
  required Map<String, String> metadata,
  required Transport? transport,
}) {
  StreamSubscription<Reply>? replies;
  Timer? deadline;
  final controller = StreamController<Result<O, E>>();

  Future<void> end() async {
    deadline?.cancel();
    final ended = replies;
    replies = null;
    await ended?.cancel();
  }

  void fail(Object error, [StackTrace? stackTrace]) {
    if (controller.isClosed) return;
    controller.addError(toFault(error), stackTrace);
    controller.close();
    end().ignore();
  }

  void deliver(Reply reply) {
    if (controller.isClosed) return;
    try {
      final result = readReply(event, reply);
      controller.add(result);
      if (result.isOk) return;
    } catch (error, stackTrace) {
      return fail(error, stackTrace);
    }
    controller.close();
    end().ignore();
  }

  void close() {
    deadline?.cancel();
    if (!controller.isClosed) controller.close();
  }

  void open() {
    try {
      final call = OutgoingCall(
        event: event,
        payload: payload,
        metadata: metadata,
        timeout: timeout,
      );
      replies = transportOr(
        transport,
      ).stream(call).listen(deliver, onError: fail, onDone: close);
      if (timeout != null)
        deadline = Timer(timeout, () => fail(overdue(timeout)));
    } catch (error, stackTrace) {
      fail(error, stackTrace);
    }
  }

  controller
    ..onListen = open
    ..onPause = (() => replies?.pause())
    ..onResume = (() => replies?.resume())
    ..onCancel = end;
  return controller.stream;
}
