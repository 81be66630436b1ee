/// Reaches a core in the same process, over `dart:ffi`.
///
/// ```dart
/// defaultTransport = FfiTransport.open('notes_ffi');
/// ```
///
/// Compiles everywhere. Where there is no `dart:ffi`, as on the web, opening
/// throws a `Fault`.
library;

export 'src/ffi/ffi_missing.dart'
    if (dart.library.ffi) 'src/ffi/ffi_transport.dart'
    show FfiTransport;
