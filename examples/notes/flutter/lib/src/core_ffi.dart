import 'dart:convert';
import 'dart:ffi';

import 'package:bellwire/bellwire.dart';
import 'package:bellwire/ffi.dart';

/// What the library exports, named after its crate.
@Native<Pointer<Void> Function()>(symbol: 'bellwire_notes_ffi')
external Pointer<Void> _core();

/// Opens a session with the core, which keeps its notes in [folder].
Transport openCore(String folder) =>
    FfiTransport.at(_core().address, config: utf8.encode(folder));
