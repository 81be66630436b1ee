import 'dart:async';
import 'dart:collection';
import 'dart:typed_data';

import '../connect/subscribers.dart';
import '../endpoint.dart';
import '../fault.dart';
import '../listener.dart' show reportError;
import '../metadata.dart';
import '../reply.dart';
import '../transport.dart';
import '../wire/bellwire/frames.pb.dart' as wire;
import '../wire/bellwire/wire.pb.dart' as wire;
import 'frame_reader.dart';
import 'frame_writer.dart';
import 'pending.dart';

/// Carries frames to a core, where no standard protocol reaches.
abstract interface class FrameChannel {
  /// Sends a frame, in two pieces.
  ///
  /// Throws a [Fault] where that is impossible.
  void send(Uint8List head, Uint8List payload);

  /// Whether somebody waits for what may come.
  set isAwaited(bool awaited);

  /// Receives no more.
  void close();
}

/// The frontend's end of a session of frames, as `wire.proto` describes it.
final class SessionTransport implements Transport {
  /// What comes over the [channel] is to be given to [receive], and that it is
  /// over to [end].
  ///
  /// [onUnserved] is told of events that the core cannot serve. Calls of them end
  /// in faults in any case.
  SessionTransport(this._channel, {void Function(Unserved)? onUnserved})
    : _onUnserved = onUnserved;

  final FrameChannel _channel;
  final void Function(Unserved)? _onUnserved;
  final CallWriter _writer = CallWriter();
  final Map<int, Pending> _calls = {};
  final Subscribers _subscribers = Subscribers();
  final Queue<_Acknowledgement> _acknowledgements = Queue();

  /// What the core was told that this client uses.
  final Map<String, Endpoint> _announced = {};
  final Map<String, Unserved> _unserved = {};
  int _lastId = 0;
  Fault? _ended;
  bool _isAwaited = false;

  // ------------------------------------------------------------------ calls

  @override
  Exchange unary(OutgoingCall call) {
    final id = ++_lastId;
    final pending = PendingUnary(() => _cancel(id));
    _start(id, call, pending, credit: 0);
    return pending;
  }

  @override
  Stream<Reply> stream(OutgoingCall call) {
    final id = ++_lastId;
    return PendingStream(
      credit: _credit,
      start: (pending) => _start(id, call, pending, credit: _credit),
      grant: (items) => _sendOrEnd(creditFrame(id, items)),
      cancel: () => _cancel(id),
    ).stream;
  }

  void _start(
    int id,
    OutgoingCall call,
    Pending pending, {
    required int credit,
  }) {
    try {
      checkMetadata(call.metadata);
      if (_ended case final ended?) throw ended;
      if (!_announced.containsKey(call.event.path)) _announce([call.event]);
      _send(_writer.head(id, call, credit: credit), call.payload);
      _calls[id] = pending;
      _await();
    } catch (error) {
      pending.onFault(toFault(error));
    }
  }

  void _cancel(int id) {
    if (_calls.remove(id) == null) return;
    _sendOrEnd(cancelFrame(id));
    _await();
  }

  /// Tells the core of what it does not know to be used.
  void _announce(Iterable<Endpoint> endpoints) {
    final news = [
      for (final endpoint in endpoints)
        if (!_announced.containsKey(endpoint.path)) endpoint,
    ];
    if (news.isEmpty) return;
    _send(helloFrame(news));
    for (final endpoint in news) {
      _announced[endpoint.path] = endpoint;
    }
  }

  /// Throws a [Fault] where the frame cannot be sent, but not where the session
  /// is over: then everything that waits is about to hear why.
  void _send(Uint8List head, [Uint8List? payload]) {
    try {
      _channel.send(head, payload ?? _nothing);
    } on Fault catch (fault) {
      if (fault.code != FaultCode.unavailable) rethrow;
      // Behind what the core said last.
      Timer.run(() => end(fault));
    }
  }

  /// Sends what no caller waits for.
  void _sendOrEnd(Uint8List frame) {
    if (_ended != null) return;
    try {
      _send(frame);
    } catch (error) {
      end(toFault(error));
    }
  }

  // ---------------------------------------------------------- notifications

  @override
  Future<Subscription> subscribe(
    List<Topic> topics,
    NotificationSink sink,
  ) async {
    final subscriber = Subscriber(topics, sink);
    final ids = [for (final _ in topics) ++_lastId];
    final acknowledgement = _Acknowledgement(++_lastId, subscriber);
    if (_ended case final ended?) throw ended;
    _announce(topics.map((topic) => topic.type));
    for (final (index, topic) in topics.indexed) {
      _send(subscribeFrame(ids[index], topic));
    }
    _send(pingFrame(acknowledgement.nonce));
    _acknowledgements.add(acknowledgement);
    _await();
    try {
      await acknowledgement.future;
    } catch (_) {
      _unsubscribe(subscriber, ids);
      rethrow;
    }
    for (final Topic(:type) in topics) {
      if (_unserved[type.path] case final unserved?) sink.onUnserved(unserved);
    }
    return _Subscribed(() => _unsubscribe(subscriber, ids));
  }

