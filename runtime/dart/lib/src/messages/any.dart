import 'package:protobuf/protobuf.dart';

/// Of `Any`: packs a message of any type, and unpacks it.
mixin AnyMixin {
  /// The message's type: its full name stands behind the last slash.
  String get typeUrl;
  set typeUrl(String value);

  /// The encoded message.
  List<int> get value;
  set value(List<int> value);

  /// The full name of the message's type, empty where there is none.
  String get typeName => typeUrl.substring(typeUrl.lastIndexOf('/') + 1);

  /// Whether there is a message of the same type as [instance] in it, which may
  /// be a default instance: `any.canUnpackInto(UserPB.getDefault())`.
  bool canUnpackInto(GeneratedMessage instance) =>
      typeUrl.contains('/') && typeName == instance.info_.qualifiedMessageName;

  /// Merges the message into [instance], and gives it back:
  /// `final user = any.unpackInto(UserPB());`.
  ///
  /// Throws an [InvalidProtocolBufferException] where it is of another type, or
  /// is no message.
  T unpackInto<T extends GeneratedMessage>(
    T instance, {
    ExtensionRegistry extensionRegistry = ExtensionRegistry.EMPTY,
  }) {
    if (!canUnpackInto(instance)) {
      throw InvalidProtocolBufferException.wrongAnyMessage(
        typeName,
        instance.info_.qualifiedMessageName,
      );
    }
    return instance..mergeFromBuffer(value, extensionRegistry);
  }

  /// Puts [message] into [target].
  static void packIntoAny(
    AnyMixin target,
    GeneratedMessage message, {
    String typeUrlPrefix = 'type.googleapis.com',
  }) {
    target
      ..value = message.writeToBuffer()
      ..typeUrl = '$typeUrlPrefix/${message.info_.qualifiedMessageName}';
  }
}
