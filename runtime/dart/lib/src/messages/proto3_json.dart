import 'package:protobuf/protobuf.dart';

import 'json_reader.dart';
import 'json_writer.dart';

/// Of messages with a well-known type somewhere in them: protobuf's JSON with
/// the forms that these types have there.
///
/// `package:protobuf` knows them as well, but each version by another way.
mixin Proto3Json on GeneratedMessage {
  @override
  Object? toProto3Json({
    TypeRegistry typeRegistry = const TypeRegistry.empty(),
  }) => JsonWriter(typeRegistry).message(this);

  @override
  void mergeFromProto3Json(
    Object? json, {
    TypeRegistry typeRegistry = const TypeRegistry.empty(),
    bool ignoreUnknownFields = false,
    bool supportNamesWithUnderscores = true,
    bool permissiveEnums = false,
  }) => JsonReader(
    typeRegistry: typeRegistry,
    ignoreUnknownFields: ignoreUnknownFields,
    supportNamesWithUnderscores: supportNamesWithUnderscores,
    permissiveEnums: permissiveEnums,
  ).mergeInto(this, json);
}