  void _unsubscribe(Subscriber subscriber, List<int> ids) {
    _subscribers.remove(subscriber);
    for (final id in ids) {
      _sendOrEnd(unsubscribeFrame(id));
    }
    _await();
  }

  // --------------------------------------------------------- from the core

  /// Takes a frame of the core. Never throws.
  void receive(Uint8List bytes) {
    if (_ended != null) return;
    try {
      _take(ReceivedFrame.read(bytes));
    } catch (error, stackTrace) {
      final message = 'a frame of the core could not be read: $error';
      reportError(Fault(FaultCode.internal, message), stackTrace);
    }
  }

  void _take(ReceivedFrame frame) {
    switch (frame.kind) {
      case FrameKind.ok:
        _end(frame.id)?.onOk(frame.payload);
      case FrameKind.error:
        _end(frame.id)?.onError(frame.payload);
      case FrameKind.item:
        _calls[frame.id]?.onItem(frame.payload);
      case FrameKind.end:
        _end(frame.id)?.onEnd();
      case FrameKind.fault:
        _takeFault(wire.Fault.fromBuffer(frame.header));
      case FrameKind.notification:
        final notice = wire.Notice.fromBuffer(frame.header);
        _subscribers.notify(
          Notice(
            path: notice.path,
            key: notice.hasKey() ? notice.key : null,
            payload: frame.payload,
          ),
        );
      case FrameKind.lagged:
        final wire.Lagged(:path, :missed) = wire.Lagged.fromBuffer(
          frame.header,
        );
        _subscribers.lagged(
          Lagged(path: path.isEmpty ? null : path, missed: missed.toInt()),
        );
      case FrameKind.welcome:
        wire.Welcome.fromBuffer(frame.header).unserved.forEach(_noteUnserved);
      case FrameKind.pong:
        _takePong(wire.Pong.fromBuffer(frame.header).nonce.toInt());
      case FrameKind.unknown:
      // Of a later version. The core was told which one this client speaks.
    }
  }

  Pending? _end(int id) {
    final pending = _calls.remove(id);
    if (_calls.isEmpty) _await();
    return pending;
  }

  void _takeFault(wire.Fault said) {
    final fault = Fault(FaultCode.ofNumber(said.code), said.message);
    final id = said.id.toInt();
    if (id != 0) {
      _end(id)?.onFault(fault);
    } else if (fault.code == FaultCode.unavailable || _announced.isEmpty) {
      end(fault);
    } else if (_acknowledgements.firstOrNull case final first?) {
      // Frames are taken in their order, so it is about the first of those that
      // wait.
      first.fault ??= fault;
    } else {
      reportError(fault, StackTrace.current);
    }
  }

  void _takePong(int nonce) {
    if (_acknowledgements.firstOrNull?.nonce != nonce) return;
    final acknowledgement = _acknowledgements.removeFirst();
    if (acknowledgement.fault == null) {
      // At once: what comes next is for it, and what came before is not.
      final subscriber = acknowledgement.subscriber..hears = true;
      _subscribers.add(subscriber);
    }
    acknowledgement.complete();
    _await();
  }

  void _noteUnserved(wire.Unserved unserved) {
    final news = Unserved(
      unserved.path,
      unserved.reason == wire.Unserved_Reason.REASON_UNKNOWN
          ? UnservedReason.unknown
          : UnservedReason.different,
    );
    _unserved[news.path] = news;
    if (_announced[news.path] is NotificationType<Object?>) return;
    try {
      _onUnserved?.call(news);
    } catch (error, stackTrace) {
      reportError(error, stackTrace);
    }
  }

  /// The session is over: everything that waits ends with the fault, and so does
  /// everything later.
  void end(Fault fault) {
    if (_ended != null) return;
    _ended = fault;
    _channel.close();
    final calls = [..._calls.values];
    _calls.clear();
    for (final call in calls) {
      call.onFault(fault);
    }
    for (final waiting in _acknowledgements) {
      waiting
        ..fault = fault
        ..complete();
    }
    _acknowledgements.clear();
    _subscribers.end(fault);
  }

  @override
  Future<void> close() async =>
      end(const Fault(FaultCode.unavailable, 'the transport is closed'));

  void _await() {
    final awaited =
        _calls.isNotEmpty ||
        !_subscribers.isEmpty ||
        _acknowledgements.isNotEmpty;
    if (awaited == _isAwaited || _ended != null) return;
    _channel.isAwaited = _isAwaited = awaited;
  }
}

/// How many items of a stream may be on their way.
const _credit = 32;

final Uint8List _nothing = Uint8List(0);

/// Waits until the core has done what it was told.
final class _Acknowledgement {
  _Acknowledgement(this.nonce, this.subscriber);

  final int nonce;

  /// Whose subscriptions begin with it.
  final Subscriber subscriber;
  final Completer<void> _completer = Completer();
  Fault? fault;

  Future<void> get future => _completer.future;

  void complete() => switch (fault) {
    null => _completer.complete(),
    final fault => _completer.completeError(fault),
  };
}

final class _Subscribed implements Subscription {
  _Subscribed(this._unsubscribe);

  final void Function() _unsubscribe;

  @override
  Future<void> cancel() async => _unsubscribe();
}
