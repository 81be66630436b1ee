import 'dart:convert';

import 'package:fixnum/fixnum.dart' show Int64;
import 'package:protobuf/protobuf.dart';

import '../../google/protobuf/any.pb.dart';
import '../../google/protobuf/duration.pb.dart' as pb;
import '../../google/protobuf/field_mask.pb.dart';
import '../../google/protobuf/struct.pb.dart';
import '../../google/protobuf/timestamp.pb.dart';
import '../../google/protobuf/wrappers.pb.dart';
import 'field_kind.dart';
import 'json_forms.dart';

/// Writes messages as protobuf's JSON, in the types of `dart:convert`.
final class JsonWriter {
  /// A writer that knows these types.
  const JsonWriter(this._types);

  /// The types that an `Any` may hold.
  final TypeRegistry _types;

  /// A message, in the form of its own where it is a well-known type.
  Object? message(GeneratedMessage message) => switch (message) {
    Timestamp() => timestampText(message),
    pb.Duration() => durationText(message),
    FieldMask() => fieldMaskText(message),
    Any() => _any(message),
    Struct() => message.fields.map((name, it) => MapEntry(name, _value(it))),
    ListValue() => message.values.map(_value).toList(),
    Value() => _value(message),
    _ when isWrapper(message) => _scalar(
      FieldKind.of(message.info_.byIndex.single),
      message.getField(1) as Object,
    ),
    _ => _fields(message),
  };

  Map<String, Object?> _fields(GeneratedMessage message) {
    final json = <String, Object?>{};
    for (final field in message.info_.sortedByTag) {
      if (!message.hasField(field.tagNumber)) continue;
      final value = message.getField(field.tagNumber) as Object;
      switch (value) {
        case Map<dynamic, dynamic>() when value.isEmpty:
        case List<int>() when value.isEmpty:
          break;
        case Map<dynamic, dynamic>():
          json[field.name] = _map(field as MapFieldInfo, value);
        case List<dynamic>() when field.isRepeated:
          final kind = FieldKind.of(field);
          json[field.name] = [
            for (final it in value) _scalar(kind, it as Object),
          ];
        default:
          json[field.name] = _scalar(FieldKind.of(field), value);
      }
    }
    return json;
  }

  Map<String, Object?> _map(
    MapFieldInfo<dynamic, dynamic> field,
    Map<dynamic, dynamic> map,
  ) {
    final [keys, values] = field.mapEntryBuilderInfo.byIndex
        .map(FieldKind.of)
        .toList();
    return map.map(
      (key, value) => MapEntry(
        _scalar(keys, key as Object).toString(),
        _scalar(values, value as Object),
      ),
    );
  }

  Object? _scalar(FieldKind kind, Object value) => switch (kind) {
    FieldKind.int64 => value.toString(),
    FieldKind.uint64 => (value as Int64).toStringUnsigned(),
    FieldKind.bytes => base64.encode(value as List<int>),
    FieldKind.float || FieldKind.double => _double(value as double),
    FieldKind.enumeration => _enum(value as ProtobufEnum),
    FieldKind.message => message(value as GeneratedMessage),
    _ => value,
  };

  /// Without a fraction where it has none, as JavaScript writes it.
  Object _double(double value) {
    if (!value.isFinite) return value.toString();
    final whole = value.abs() <= 9007199254740992 && value == value.truncate();
    return whole && !(value == 0 && value.isNegative) ? value.toInt() : value;
  }

  /// By its number where it is none that the schema has.
  Object? _enum(ProtobufEnum value) {
    if (value is NullValue) return null;
    return value.name == '${value.value}' ? value.value : value.name;
  }

  Object? _value(Value value) => switch (value.whichKind()) {
    Value_Kind.nullValue => null,
    Value_Kind.numberValue =>
      value.numberValue.isFinite
          ? _double(value.numberValue)
          : throw ArgumentError.value(
              value,
              'value',
              'JSON has no such number',
            ),
    Value_Kind.stringValue => value.stringValue,
    Value_Kind.boolValue => value.boolValue,
    Value_Kind.structValue => message(value.structValue),
    Value_Kind.listValue => message(value.listValue),
    Value_Kind.notSet => throw ArgumentError.value(
      value,
      'value',
      'it has no value',
    ),
  };

  Object? _any(Any any) {
    if (any.typeUrl.isEmpty && any.value.isEmpty) return <String, Object?>{};
    final create = _types.lookup(any.typeName)?.createEmptyInstance;
    if (create == null) {
      throw ArgumentError.value(
        any.typeUrl,
        'typeUrl',
        'the TypeRegistry has no such type',
      );
    }
    final packed = create()..mergeFromBuffer(any.value);
    final json = message(packed);
    return {
      '@type': any.typeUrl,
      if (hasOwnForm(packed))
        'value': json
      else
        ...json! as Map<String, Object?>,
    };
  }
}

/// Whether a message stands in JSON for its only field.
bool isWrapper(GeneratedMessage message) =>
    message is DoubleValue ||
    message is FloatValue ||
    message is Int64Value ||
    message is UInt64Value ||
    message is Int32Value ||
    message is UInt32Value ||
    message is BoolValue ||
    message is StringValue ||
    message is BytesValue;

/// Whether a message is in JSON something else than an object of its fields.
bool hasOwnForm(GeneratedMessage message) =>
    isWrapper(message) ||
    message is Timestamp ||
    message is pb.Duration ||
    message is FieldMask ||
    message is Any ||
    message is Struct ||
    message is ListValue ||
    message is Value;
