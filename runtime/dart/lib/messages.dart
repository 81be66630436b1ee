/// What generated messages stand on, beside `package:protobuf`.
///
/// An app has no need of it.
library;

export 'src/messages/reader.dart' show mergeFromBuffer;
