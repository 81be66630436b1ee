import 'dart:async';
import 'dart:typed_data';

import 'default_transport.dart';
import 'endpoint.dart';
import 'fault.dart';
import 'reply.dart';
import 'result.dart';
import 'transport.dart';

/// A call that waits for its answer: a future that can be cancelled.
///
/// ```dart
/// final call = NotesEventSearch(query).send();
/// // In another place, when nobody wants to know any more:
/// call.cancel();
/// ```
final class PendingCall<O, E> implements Future<Result<O, E>> {
  PendingCall._();

  final Completer<Result<O, E>> _completer = Completer();
  Exchange? _exchange;
  Timer? _deadline;

  /// Gives the call up: the core is told, and the future fails at once with
  /// [FaultCode.cancelled]. Does nothing once the call is answered.
  void cancel() {
    if (_completer.isCompleted) return;
    // Whoever cancels knows, and need not be listening.
    _completer.future.ignore();
    _abandon(const Fault(FaultCode.cancelled, 'the caller cancelled the call'));
  }

  void _abandon(Fault fault) {
    _fail(fault);
    _exchange?.cancel();
  }

  void _succeed(Result<O, E> result) {
    if (_completer.isCompleted) return;
    _deadline?.cancel();
    _completer.complete(result);
  }

  void _fail(Object error, [StackTrace? stackTrace]) {
    if (_completer.isCompleted) return;
    _deadline?.cancel();
    _completer.completeError(toFault(error), stackTrace);
  }

  @override
  Future<R> then<R>(
    FutureOr<R> Function(Result<O, E> value) onValue, {
    Function? onError,
  }) => _completer.future.then(onValue, onError: onError);

  @override
  Future<Result<O, E>> catchError(
    Function onError, {
    bool Function(Object error)? test,
  }) => _completer.future.catchError(onError, test: test);

  @override
  Future<Result<O, E>> whenComplete(FutureOr<void> Function() action) =>
      _completer.future.whenComplete(action);

  @override
  Future<Result<O, E>> timeout(
    Duration timeLimit, {
    FutureOr<Result<O, E>> Function()? onTimeout,
  }) => _completer.future.timeout(timeLimit, onTimeout: onTimeout);

  @override
  Stream<Result<O, E>> asStream() => _completer.future.asStream();
}

/// Sends a call. What goes wrong, however early, is the future's error.
PendingCall<O, E> startCall<O, E>(
  UnaryEvent<Object?, O, E> event,
  Uint8List payload, {
  required Duration? timeout,
  required Map<String, String> metadata,
  required Transport? transport,
}) {
  final call = PendingCall<O, E>._();
  try {
    final exchange = transportOr(transport).unary(
      OutgoingCall(
        event: event,
        payload: payload,
        metadata: metadata,
        timeout: timeout,
      ),
    );
    call._exchange = exchange;
    exchange.reply.then((reply) {
      try {
        call._succeed(readReply(event, reply));
      } catch (error, stackTrace) {
        call._fail(error, stackTrace);
      }
    }, onError: call._fail);
    if (timeout != null) {
      call._deadline = Timer(timeout, () => call._abandon(overdue(timeout)));
    }
  } catch (error, stackTrace) {
    call._fail(error, stackTrace);
  }
  return call;
}
