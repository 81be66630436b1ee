/// What generated messages stand on, beside `package:protobuf`.
///
/// An app finds the members of these mixins on its messages, and has no need of
/// the library itself.
library;

export 'src/messages/any.dart' show AnyMixin;
export 'src/messages/duration.dart' show DurationMixin;
export 'src/messages/exact_sint64.dart' show ExactSint64;
export 'src/messages/proto3_json.dart' show Proto3Json;
export 'src/messages/struct.dart' show ListValueMixin, StructMixin, ValueMixin;
export 'src/messages/timestamp.dart' show TimestampMixin;
