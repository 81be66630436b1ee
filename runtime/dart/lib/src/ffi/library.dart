import 'dart:ffi';
import 'dart:io';

import '../fault.dart';

/// The version of the ABI that is written down here: that of `bellwire.h`.
const _version = 1;

/// The functions of a library, as `bellwire.h` declares them.
final class _Api extends Struct {
  @Uint32()
  external int version;

  external Pointer<
    NativeFunction<
      Int32 Function(
        Pointer<Void> dartApi,
        Int64 port,
        Pointer<Uint8> config,
        UintPtr configLength,
        Pointer<Pointer<Void>> session,
      )
    >
  >
  open;

  external Pointer<NativeFunction<Pointer<Uint8> Function(UintPtr length)>>
  allocate;

  external Pointer<
    NativeFunction<
      Int32 Function(
        Pointer<Void> session,
        Pointer<Uint8> frame,
        UintPtr length,
        Uint32 more,
      )
    >
  >
  send;

  external Pointer<NativeFunction<Int32 Function(Pointer<Void> session)>> wake;

  external Pointer<
    NativeFunction<Int32 Function(Pointer<Void> session, UintPtr frames)>
  >
  read;

  external Pointer<NativeFunction<Void Function(Pointer<Void> session)>> close;

  external Pointer<NativeFunction<Void Function(Pointer<Uint8> frame)>> free;
}

/// A library that exports a core.
final class NativeLibrary {
  NativeLibrary._(_Api api)
    : _open = api.open.asFunction(),
      allocate = api.allocate.asFunction(isLeaf: true),
      send = api.send.asFunction(isLeaf: true),
      wake = api.wake.asFunction(isLeaf: true),
      read = api.read.asFunction(),
      close = api.close.asFunction(),
      free = api.free.asFunction(isLeaf: true),
      finalizer = NativeFinalizer(api.close);

  /// Finds the library with this name, or the one at [path].
  factory NativeLibrary.open(String name, String? path) =>
      _opened[path ?? name] ??= _find(name, path);

  /// The library whose functions are at this address.
  factory NativeLibrary.at(int address) => _known[address] ??= _at(address);

  static final Map<String, NativeLibrary> _opened = {};
  static final Map<int, NativeLibrary> _known = {};

  static NativeLibrary _at(int address) {
    if (address == 0) {
      throw const Fault(FaultCode.invalidArgument, 'nothing is at address 0');
    }
    final api = Pointer<_Api>.fromAddress(address).ref;
    if (api.version != _version) {
      throw Fault(
        FaultCode.failedPrecondition,
        'the library speaks version ${api.version} of the ABI, '
        'package:bellwire version $_version',
      );
    }
    return NativeLibrary._(api);
  }

  static NativeLibrary _find(String name, String? path) {
    final symbol = 'bellwire_$name';
    final failures = <String>[];
    for (final open in _candidates(name, path)) {
      try {
        final library = open();
        if (!library.providesSymbol(symbol)) {
          failures.add('there is no $symbol in it');
          continue;
        }
        final api = library
            .lookupFunction<Pointer<Void> Function(), Pointer<Void> Function()>(
              symbol,
            );
        return NativeLibrary.at(api().address);
      } on ArgumentError catch (error) {
        failures.add('${error.message}');
      }
    }
    throw Fault(
      FaultCode.unavailable,
      'the library of the core, ${path ?? name}, cannot be opened: '
      '${failures.last}',
    );
  }

  static Iterable<DynamicLibrary Function()> _candidates(
    String name,
    String? path,
  ) {
    if (path != null) return [() => DynamicLibrary.open(path)];
    final files = switch (Platform.operatingSystem) {
      'windows' => ['$name.dll'],
      'macos' || 'ios' => ['$name.framework/$name', 'lib$name.dylib'],
      _ => ['lib$name.so'],
    };
    return [
      DynamicLibrary.process,
      for (final file in files) () => DynamicLibrary.open(file),
    ];
  }

  final int Function(
    Pointer<Void> dartApi,
    int port,
    Pointer<Uint8> config,
    int configLength,
    Pointer<Pointer<Void>> session,
  )
  _open;

  /// Gives memory for a frame, or null.
  final Pointer<Uint8> Function(int length) allocate;

  /// Sends a frame in memory that was allocated, with [more], not 0, to be looked
  /// at when the core is woken. Gives the number of a fault's code, or 0.
  final int Function(
    Pointer<Void> session,
    Pointer<Uint8> frame,
    int length,
    int more,
  )
  send;

  /// Has the core look at what was sent. Gives the number of a fault's code, or 0.
  final int Function(Pointer<Void> session) wake;

  /// Says that a message was read, with so many frames in it: the next one may
  /// come. Gives the number of a fault's code, or 0.
  final int Function(Pointer<Void> session, int frames) read;

  /// Closes a session.
  final void Function(Pointer<Void> session) close;

  /// Gives memory back that was not sent.
  final void Function(Pointer<Uint8> frame) free;

  /// Closes the session of what is attached, at the end of the isolate.
  final NativeFinalizer finalizer;

  /// Opens a session whose frames go to [port].
  ///
  /// Throws a [Fault] where that is impossible.
  Pointer<Void> open(int port, List<int> config) {
    // The memory of the library itself serves for the little that is handed over.
    final size = sizeOf<Pointer<Void>>();
    final memory = allocate(size + config.length);
    if (memory == nullptr) throw outOfMemory;
    try {
      final session = memory.cast<Pointer<Void>>();
      final bytes = memory + size;
      bytes.asTypedList(config.length).setAll(0, config);
      final api = NativeApi.initializeApiDLData;
      check(_open(api, port, bytes, config.length, session));
      return session.value;
    } finally {
      free(memory);
    }
  }

  /// Throws the [Fault] that a status stands for.
  static void check(int status) {
    if (status == 0) return;
    final code = FaultCode.ofNumber(status);
    throw Fault(code, switch (code) {
      FaultCode.unavailable => 'the session with the core is closed',
      FaultCode.unimplemented =>
        'the core was built for another version of the Dart VM',
      _ => 'the core answered with ${code.name}',
    });
  }
}

/// The fault of what is too large to be sent.
const outOfMemory = Fault(
  FaultCode.resourceExhausted,
  'there is no memory for the message',
);
