import '../fault.dart';
import '../session/session_transport.dart';
import '../transport.dart';
import 'library.dart';
import 'native_channel.dart';

/// The way to a core in the same process, over `dart:ffi`: one session of this
/// isolate with it.
///
/// The core runs on threads of its own. It starts with the first session of the
/// process, and serves all later ones: those of other isolates, and that of the
/// isolate which a hot restart starts. A session ends with [close], and with its
/// isolate: then its calls are cancelled, and nothing of it is left.
///
/// Sessions that wait for nothing do not keep a program from ending.
final class FfiTransport implements Transport {
  /// Opens a session with the core that the library [name] exports, which is the
  /// name of the crate that says `bellwire::ffi::export!`.
  ///
  /// The library is looked for in the program itself, and then where the platform
  /// looks for libraries under the names that it gives them (`libnotes.so`,
  /// `notes.dll`, `libnotes.dylib`, `notes.framework/notes`); or it is the file at
  /// [path].
  ///
  /// The core gets [config] where it starts with this session. [onUnserved] is
  /// told of events that the core cannot serve, since it was built from another
  /// schema; calls of them end in faults in any case.
  ///
  /// Throws a [Fault] where there is no such library, or one of another version.
  /// That the core does not start is the fault of each call.
  factory FfiTransport.open(
    String name, {
    String? path,
    List<int> config = const [],
    void Function(Unserved unserved)? onUnserved,
  }) => FfiTransport._(NativeLibrary.open(name, path), config, onUnserved);

  /// Opens a session with a library that was found in another way, such as
  /// `@Native`: [address] is what its function `bellwire_…` answers.
  ///
  /// The rest is as for [FfiTransport.open].
  factory FfiTransport.at(
    int address, {
    List<int> config = const [],
    void Function(Unserved unserved)? onUnserved,
  }) => FfiTransport._(NativeLibrary.at(address), config, onUnserved);

  FfiTransport._(
    NativeLibrary library,
    List<int> config,
    void Function(Unserved unserved)? onUnserved,
  ) {
    final channel = NativeChannel(library, config);
    _session = SessionTransport(channel, onUnserved: onUnserved);
    channel.listen(_session.receive, _session.end);
  }

  late final SessionTransport _session;

  @override
  Exchange unary(OutgoingCall call) => _session.unary(call);

  @override
  Stream<Reply> stream(OutgoingCall call) => _session.stream(call);

  @override
  Future<Subscription> subscribe(List<Topic> topics, NotificationSink sink) =>
      _session.subscribe(topics, sink);

  @override
  Future<void> close() => _session.close();
}
