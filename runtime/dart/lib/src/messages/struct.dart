import '../../google/protobuf/struct.pb.dart';

/// Of `Struct`: conversions from and to Dart's maps.
mixin StructMixin {
  /// The values under their names.
  Map<String, Value> get fields;

  /// The values as Dart has them: see [ValueMixin.toDart].
  Map<String, Object?> toDart() =>
      fields.map((name, value) => MapEntry(name, value.toDart()));

  /// Gives [target] the values of [map], and no others: see
  /// [ValueMixin.setFromDart].
  static void setFromDart(StructMixin target, Map<String, Object?> map) {
    target.fields.clear();
    map.forEach((name, value) => target.fields[name] = Value.fromDart(value));
  }
}

/// Of `ListValue`: conversions from and to Dart's lists.
mixin ListValueMixin {
  /// The values in order.
  List<Value> get values;

  /// The values as Dart has them: see [ValueMixin.toDart].
  List<Object?> toDart() => [for (final value in values) value.toDart()];

  /// Gives [target] the values of [list], and no others: see
  /// [ValueMixin.setFromDart].
  static void setFromDart(ListValueMixin target, Iterable<Object?> list) {
    target.values
      ..clear()
      ..addAll(list.map(Value.fromDart));
  }
}

/// Of `Value`: conversions from and to what Dart's JSON consists of.
mixin ValueMixin {
  /// Which kind of value it is.
  Value_Kind whichKind();

  /// The number, where it is one.
  double get numberValue;

  /// The text, where it is one.
  String get stringValue;

  /// The truth value, where it is one.
  bool get boolValue;

  /// The object, where it is one.
  Struct get structValue;

  /// The list, where it is one.
  ListValue get listValue;

  /// Null, a `double`, a `String`, a `bool`, or a map or list of such values.
  Object? toDart() => switch (whichKind()) {
    Value_Kind.nullValue || Value_Kind.notSet => null,
    Value_Kind.numberValue => numberValue,
    Value_Kind.stringValue => stringValue,
    Value_Kind.boolValue => boolValue,
    Value_Kind.structValue => structValue.toDart(),
    Value_Kind.listValue => listValue.toDart(),
  };

  /// Makes [target] hold [value]: null, a number, a `String`, a `bool`, or a map
  /// with `String`s as keys or a list of such values.
  ///
  /// Throws an [ArgumentError] for anything else.
  static void setFromDart(Value target, Object? value) {
    switch (value) {
      case null:
        target.nullValue = NullValue.NULL_VALUE;
      case final bool value:
        target.boolValue = value;
      case final num value:
        target.numberValue = value.toDouble();
      case final String value:
        target.stringValue = value;
      case final Map<String, Object?> value:
        target.structValue = Struct.fromDart(value);
      case final Iterable<Object?> value:
        target.listValue = ListValue.fromDart(value);
      default:
        throw ArgumentError.value(value, 'value', 'no Value can hold it');
    }
  }
}
