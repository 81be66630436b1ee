import 'dart:ffi';
import 'dart:isolate';
import 'dart:typed_data';

import '../fault.dart';
import '../session/session_transport.dart';
import 'library.dart';

/// How many frames are read before the core is told.
const _readAtOnce = 64;

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
  int _read = 0;

  /// Says who takes frames, and that none follows.
  void listen(
    void Function(Uint8List frame) receive,
    void Function(Fault fault) end,
  ) {
    _port.handler = (Object? message) {
      if (message is Uint8List) {
        _count();
        receive(message);
      } else if (message == null) {
        const fault = Fault(
          FaultCode.unavailable,
          'the core ended the session',
        );
        end(fault);
      }
    };
  }

  void _count() {
    if (_closed || ++_read < _readAtOnce) return;
    // Where the session is closed, there is nobody to be told.
    _library.read(_session, _read);
    _read = 0;
  }

  @override
  void send(Uint8List head, Uint8List payload) {
    final length = head.length + payload.length;
    final memory = _library.allocate(length);
    if (memory == nullptr) throw outOfMemory;
    memory.asTypedList(length)
      ..setRange(0, head.length, head)
      ..setRange(head.length, length, payload);
    NativeLibrary.check(_library.send(_session, memory, length));
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
