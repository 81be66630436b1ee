// What `dart:js_interop` declares, as far as package:bellwire uses it: for a VM
// that has no such library to check types with.

import 'dart:typed_data';

class JS {
  const JS([this.name]);

  final String? name;
}

extension type JSAny._(Object _) implements Object {}

extension type JSObject._(Object _) implements JSAny {}

extension type JSPromise<T extends JSAny?>._(Object _) implements JSObject {}

extension type JSUint8Array._(Object _) implements JSObject {}

extension JSPromiseToFuture<T extends JSAny?> on JSPromise<T> {
  external Future<T> get toDart;
}

extension JSUint8ArrayToUint8List on JSUint8Array {
  external Uint8List get toDart;
}

extension Uint8ListToJSUint8Array on Uint8List {
  external JSUint8Array get toJS;
}
