import 'dart:core' as core;
import 'dart:core';

import 'package:fixnum/fixnum.dart' show Int64;

/// Of protobuf's `Duration`: conversions from and to Dart's.
mixin DurationMixin {
  /// Whole seconds.
  Int64 get seconds;
  set seconds(Int64 value);

  /// Nanoseconds beside the seconds, of the same sign.
  int get nanos;
  set nanos(int value);

  /// The duration to the microsecond, which is as fine as Dart's is.
  core.Duration toDart() =>
      core.Duration(seconds: seconds.toInt(), microseconds: nanos ~/ 1000);

  /// Makes [target] as long as [duration].
  static void setFromDart(DurationMixin target, core.Duration duration) {
    target
      ..seconds = Int64(duration.inSeconds)
      ..nanos =
          duration.inMicroseconds.remainder(
            core.Duration.microsecondsPerSecond,
          ) *
          1000;
  }
}
