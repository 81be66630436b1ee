//! What the classes of well-known types have beside their fields, as those of protoc-gen-dart do.

/// The mixin of a well-known type, which `package:bellwire` has.
pub fn mixin(full_name: &str) -> Option<String> {
    let name = full_name.strip_prefix("google.protobuf.")?;
    let with_mixin = [
        "Any",
        "Duration",
        "ListValue",
        "Struct",
        "Timestamp",
        "Value",
    ];
    with_mixin.contains(&name).then(|| format!("{name}Mixin"))
}

/// Whether protobuf's JSON has another form for it than an object of its fields.
pub fn has_json_form(full_name: &str) -> bool {
    let Some(name) = full_name.strip_prefix("google.protobuf.") else {
        return false;
    };
    let wrapper = [
        "BoolValue",
        "BytesValue",
        "DoubleValue",
        "FloatValue",
        "Int32Value",
        "Int64Value",
        "StringValue",
        "UInt32Value",
        "UInt64Value",
    ];
    wrapper.contains(&name) || name == "FieldMask" || mixin(full_name).is_some()
}

/// Static members, which a mixin cannot bring.
pub fn statics(full_name: &str) -> Option<&'static str> {
    Some(match full_name {
        "google.protobuf.Any" => ANY,
        "google.protobuf.Duration" => DURATION,
        "google.protobuf.ListValue" => LIST_VALUE,
        "google.protobuf.Struct" => STRUCT,
        "google.protobuf.Timestamp" => TIMESTAMP,
        "google.protobuf.Value" => VALUE,
        _ => return None,
    })
}

const ANY: &str = "  /// Holds [message]. Its type's full name stands behind [typeUrlPrefix] and a
  /// slash.
  static Any pack(
    $pb.GeneratedMessage message, {
    $core.String typeUrlPrefix = 'type.googleapis.com',
  }) {
    final result = create();
    $bellwire.AnyMixin.packIntoAny(
      result,
      message,
      typeUrlPrefix: typeUrlPrefix,
    );
    return result;
  }";

const DURATION: &str = "  /// As long as [duration].
  static Duration fromDart($core.Duration duration) {
    final result = create();
    $bellwire.DurationMixin.setFromDart(result, duration);
    return result;
  }";

const LIST_VALUE: &str =
    "  /// The values of [list]. Throws an [ArgumentError] where JSON has no such one.
  static ListValue fromDart($core.Iterable<$core.Object?> list) {
    final result = create();
    $bellwire.ListValueMixin.setFromDart(result, list);
    return result;
  }";

const STRUCT: &str =
    "  /// The values of [map]. Throws an [ArgumentError] where JSON has no such one.
  static Struct fromDart($core.Map<$core.String, $core.Object?> map) {
    final result = create();
    $bellwire.StructMixin.setFromDart(result, map);
    return result;
  }";

const TIMESTAMP: &str = "  /// The time of [dateTime]. Its time zone is not kept.
  static Timestamp fromDateTime($core.DateTime dateTime) {
    final result = create();
    $bellwire.TimestampMixin.setFromDateTime(result, dateTime);
    return result;
  }";

const VALUE: &str = "  /// Holds [value]. Throws an [ArgumentError] where JSON has no such one.
  static Value fromDart($core.Object? value) {
    final result = create();
    $bellwire.ValueMixin.setFromDart(result, value);
    return result;
  }";
