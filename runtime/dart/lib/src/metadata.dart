import 'fault.dart';

final RegExp _key = RegExp(r'^[a-z0-9_.-]+$');
final RegExp _value = RegExp(r'^[\x20-\x7e]*$');

/// Throws a [Fault] for metadata that cannot be carried: in HTTP it becomes
/// headers, which cannot hold everything.
void checkMetadata(Map<String, String> metadata) {
  for (final MapEntry(:key, :value) in metadata.entries) {
    if (!_key.hasMatch(key) || !_value.hasMatch(value)) {
      throw Fault(
        FaultCode.invalidArgument,
        'metadata is lower-case keys and printable ASCII, and "$key" is not',
      );
    }
  }
}
