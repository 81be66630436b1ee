// What the versions 4, 5 and 6 of package:protobuf have in common, as far as
// generated code and package:bellwire use it: declarations alone, to type-check
// against. What is not here is not in all of them, or is not used yet; it comes in
// once all of them are seen to have it, with the narrowest of their parameters and
// the widest of their results.

import 'dart:collection' show ListBase, MapBase;
import 'dart:typed_data' show Uint8List;

import 'package:fixnum/fixnum.dart' show Int64;

typedef CreateBuilderFunc = GeneratedMessage Function();
typedef ValueOfFunc = ProtobufEnum? Function(int value);

external Int64 parseLongInt(String text);

/// All that can be done with it everywhere is to hand it on: one version lets it
/// be null, another does not take null.
external CheckFunction getCheckFunction(int fieldType);

abstract final class CheckFunction {}

// ---------------------------------------------------------------- messages

abstract class GeneratedMessage {
  BuilderInfo get info_;
  GeneratedMessage clone();
  GeneratedMessage createEmptyInstance();
  GeneratedMessage copyWith(void Function(GeneratedMessage) updates);

  external UnknownFieldSet get unknownFields;
  external bool get isFrozen;
  external GeneratedMessage freeze();
  external GeneratedMessage toBuilder();
  external bool hasRequiredFields();
  external bool isInitialized();
  external void clear();
  external int? getTagNumber(String fieldName);
  external String toDebugString();
  external void check();

  external Uint8List writeToBuffer();
  external void writeToCodedBufferWriter(CodedBufferWriter output);
  external void mergeFromBuffer(
    List<int> input, [
    ExtensionRegistry extensionRegistry = ExtensionRegistry.EMPTY,
  ]);
  external void mergeFromCodedBufferReader(
    CodedBufferReader input, [
    ExtensionRegistry extensionRegistry = ExtensionRegistry.EMPTY,
  ]);
  external String writeToJson();
  external Map<String, dynamic> writeToJsonMap();
  external void mergeFromJson(
    String data, [
    ExtensionRegistry extensionRegistry = ExtensionRegistry.EMPTY,
  ]);
  external void mergeFromJsonMap(
    Map<String, dynamic> json, [
    ExtensionRegistry extensionRegistry = ExtensionRegistry.EMPTY,
  ]);
  external Object? toProto3Json({
    TypeRegistry typeRegistry = const TypeRegistry.empty(),
  });
  external void mergeFromProto3Json(
    Object? json, {
    TypeRegistry typeRegistry = const TypeRegistry.empty(),
    bool ignoreUnknownFields = false,
    bool supportNamesWithUnderscores = true,
    bool permissiveEnums = false,
  });
  external void mergeFromMessage(GeneratedMessage other);
  external void mergeUnknownFields(UnknownFieldSet unknownFieldSet);

  external dynamic getField(int tagNumber);
  external dynamic getFieldOrNull(int tagNumber);
  external dynamic getDefaultForField(int tagNumber);
  external bool hasField(int tagNumber);
  external void setField(int tagNumber, Object value);
  external void clearField(int tagNumber);
  external void addExtension(Extension<dynamic> extension, Object? value);
  external dynamic getExtension(Extension<dynamic> extension);
  external bool hasExtension(Extension<dynamic> extension);
  external void setExtension(Extension<dynamic> extension, Object value);
  external void clearExtension(Extension<dynamic> extension);
  external bool extensionsAreInitialized();

  external int $_whichOneof(int oneofIndex);
  external T $_getN<T>(int index);
  external T $_ensure<T>(int index);
  external PbList<T> $_getList<T>(int index);
  external PbMap<K, V> $_getMap<K, V>(int index);
  external bool $_getB(int index, bool defaultValue);
  external bool $_getBF(int index);
  external int $_getI(int index, int defaultValue);
  external int $_getIZ(int index);
  external String $_getS(int index, String defaultValue);
  external String $_getSZ(int index);
  external Int64 $_getI64(int index);
  external bool $_has(int index);
  external void $_setBool(int index, bool value);
  external void $_setBytes(int index, List<int> value);
  external void $_setString(int index, String value);
  external void $_setFloat(int index, double value);
  external void $_setDouble(int index, double value);
  external void $_setSignedInt32(int index, int value);
  external void $_setUnsignedInt32(int index, int value);
  external void $_setInt64(int index, Int64 value);
  external void $_setField(int tagNumber, Object value);
  external void $_clearField(int tagNumber);
  external static T $_defaultFor<T extends GeneratedMessage>(
    T Function() createFn,
  );
}

