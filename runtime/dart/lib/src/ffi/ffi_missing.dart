import '../fault.dart';
import '../transport.dart';

/// The transport over `dart:ffi`, where there is none.
abstract interface class FfiTransport implements Transport {
  /// Throws a [Fault].
  factory FfiTransport.open(
    String name, {
    String? path,
    List<int> config = const [],
    void Function(Unserved unserved)? onUnserved,
  }) => throw _missing;

  /// Throws a [Fault].
  factory FfiTransport.at(
    int address, {
    List<int> config = const [],
    void Function(Unserved unserved)? onUnserved,
  }) => throw _missing;
}

const _missing = Fault(
  FaultCode.unimplemented,
  'this platform has no dart:ffi: reach the core over HTTP',
);
