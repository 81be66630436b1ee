import 'package:fixnum/fixnum.dart' show Int64;
import 'package:protobuf/protobuf.dart';

/// Merges encoded fields into a message whose type has a `sint64` somewhere in it.
void mergeFromBuffer(
  GeneratedMessage message,
  List<int> input,
  ExtensionRegistry extensionRegistry,
) {
  final reader = _Reader(input);
  message.mergeFromCodedBufferReader(reader, extensionRegistry);
  reader.checkLastTagWas(0);
}

/// Reads every `sint64`. That of `package:protobuf` shifts with the sign, so
/// that numbers beyond ±2⁶² come out as others.
final class _Reader extends CodedBufferReader {
  _Reader(super.buffer);

  @override
  Int64 readSint64() {
    final bits = readUint64();
    return bits.shiftRightUnsigned(1) ^ -(bits & Int64.ONE);
  }
}
