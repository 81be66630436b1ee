import 'dart:convert';
import 'dart:typed_data';

import 'package:fixnum/fixnum.dart' show Int64;
import 'package:protobuf/protobuf.dart' show GeneratedMessage;

import '../endpoint.dart';
import '../transport.dart';
import '../wire/bellwire/frames.pb.dart' as wire;
import '../wire/bellwire/wire.pb.dart' as wire;

/// The version of wire.proto's protocol that this client speaks.
const _protocolVersion = 1;

/// The frame that says which endpoints this client uses.
Uint8List helloFrame(Iterable<Endpoint> uses) => _frame(
  wire.ClientFrame(
    hello: wire.Hello(
      protocol: _protocolVersion,
      uses: [
        for (final endpoint in uses)
          wire.Fingerprint(
            path: endpoint.path,
            fingerprint: endpoint.fingerprint.toInt64(),
          ),
      ],
    ),
  ),
);

/// The frame that gives a call up.
Uint8List cancelFrame(int id) =>
    _frame(wire.ClientFrame(cancel: wire.Cancel(id: Int64(id))));

/// The frame that allows the core to send so many more items.
Uint8List creditFrame(int id, int items) => _frame(
  wire.ClientFrame(
    credit: wire.Credit(id: Int64(id), items: items),
  ),
);

/// The frame that subscribes to a topic.
Uint8List subscribeFrame(int id, Topic topic) => _frame(
  wire.ClientFrame(
    subscribe: wire.Subscribe(
      id: Int64(id),
      subscription: wire.Subscription(path: topic.type.path, key: topic.key),
    ),
  ),
);

/// The frame that takes a subscription back.
Uint8List unsubscribeFrame(int id) =>
    _frame(wire.ClientFrame(unsubscribe: wire.Unsubscribe(id: Int64(id))));

/// The frame that asks for a pong.
Uint8List pingFrame(int nonce) =>
    _frame(wire.ClientFrame(ping: wire.Ping(nonce: Int64(nonce))));

Uint8List _frame(GeneratedMessage frame) => frame.writeToBuffer();

/// Writes the frames of calls: all that comes before the payload.
///
/// By hand, since there is one for each call and little in it.
final class CallWriter {
  final Map<String, Uint8List> _paths = {};
  Uint8List _buffer = Uint8List(128);
  int _length = 0;

  /// What comes before the payload in the frame of a call. It is valid until the
  /// next one is written.
  Uint8List head(int id, OutgoingCall call, {required int credit}) {
    final path = _paths[call.event.path] ??= utf8.encode(call.event.path);
    final timeout = call.timeout;
    final timeoutMs = timeout == null ? null : _milliseconds(timeout);
    final metadata = call.metadata.isEmpty
        ? const <Uint8List>[]
        : _encoded(call.metadata);
    var length =
        1 +
        _varintLength(id) +
        _fieldLength(path.length) +
        (timeoutMs == null ? 0 : 1 + _varintLength(timeoutMs)) +
        1 +
        _varintLength(credit);
    for (final entry in metadata) {
      length += _fieldLength(entry.length);
    }
    _length = 0;
    _reserve(length + 32);
    _tagged(_frameCall, length);
    _tagged(_callId, id);
    _bytes(_callPath, path);
    for (final entry in metadata) {
      _bytes(_callMetadata, entry);
    }
    if (timeoutMs != null) _tagged(_callTimeout, timeoutMs);
    _tagged(_callCredit, credit);
    if (call.payload.isNotEmpty) _tagged(_framePayload, call.payload.length);
    return Uint8List.sublistView(_buffer, 0, _length);
  }

  static List<Uint8List> _encoded(Map<String, String> metadata) => [
    for (final MapEntry(:key, :value) in metadata.entries)
      wire.Metadata(key: key, value: value).writeToBuffer(),
  ];

  void _reserve(int length) {
    if (_buffer.length < length) _buffer = Uint8List(length * 2);
  }

  void _tagged(int tag, int value) {
    _buffer[_length++] = tag;
    var rest = value;
    while (rest >= 0x80) {
      _buffer[_length++] = rest & 0x7f | 0x80;
      rest ~/= 0x80;
    }
    _buffer[_length++] = rest;
  }

  void _bytes(int tag, Uint8List bytes) {
    _tagged(tag, bytes.length);
    _buffer.setRange(_length, _length += bytes.length, bytes);
  }
}

// The keys of fields in `ClientFrame` and `Call`: a number and how it is written.
const _frameCall = 2 << 3 | 2;
const _framePayload = 15 << 3 | 2;
const _callId = 1 << 3;
const _callPath = 2 << 3 | 2;
const _callMetadata = 3 << 3 | 2;
const _callTimeout = 4 << 3;
const _callCredit = 5 << 3;

int _fieldLength(int bytes) => 1 + _varintLength(bytes) + bytes;

int _varintLength(int value) {
  var length = 1;
  for (var rest = value; rest >= 0x80; rest ~/= 0x80) {
    length++;
  }
  return length;
}

/// Whole milliseconds, and never none: the call may take some time.
int _milliseconds(Duration timeout) =>
    (timeout.inMicroseconds / 1000).ceil().clamp(0, 1 << 50);
