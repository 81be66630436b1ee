import 'package:fixnum/fixnum.dart' show Int64;
import 'package:protobuf/protobuf.dart';

/// Of messages with a `sint64` somewhere in them: reads every one of them.
///
/// `package:protobuf` shifts with the sign, so that numbers beyond ±2⁶² come out
/// as others.
mixin ExactSint64 on GeneratedMessage {
  @override
  void mergeFromBuffer(
    List<int> input, [
    ExtensionRegistry extensionRegistry = ExtensionRegistry.EMPTY,
  ]) {
    final reader = _Reader(input);
    mergeFromCodedBufferReader(reader, extensionRegistry);
    reader.checkLastTagWas(0);
  }
}

final class _Reader extends CodedBufferReader {
  _Reader(super.buffer);

  @override
  Int64 readSint64() {
    final bits = readUint64();
    return bits.shiftRightUnsigned(1) ^ -(bits & Int64.ONE);
  }
}
