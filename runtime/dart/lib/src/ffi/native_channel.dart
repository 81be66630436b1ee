import 'dart:async';
import 'dart:ffi';
import 'dart:isolate';
import 'dart:typed_data';

import '../fault.dart';
import '../session/session_transport.dart';
import 'library.dart';

/// Carries the frames of one session: through memory of the library one way, and
/// through a port the other.
final class NativeChannel implements FrameChannel, Finalizable {
  /// Opens a session.
  ///
  /// Throws a [Fault] where that is impossible.
  NativeChannel(this._library, List<int> config) {
    _port.keepIsolateAlive = false;
    try {
      _session = _library.open(_port.sendPort.nativePort, config);
    } catch (_) {
      _port.close();
      rethrow;
    }
    _library.finalizer.attach(this, _session, detach: this);
  }

  final NativeLibrary _library;
  final RawReceivePort _port = RawReceivePort();
  late final Pointer<Void> _session;
  bool _closed = false;
  bool _isBurst = false;
  bool _hasMore = false;

  /// Says who takes frames, and that none follows.
  void listen(
    void Function(Uint8List frame) receive,
    void Function(Fault fault) end,
  ) {
    _port.handler = (Object? message) {
      if (message is Uint8List) {
        receive(message);
        _read(1);
      } else if (message is List<Object?>) {
        for (final frame in message) {
          if (frame is Uint8List) receive(frame);
        }
        _read(message.length);
      } else if (message == null) {
        const fault = Fault(
          FaultCode.unavailable,
          'the core ended the session',
        );
        end(fault);
      }
    };
  }

  /// What the core has for this isolate meanwhile comes as the next message: it is
  /// told behind what the frames set off, so that there is more of it.
  void _read(int frames) => scheduleMicrotask(() {
    // Where the session is closed, there is nobody to be told.
    if (!_closed) _library.read(_session, frames);
  });

  @override
  void send(Uint8List head, Uint8List payload) {
    final length = head.length + payload.length;
    final memory = _library.allocate(length);
    if (memory == nullptr) throw outOfMemory;
    memory.asTypedList(length)
      ..setRange(0, head.length, head)
      ..setRange(head.length, length, payload);
    final more = _isBurst ? 1 : 0;
    NativeLibrary.check(_library.send(_session, memory, length, more));
    _hasMore = _isBurst;
    if (!_isBurst) {
      _isBurst = true;
      scheduleMicrotask(_endBurst);
    }
  }

  /// The first frame wakes the core, and those that follow it at once do not, but
  /// all of them together.
  void _endBurst() {
    _isBurst = false;
    if (!_hasMore || _closed) return;
    _hasMore = false;
    _library.wake(_session);
  }

  @override
  set isAwaited(bool awaited) => _port.keepIsolateAlive = awaited;

  @override
  void close() {
    if (_closed) return;
    _closed = true;
    _library.finalizer.detach(this);
    _library.close(_session);
    _port.close();
  }
}
