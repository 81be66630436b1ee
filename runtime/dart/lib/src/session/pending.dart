import 'dart:async';
import 'dart:typed_data';

import '../fault.dart';
import '../transport.dart';

/// A call that has no answer yet: what comes for it is told to it.
abstract interface class Pending {
  /// The call succeeded.
  void onOk(Uint8List payload);

  /// The call failed as its schema says.
  void onError(Uint8List payload);

  /// One item of its stream came.
  void onItem(Uint8List payload);

  /// Its stream ended.
  void onEnd();

  /// It failed in another way.
  void onFault(Fault fault);
}

/// A call that has one answer.
final class PendingUnary implements Pending, Exchange {
  /// A call; giving it up has the core told.
  PendingUnary(this._cancel);

  final void Function() _cancel;

  /// Whoever listens only decodes, so it can do so at once.
  final Completer<Reply> _completer = Completer.sync();
  bool _ended = false;

  @override
  Future<Reply> get reply => _completer.future;

  @override
  void onOk(Uint8List payload) => _complete(OkReply(payload));

  @override
  void onError(Uint8List payload) => _complete(ErrorReply(payload));

  @override
  void onItem(Uint8List payload) {
    onFault(_isStream);
    _cancel();
  }

  @override
  void onEnd() => onFault(_isStream);

  @override
  void onFault(Fault fault) {
    if (_ended) return;
    _ended = true;
    // It may come before anybody can listen.
    scheduleMicrotask(() => _completer.completeError(fault));
  }

  @override
  void cancel() {
    if (_ended) return;
    // Nobody need be listening by now.
    _completer.future.ignore();
    onFault(_cancelled);
    _cancel();
  }

  void _complete(Reply reply) {
    if (_ended) return;
    _ended = true;
    _completer.complete(reply);
  }
}

/// A call whose answer is a stream.
final class PendingStream implements Pending {
  /// A call that starts when somebody listens, and asks for more as items are
  /// taken.
  PendingStream({
    required this.credit,
    required void Function(PendingStream call) start,
    required void Function(int items) grant,
    required void Function() cancel,
  }) : _grant = grant {
    _controller
      ..onListen = (() => start(this))
      ..onResume = _ask
      ..onCancel = cancel;
  }

  /// How many items may be on their way; half of them are asked for at once.
  final int credit;

  final void Function(int items) _grant;
  final StreamController<Reply> _controller = StreamController();
  int _taken = 0;

  /// The items. Cancelling ends the call.
  Stream<Reply> get stream => _controller.stream;

  @override
  void onOk(Uint8List payload) {
    _add(OkReply(payload));
    onEnd();
  }

  @override
  void onError(Uint8List payload) {
    _add(ErrorReply(payload));
    onEnd();
  }

  @override
  void onItem(Uint8List payload) {
    _add(OkReply(payload));
    _taken++;
    _ask();
  }

  @override
  void onEnd() {
    if (!_controller.isClosed) _controller.close();
  }

  @override
  void onFault(Fault fault) {
    if (!_controller.isClosed) _controller.addError(fault);
    onEnd();
  }

  void _add(Reply reply) {
    if (!_controller.isClosed) _controller.add(reply);
  }

  /// Asks for more, unless the listener has enough.
  void _ask() {
    if (_controller.isPaused || _controller.isClosed) return;
    if (_taken < credit ~/ 2) return;
    _grant(_taken);
    _taken = 0;
  }
}

const _cancelled = Fault(FaultCode.cancelled, 'the caller cancelled the call');

const _isStream = Fault(
  FaultCode.failedPrecondition,
  'the core answered with a stream',
);
