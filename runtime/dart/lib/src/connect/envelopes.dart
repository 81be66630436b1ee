import 'dart:async';
import 'dart:convert';
import 'dart:typed_data';

import '../fault.dart';
import 'connect_error.dart';

/// Bytes before each message of a stream: one of flags, four of length.
const _headerBytes = 5;

/// The message is compressed.
const _compressed = 1;

/// The message is JSON, and the stream's last.
const _endOfStream = 2;

/// A message as a stream carries it.
Uint8List enveloped(Uint8List message) {
  final bytes = Uint8List(_headerBytes + message.length)
    ..setAll(_headerBytes, message);
  ByteData.sublistView(bytes).setUint32(1, message.length);
  return bytes;
}

/// The messages in the body of a stream, one by one.
///
/// A stream that ends with an error has a [ConnectError] as its error; one that
/// breaks off, or holds what it should not, a [Fault].
Stream<Uint8List> messagesOf(Stream<List<int>> body) {
  final reader = _Envelopes();
  return body.transform(
    StreamTransformer.fromHandlers(
      handleData: reader.take,
      handleError: (error, stackTrace, sink) =>
          reader.fail(sink, Fault(FaultCode.unavailable, '$error')),
      handleDone: (sink) {
        const lost = Fault(FaultCode.unavailable, 'the stream broke off');
        if (!reader.ended) reader.fail(sink, lost);
      },
    ),
  );
}

final class _Envelopes {
  final BytesBuilder _bytes = BytesBuilder(copy: false);

  /// How many bytes there must be to go on.
  int _needed = _headerBytes;

  bool ended = false;

  void take(List<int> chunk, EventSink<Uint8List> sink) {
    if (ended) return;
    _bytes.add(chunk);
    while (!ended && _bytes.length >= _needed) {
      final bytes = _bytes.takeBytes();
      final length = ByteData.sublistView(bytes).getUint32(1);
      final end = _headerBytes + length;
      if (bytes.length < end) {
        _needed = end;
        _bytes.add(bytes);
        continue;
      }
      _needed = _headerBytes;
      _bytes.add(Uint8List.sublistView(bytes, end));
      _read(bytes[0], Uint8List.sublistView(bytes, _headerBytes, end), sink);
    }
  }

  void _read(int flags, Uint8List message, EventSink<Uint8List> sink) {
    if (flags & _compressed != 0) {
      const unasked = Fault(
        FaultCode.internal,
        'the core compressed a message without being asked to',
      );
      fail(sink, unasked);
    } else if (flags & _endOfStream != 0) {
      _end(message, sink);
    } else {
      sink.add(message);
    }
  }

  void _end(Uint8List message, EventSink<Uint8List> sink) {
    try {
      final json = jsonDecode(utf8.decode(message));
      if (json case {'error': final error?}) {
        const otherwise = Fault(FaultCode.unknown, 'the stream failed');
        return fail(sink, ConnectError.fromJson(error, otherwise));
      }
    } on FormatException {
      const unreadable = Fault(
        FaultCode.internal,
        'the end of the stream could not be decoded',
      );
      return fail(sink, unreadable);
    }
    ended = true;
    sink.close();
  }

  void fail(EventSink<Uint8List> sink, Object error) {
    if (ended) return;
    ended = true;
    sink
      ..addError(error)
      ..close();
  }
}