extension GeneratedMessageGenericExtensions<T extends GeneratedMessage> on T {
  external T rebuild(void Function(T) updates);
  external T deepCopy();
}

class ProtobufEnum {
  const ProtobufEnum(this.value, this.name);

  final int value;
  final String name;

  external static Map<int, T> initByValue<T extends ProtobufEnum>(
    List<T> values,
  );
}

abstract class PbList<E> extends ListBase<E> {}

abstract class PbMap<K, V> extends MapBase<K, V> {}

abstract class UnknownFieldSet {}

// ------------------------------------------------------------ descriptions

class PackageName {
  const PackageName(this.name);

  final String name;
}

class TagNumber {
  const TagNumber(this.tagNumber);

  final int tagNumber;
}

class BuilderInfo {
  external BuilderInfo(
    String? messageName, {
    PackageName package = const PackageName(''),
    CreateBuilderFunc? createEmptyInstance,
  });

  external String get messageName;
  external String get qualifiedMessageName;
  external CreateBuilderFunc? get createEmptyInstance;
  external Map<int, FieldInfo<dynamic>> get fieldInfo;
  external List<FieldInfo<dynamic>> get byIndex;
  external Map<String, FieldInfo<dynamic>> get byName;
  external List<FieldInfo<dynamic>> get sortedByTag;
  external bool hasExtensions;
  external bool hasRequiredFields;

  external void a<T>(
    int tagNumber,
    String name,
    int fieldType, {
    dynamic defaultOrMaker,
    CreateBuilderFunc? subBuilder,
    ValueOfFunc? valueOf,
    List<ProtobufEnum>? enumValues,
    String? protoName,
  });
  external void aOB(int tagNumber, String name, {String? protoName});
  external void aOS(int tagNumber, String name, {String? protoName});
  external void aQS(int tagNumber, String name, {String? protoName});
  external void aInt64(int tagNumber, String name, {String? protoName});
  external void aOM<T extends GeneratedMessage>(
    int tagNumber,
    String name, {
    required T Function() subBuilder,
    String? protoName,
  });
  external void aQM<T extends GeneratedMessage>(
    int tagNumber,
    String name, {
    required T Function() subBuilder,
    String? protoName,
  });
  external void e<T>(
    int tagNumber,
    String name,
    int fieldType, {
    dynamic defaultOrMaker,
    ValueOfFunc? valueOf,
    List<ProtobufEnum>? enumValues,
    String? protoName,
  });
  external void p<T>(
    int tagNumber,
    String name,
    int fieldType, {
    String? protoName,
  });
  external void pPS(int tagNumber, String name, {String? protoName});
  external void pc<T>(
    int tagNumber,
    String name,
    int fieldType, {
    CreateBuilderFunc? subBuilder,
    ValueOfFunc? valueOf,
    List<ProtobufEnum>? enumValues,
    ProtobufEnum? defaultEnumValue,
    String? protoName,
  });
  external void m<K, V>(
    int tagNumber,
    String name, {
    String? entryClassName,
    required int keyFieldType,
    required int valueFieldType,
    CreateBuilderFunc? valueCreator,
    ValueOfFunc? valueOf,
    List<ProtobufEnum>? enumValues,
    ProtobufEnum? defaultEnumValue,
    PackageName packageName = const PackageName(''),
    String? protoName,
    dynamic valueDefaultOrMaker,
  });
  external void addMapField<K, V>(
    int tagNumber,
    String name,
    int keyFieldType,
    int valueFieldType,
    BuilderInfo mapEntryBuilderInfo,
    CreateBuilderFunc? valueCreator, {
    ProtobufEnum? defaultEnumValue,
    String? protoName,
  });
  external void oo(int oneofIndex, List<int> tags);
}

