import 'package:protobuf/protobuf.dart';

import '../../google/protobuf/any.pb.dart';
import '../../google/protobuf/duration.pb.dart' as pb;
import '../../google/protobuf/field_mask.pb.dart';
import '../../google/protobuf/struct.pb.dart';
import '../../google/protobuf/timestamp.pb.dart';
import 'field_kind.dart';
import 'json_forms.dart';
import 'json_scalars.dart';
import 'json_writer.dart';
import 'struct.dart';

/// Reads messages from protobuf's JSON, in the types of `dart:convert`.
///
/// Whatever is not as protobuf has it is a [FormatException] that says where.
final class JsonReader {
  /// A reader for one message.
  JsonReader({
    required this.typeRegistry,
    required this.ignoreUnknownFields,
    required this.supportNamesWithUnderscores,
    required this.permissiveEnums,
  });

  /// The types that an `Any` may hold.
  final TypeRegistry typeRegistry;

  /// Whether fields and enum values that the schema has not are passed over.
  final bool ignoreUnknownFields;

  /// Whether fields may have the names of the schema.
  final bool supportNamesWithUnderscores;

  /// Whether the names of enum values may be in another case.
  final bool permissiveEnums;

  final List<String> _path = [];

  /// Sets in a message what [json] says. Null says nothing.
  void mergeInto(GeneratedMessage message, Object? json) {
    if (json == null && message is! Value) return;
    switch (message) {
      case Timestamp():
        message.mergeFromMessage(_text(json, parseTimestamp));
      case pb.Duration():
        message.mergeFromMessage(_text(json, parseDuration));
      case FieldMask():
        message.mergeFromMessage(_text(json, parseFieldMask));
      case Any():
        _any(message, _object(json));
      case Struct():
        StructMixin.setFromDart(message, _object(json));
      case ListValue():
        ListValueMixin.setFromDart(message, _list(json));
      case Value():
        ValueMixin.setFromDart(message, json);
      case _ when isWrapper(message):
        message.setField(1, _element(message.info_.byIndex.single, json)!);
      default:
        final fields = message.info_.byName;
        _object(json).forEach((name, value) {
          _at(name, () => _field(message, _named(fields, name), value));
        });
    }
  }

  FieldInfo<dynamic>? _named(
    Map<String, FieldInfo<dynamic>> fields,
    String name,
  ) {
    var field = fields[name];
    if (field == null && supportNamesWithUnderscores) {
      for (final other in fields.values) {
        if (other.protoName == name) field = other;
      }
    }
    if (field == null && !ignoreUnknownFields) {
      throw _wrong('there is no such field', name);
    }
    return field;
  }

  void _field(
    GeneratedMessage message,
    FieldInfo<dynamic>? field,
    Object? json,
  ) {
    if (field == null || json == null && !_takesNull(field)) return;
    final number = field.tagNumber;
    if (field is MapFieldInfo) {
      _map(message.getField(number) as Map<dynamic, dynamic>, field, json);
    } else if (field.isRepeated) {
      final list = message.getField(number) as List<dynamic>;
      for (final (index, json) in _list(json).indexed) {
        _at('$index', () {
          final value = _element(field, json);
          if (value != null) list.add(value);
        });
      }
    } else if (field.isGroupOrMessage && message.hasField(number)) {
      mergeInto(message.getField(number) as GeneratedMessage, json);
    } else {
      final value = _element(field, json);
      if (value != null) message.setField(number, value);
    }
  }

  void _map(
    Map<dynamic, dynamic> map,
    MapFieldInfo<dynamic, dynamic> field,
    Object? json,
  ) {
    final [keys, values] = field.mapEntryBuilderInfo.byIndex;
    _object(json).forEach((name, json) {
      _at(name, () {
        final key = mapKeyFromJson(FieldKind.of(keys), name);
        if (key == null) throw _wrong('this is no key of the map', name);
        final value = _element(values, json);
        if (value != null) map[key] = value;
      });
    });
  }

  /// A value of a field, or an element of it. Null is one that is passed over.
  Object? _element(FieldInfo<dynamic> field, Object? json) {
    final kind = FieldKind.of(field);
    if (json == null && !_takesNull(field)) {
      throw _wrong('null stands for no element', json);
    }
    if (kind == FieldKind.message) {
      final message = field.subBuilder!();
      mergeInto(message, json);
      return message;
    }
    if (kind == FieldKind.enumeration) return _enum(field, json);
    final value = scalarFromJson(kind, json);
    if (value == null) throw _wrong('this is no ${kind.name}', json);
    return value;
  }

  Object? _enum(FieldInfo<dynamic> field, Object? json) {
    final values = field.enumValues!;
    ProtobufEnum? value;
    if (json == null) {
      value = NullValue.NULL_VALUE;
    } else if (json is String) {
      final sought = permissiveEnums ? _bare(json) : json;
      for (final other in values) {
        final name = permissiveEnums ? _bare(other.name) : other.name;
        if (name == sought) {
          value = other;
          break;
        }
      }
    } else if (scalarFromJson(FieldKind.int32, json) case final int number) {
      value = field.valueOf!(number);
    } else {
      throw _wrong('this is neither name nor number of a value', json);
    }
    if (value == null && !ignoreUnknownFields) {
      throw _wrong('the enum has no such value', json);
    }
    return value;
  }

  void _any(Any any, Map<String, Object?> json) {
    if (json.isEmpty) return;
    final url = json['@type'];
    if (url is! String) throw _wrong('"@type" is missing', json);
    any.typeUrl = url;
    final create = typeRegistry.lookup(any.typeName)?.createEmptyInstance;
    if (create == null) throw _wrong('the TypeRegistry has no such type', url);
    final packed = create();
    if (hasOwnForm(packed)) {
      _at('value', () => mergeInto(packed, json['value']));
    } else {
      mergeInto(packed, {...json}..remove('@type'));
    }
    any.value = packed.writeToBuffer();
  }

  /// Null is a value of these, and elsewhere stands for a field that is not set.
  bool _takesNull(FieldInfo<dynamic> field) =>
      field.enumValues is List<NullValue> ||
      !field.isMapField && field.subBuilder?.call() is Value;

  T _text<T>(Object? json, T? Function(String text) parse) {
    final value = json is String ? parse(json) : null;
    return value ?? (throw _wrong('this is no $T', json));
  }

  Map<String, Object?> _object(Object? json) => json is Map<String, Object?>
      ? json
      : throw _wrong('an object is expected', json);

  List<Object?> _list(Object? json) =>
      json is List<Object?> ? json : throw _wrong('a list is expected', json);

  void _at(String step, void Function() read) {
    _path.add(step);
    read();
    _path.removeLast();
  }

  FormatException _wrong(String what, Object? json) =>
      FormatException('At ${['root', ..._path].join('.')}: $what', json);
}

String _bare(String name) => name.replaceAll(RegExp('[_-]'), '').toLowerCase();
