// Builds the core with cargo for whatever the app is built for, and has it bundled.

import 'package:hooks/hooks.dart';
import 'package:native_toolchain_rust/native_toolchain_rust.dart';

void main(List<String> arguments) => build(
  arguments,
  (input, output) => const RustBuilder(
    // The library whose `@Native` functions are in it.
    assetName: 'src/core_ffi.dart',
    cratePath: '../ffi',
  ).run(input: input, output: output),
);
