import 'dart:typed_data';

/// What a frame of the core says, by the number of its field in `ServerFrame`.
enum FrameKind {
  /// Of a later version of the protocol.
  unknown,

  /// The answer to what a client said first.
  welcome,

  /// The output of a call.
  ok,

  /// The error of a call, as its schema declares it.
  error,

  /// A call failed in another way, or the session did.
  fault,

  /// One item of a stream.
  item,

  /// A stream has ended.
  end,

  /// A notification.
  notification,

  /// Notifications were lost.
  lagged,

  /// The answer to a ping.
  pong,
}

/// A frame of the core.
///
/// Read by hand, since there is one for each answer, and since the payload is not
/// to be copied.
final class ReceivedFrame {
  /// A frame of this kind.
  const ReceivedFrame(this.kind, this.header, this.payload);

  /// Reads a frame. Header and payload are views of the bytes.
  ///
  /// Throws a [FormatException] where they are no frame.
  factory ReceivedFrame.read(Uint8List bytes) {
    final reader = _Reader(bytes);
    var kind = FrameKind.unknown;
    var header = _nothing;
    var payload = _nothing;
    while (reader.hasMore) {
      final key = reader.varint();
      final field = key >> 3;
      if (key & 7 != _delimited) {
        reader.skip(key & 7);
      } else if (field == _payload) {
        payload = reader.bytes();
      } else {
        final content = reader.bytes();
        if (field >= FrameKind.values.length) continue;
        kind = FrameKind.values[field];
        header = content;
      }
    }
    return ReceivedFrame(kind, header, payload);
  }

  /// What it says.
  final FrameKind kind;

  /// The encoded message of that kind.
  final Uint8List header;

  /// The encoded message of the schema.
  final Uint8List payload;

  /// The number of the call that it is about; 0 where it is about none.
  int get id {
    final reader = _Reader(header);
    while (reader.hasMore) {
      final key = reader.varint();
      if (key == _id) return reader.varint();
      reader.skip(key & 7);
    }
    return 0;
  }
}

const _delimited = 2;
const _payload = 15;

/// The key of the field `id`, which is the first of all that have one.
const _id = 1 << 3;

final Uint8List _nothing = Uint8List(0);

final class _Reader {
  _Reader(this._bytes);

  final Uint8List _bytes;
  int _at = 0;

  bool get hasMore => _at < _bytes.length;

  int varint() {
    var value = 0;
    var factor = 1;
    for (var read = 0; read < 10; read++) {
      if (!hasMore) throw _cutOff;
      final byte = _bytes[_at++];
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
      factor *= 0x80;
    }
    throw const FormatException('a number of more than ten bytes');
  }

  Uint8List bytes() {
    final length = varint();
    if (length < 0 || length > _bytes.length - _at) throw _cutOff;
    return Uint8List.sublistView(_bytes, _at, _at += length);
  }

  void skip(int wireType) {
    switch (wireType) {
      case 0:
        varint();
      case 1:
        _at += 8;
      case _delimited:
        bytes();
      case 5:
        _at += 4;
      default:
        throw const FormatException('a field of an unknown kind');
    }
    if (_at > _bytes.length) throw _cutOff;
  }
}

const _cutOff = FormatException('the frame is cut off');
