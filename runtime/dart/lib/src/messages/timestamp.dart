import 'package:fixnum/fixnum.dart' show Int64;

/// Of `Timestamp`: conversions from and to [DateTime].
mixin TimestampMixin {
  /// Seconds since 1970, negative before.
  Int64 get seconds;
  set seconds(Int64 value);

  /// Nanoseconds of the second, never negative.
  int get nanos;
  set nanos(int value);

  /// The time in UTC, or in local time with [toLocal], to the microsecond.
  DateTime toDateTime({bool toLocal = false}) =>
      DateTime.fromMicrosecondsSinceEpoch(
        seconds.toInt() * Duration.microsecondsPerSecond + nanos ~/ 1000,
        isUtc: !toLocal,
      );

  /// Makes [target] the time of [dateTime]. Time zones are not kept.
  static void setFromDateTime(TimestampMixin target, DateTime dateTime) {
    final microseconds = dateTime.microsecondsSinceEpoch;
    // Never negative, unlike a remainder.
    final rest = microseconds % Duration.microsecondsPerSecond;
    target
      ..seconds = Int64((microseconds - rest) ~/ Duration.microsecondsPerSecond)
      ..nanos = rest * 1000;
  }
}