class FieldInfo<T> {
  external String get name;
  external String get protoName;
  external int get tagNumber;
  external int get type;
  external CreateBuilderFunc? get subBuilder;
  external List<ProtobufEnum>? get enumValues;
  external ValueOfFunc? get valueOf;
  external bool get isRepeated;
  external bool get isGroupOrMessage;
  external bool get isEnum;
  external bool get isMapField;
}

abstract class MapFieldInfo<K, V> extends FieldInfo<PbMap<K, V>?> {
  BuilderInfo get mapEntryBuilderInfo;
}

class Extension<T> extends FieldInfo<T> {
  external Extension(
    String extendee,
    String name,
    int tagNumber,
    int fieldType, {
    dynamic defaultOrMaker,
    CreateBuilderFunc? subBuilder,
    ValueOfFunc? valueOf,
    List<ProtobufEnum>? enumValues,
    String? protoName,
  });
  external Extension.repeated(
    String extendee,
    String name,
    int tagNumber,
    int fieldType, {
    required CheckFunction check,
    CreateBuilderFunc? subBuilder,
    ValueOfFunc? valueOf,
    List<ProtobufEnum>? enumValues,
    String? protoName,
  });
}

class ExtensionRegistry {
  const ExtensionRegistry._();

  external factory ExtensionRegistry();

  static const ExtensionRegistry EMPTY = ExtensionRegistry._();

  external void add(Extension<dynamic> extension);
  external void addAll(Iterable<Extension<dynamic>> extensions);
}

class TypeRegistry {
  external TypeRegistry(Iterable<GeneratedMessage> types);

  const TypeRegistry.empty();

  external BuilderInfo? lookup(String qualifiedName);
}

/// The numbers are those of no version: what counts is that they are constants.
abstract final class PbFieldType {
  static const int OB = 1;
  static const int OY = 2;
  static const int OS = 3;
  static const int OF = 4;
  static const int OD = 5;
  static const int OE = 6;
  static const int OG = 7;
  static const int OM = 8;
  static const int O3 = 9;
  static const int O6 = 10;
  static const int OS3 = 11;
  static const int OS6 = 12;
  static const int OU3 = 13;
  static const int OU6 = 14;
  static const int OF3 = 15;
  static const int OF6 = 16;
  static const int OSF3 = 17;
  static const int OSF6 = 18;
  static const int QB = 19;
  static const int QY = 20;
  static const int QS = 21;
  static const int QF = 22;
  static const int QD = 23;
  static const int QE = 24;
  static const int QG = 25;
  static const int QM = 26;
  static const int Q3 = 27;
  static const int Q6 = 28;
  static const int QS3 = 29;
  static const int QS6 = 30;
  static const int QU3 = 31;
  static const int QU6 = 32;
  static const int QF3 = 33;
  static const int QF6 = 34;
  static const int QSF3 = 35;
  static const int QSF6 = 36;
  static const int PB = 37;
  static const int PY = 38;
  static const int PS = 39;
  static const int PF = 40;
  static const int PD = 41;
  static const int PE = 42;
  static const int PG = 43;
  static const int PM = 44;
  static const int P3 = 45;
  static const int P6 = 46;
  static const int PS3 = 47;
  static const int PS6 = 48;
  static const int PU3 = 49;
  static const int PU6 = 50;
  static const int PF3 = 51;
  static const int PF6 = 52;
  static const int PSF3 = 53;
  static const int PSF6 = 54;
  static const int KB = 55;
  static const int KF = 56;
  static const int KD = 57;
  static const int KE = 58;
  static const int K3 = 59;
  static const int K6 = 60;
  static const int KS3 = 61;
  static const int KS6 = 62;
  static const int KU3 = 63;
  static const int KU6 = 64;
  static const int KF3 = 65;
  static const int KF6 = 66;
  static const int KSF3 = 67;
  static const int KSF6 = 68;
  static const int M = 69;
}

// ------------------------------------------------------------------- bytes

class CodedBufferReader {
  external CodedBufferReader(List<int> buffer);

  external void checkLastTagWas(int value);
  external Int64 readUint64();
  external Int64 readSint64();
}

abstract class CodedBufferWriter {}

abstract class InvalidProtocolBufferException implements Exception {
  external factory InvalidProtocolBufferException.wrongAnyMessage(
    String anyTypeName,
    String unpackerTypeName,
  );
}
