import 'dart:async';
import 'dart:typed_data';

import '../fault.dart';
import '../reply.dart';
import '../transport.dart';
import 'connect_error.dart';
import 'http.dart';
import 'notification_stream.dart';
import 'protocol.dart';

/// The way to a core that is served over HTTP, by the Connect protocol.
///
/// Nothing is sent before the first call. All notifications come over one
/// stream, which is reopened when its connection is lost.
final class ConnectTransport implements Transport {
  /// A transport to the core at [baseUrl], to whose path those of events are
  /// appended.
  ///
  /// Requests go through [http]; without it, through `dart:io`, or on the web
  /// through `fetch`. Where there is neither, a `Fault` is thrown.
  factory ConnectTransport(
    Uri baseUrl, {
    HttpSender? http,
    NotificationOptions notifications = const NotificationOptions(),
  }) {
    final protocol = ConnectProtocol(baseUrl, http ?? platformHttp());
    return ConnectTransport._(
      protocol,
      NotificationStream(protocol, notifications),
    );
  }

  ConnectTransport._(this._protocol, this._notifications);

  final ConnectProtocol _protocol;
  final NotificationStream _notifications;

  @override
  Exchange unary(OutgoingCall call) {
    _notifications.uses(call.event);
    return _ConnectExchange(
      call,
      _protocol.unary(
        call.event.path,
        call.payload,
        metadata: call.metadata,
        timeout: call.timeout,
      ),
    );
  }

  @override
  Stream<Reply> stream(OutgoingCall call) {
    StreamSubscription<Reply>? replies;
    final controller = StreamController<Reply>();
    controller
      ..onListen = () {
        _notifications.uses(call.event);
        final sent = _protocol.stream(
          call.event.path,
          call.payload,
          metadata: call.metadata,
          timeout: call.timeout,
        );
        replies = sent.messages
            .transform(_replies(call))
            .listen(
              controller.add,
              onError: controller.addError,
              onDone: controller.close,
            );
      }
      ..onPause = (() => replies?.pause())
      ..onResume = (() => replies?.resume())
      ..onCancel = () => replies?.cancel();
    return controller.stream;
  }

  @override
  Future<Subscription> subscribe(List<Topic> topics, NotificationSink sink) =>
      _notifications.subscribe(topics, sink);

  @override
  Future<void> close() async {
    _notifications.close();
    _protocol.close();
  }
}

final class _ConnectExchange implements Exchange {
  _ConnectExchange(OutgoingCall call, this._sent)
    : reply = _sent.messages.transform(_replies(call)).first;

  final ConnectCall _sent;

  @override
  final Future<Reply> reply;

  @override
  void cancel() {
    // Nobody need be listening by now.
    reply.ignore();
    _sent.end(_cancelled);
  }
}

const _cancelled = Fault(FaultCode.cancelled, 'the caller cancelled the call');

/// What the messages and errors of an answer mean to the caller of an event.
StreamTransformer<Uint8List, Reply> _replies(OutgoingCall call) =>
    StreamTransformer.fromHandlers(
      handleData: (message, sink) => sink.add(OkReply(message)),
      handleError: (error, stackTrace, sink) {
        try {
          if (error is! ConnectError) throw toFault(error);
          sink.add(error.toReply(call.event));
        } catch (fault) {
          sink.addError(fault, stackTrace);
        }
      },
    );
