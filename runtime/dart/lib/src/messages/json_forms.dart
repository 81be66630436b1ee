import 'package:fixnum/fixnum.dart' show Int64;

import '../../google/protobuf/duration.pb.dart' as pb;
import '../../google/protobuf/field_mask.pb.dart';
import '../../google/protobuf/timestamp.pb.dart';

// The text that some well-known types are in JSON. Whoever writes what has no
// such text gets an ArgumentError, whoever reads what is none a null.

final _firstSecond = Int64(-62135596800);
final _lastSecond = Int64(253402300799);
final _longest = Int64(315576000000);

final _rfc3339 = RegExp(
  r'^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?'
  r'(?:Z|([+-])(\d\d):(\d\d))$',
);

final _seconds = RegExp(r'^(-?)(\d{1,12})(?:\.(\d{1,9}))?s$');

/// `1972-01-01T10:00:20.021Z`, with as many groups of three digits as needed.
String timestampText(Timestamp time) {
  if (time.seconds < _firstSecond || time.seconds > _lastSecond) {
    throw ArgumentError.value(time, 'time', 'not within the years 1 to 9999');
  }
  if (time.nanos < 0 || time.nanos > 999999999) {
    throw ArgumentError.value(time, 'time', 'nanos are not within a second');
  }
  final seconds = DateTime.fromMillisecondsSinceEpoch(
    time.seconds.toInt() * 1000,
    isUtc: true,
  );
  // Without its milliseconds, which are all zero.
  final text = seconds.toIso8601String().substring(0, 19);
  return '$text${_fraction(time.nanos)}Z';
}

/// Reads RFC 3339, in any time zone.
Timestamp? parseTimestamp(String text) {
  final match = _rfc3339.firstMatch(text);
  if (match == null) return null;
  final [year, month, day, hour, minute, second] = [
    for (var group = 1; group <= 6; group++) int.parse(match[group]!),
  ];
  final time = DateTime.utc(year, month, day, hour, minute, second);
  // What is out of its range was carried over.
  if (time.month != month || time.day != day || time.hour != hour) return null;
  if (time.minute != minute || time.second != second) return null;
  var offset = 0;
  if (match[8] case final sign?) {
    final [hours, minutes] = [int.parse(match[9]!), int.parse(match[10]!)];
    if (hours > 23 || minutes > 59) return null;
    offset = (hours * 60 + minutes) * (sign == '-' ? -60 : 60);
  }
  final seconds = Int64(time.millisecondsSinceEpoch ~/ 1000 - offset);
  if (seconds < _firstSecond || seconds > _lastSecond) return null;
  final nanos = _nanos(match[7]);
  return Timestamp(
    seconds: seconds.isZero ? null : seconds,
    nanos: nanos == 0 ? null : nanos,
  );
}

/// `1.500s`, with as many groups of three digits as needed.
String durationText(pb.Duration duration) {
  final (seconds, nanos) = (duration.seconds, duration.nanos);
  if (seconds.abs() > _longest || nanos.abs() > 999999999) {
    throw ArgumentError.value(duration, 'duration', 'too long for JSON');
  }
  if (seconds.isNegative && nanos > 0 || seconds > 0 && nanos < 0) {
    throw ArgumentError.value(duration, 'duration', 'two signs');
  }
  final sign = seconds.isNegative || nanos < 0 ? '-' : '';
  return '$sign${seconds.abs()}${_fraction(nanos.abs())}s';
}

/// Reads seconds with up to nine decimals.
pb.Duration? parseDuration(String text) {
  final match = _seconds.firstMatch(text);
  if (match == null) return null;
  final seconds = Int64.parseInt(match[2]!);
  if (seconds > _longest) return null;
  final (sign, nanos) = (match[1] == '-' ? -1 : 1, _nanos(match[3]));
  return pb.Duration(
    seconds: seconds.isZero ? null : seconds * sign,
    nanos: nanos == 0 ? null : nanos * sign,
  );
}

/// `userName,photo.url`.
String fieldMaskText(FieldMask mask) {
  for (final path in mask.paths) {
    if (_snakeCase(_camelCase(path)) != path) {
      throw ArgumentError.value(path, 'path', 'JSON cannot tell it apart');
    }
  }
  return mask.paths.map(_camelCase).join(',');
}

/// Reads paths in camelCase.
FieldMask? parseFieldMask(String text) {
  if (text.contains('_')) return null;
  return FieldMask(paths: text.isEmpty ? [] : text.split(',').map(_snakeCase));
}

String _fraction(int nanos) {
  if (nanos == 0) return '';
  final digits = nanos.toString().padLeft(9, '0');
  if (nanos % 1000000 == 0) return '.${digits.substring(0, 3)}';
  if (nanos % 1000 == 0) return '.${digits.substring(0, 6)}';
  return '.$digits';
}

int _nanos(String? digits) => int.parse((digits ?? '').padRight(9, '0'));

String _camelCase(String path) => path.replaceAllMapped(
  RegExp('_([a-z])'),
  (match) => match[1]!.toUpperCase(),
);

String _snakeCase(String path) => path.replaceAllMapped(
  RegExp('[A-Z]'),
  (match) => '_${match[0]!.toLowerCase()}',
);
