/** Inputs that are illegal, by what is wrong with them: every rule of the schema is broken at least once. */
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import type { Any, Duration, FieldMask, Timestamp } from "@bufbuild/protobuf/wkt";
import { AnySchema, DurationSchema, FieldMaskSchema, TimestampSchema, timestampFromMs } from "@bufbuild/protobuf/wkt";
import type { NumbersSchema, SampleSchema } from "./gen/rules/v1/rules_pb.js";

type Sample = MessageInitShape<typeof SampleSchema>;
type Forms = NonNullable<Sample["forms"]>;

const needed = { needed: "x" };
const groups = { up: "", one: { case: "number", value: 1 } } as const;

export const illegal: Readonly<Record<string, Sample>> = {
  "a field that is required": { texts: {} },
  "a constant": { texts: { ...needed, const: "Bell" } },
  "exact lengths": { texts: { ...needed, len: "12345", bytes: "äöü" } },
  "too short": { texts: { ...needed, size: "🔔", byteSize: "a" } },
  "too long": { texts: { ...needed, size: "🔔🔔🔔🔔🔔", byteSize: "äöü" } },
  "a pattern": { texts: { ...needed, pattern: "1a" } },
  "parts of a text": { texts: { ...needed, part: "x" } },
  "one part of a text": { texts: { ...needed, part: "abd" } },
  "none of a list": { texts: { ...needed, in: "perhaps" } },
  "one of a list": { texts: { ...needed, notIn: "maybe" } },
  "empty texts": { texts: { const: "", len: "", size: "", bytes: "", byteSize: "", pattern: "", part: "", in: "" } },
  ...forms("empty forms", ""),
  ...forms("forms with a space", "a b"),
  ...forms("forms that are none", "ä\u0000é://[::1"),
  ...forms("forms that only dots tell apart", "1.2.3"),
  "addresses with too much": {
    forms: {
      email: "ada@example.org ",
      hostname: "a..b",
      ip: "1.2.3.4.5",
      ipv4: "01.2.3.4",
      ipv6: "1::2::3",
      uri: "/relative",
      uriRef: ":no",
      address: "-a",
      uuid: "2f1b9c1e0a524d3a9a3c0123456789ab",
      tuuid: "2f1b9c1e-0a52-4d3a-9a3c-0123456789ab",
      ulid: "81ARZ3NDEKTSV4RRFFQ69G5FAV",
      ipWithPrefixlen: "1.2.3.4/33",
      ipv4WithPrefixlen: "1.2.3.4",
      ipv6WithPrefixlen: "::/129",
      ipPrefix: "1.2.3.4/8",
      ipv4Prefix: "1.2.3.4/31",
      ipv6Prefix: "::1/127",
      hostAndPort: "a:65536",
      headerName: ":",
      headerValue: "a\u007f",
      looseName: "a\r",
      looseValue: "a\u0000",
      typeName: ".a.b",
      dottedName: "a.b",
    },
  },
  "numbers that are too small": numbers({
    int32: -2,
    int64: 0n,
    uint32: 0,
    uint64: 0n,
    sint32: 7,
    sint64: 0n,
    fixed32: 5,
    sfixed32: -4,
    float: Math.fround(0.1),
    ratio: 0,
  }),
  "numbers that are too large": numbers({
    int32: 10,
    int64: 9007199254740994n,
    uint32: 4,
    uint64: 18446744073709551615n,
    sint32: -8,
    sint64: -5n,
    fixed64: 6n,
    sfixed32: 4,
    sfixed64: 5n,
    float: 0.95,
    double: Infinity,
    ratio: -1,
    chosen: 2.5,
  }),
  "what is no number": numbers({ float: NaN, double: NaN, ratio: NaN, chosen: NaN }),
  bytes: {
    octets: {
      const: bytes(1),
      size: bytes(1),
      len: bytes(1, 2, 3),
      pattern: bytes(0x31),
      part: bytes(0x31),
      in: bytes(0x63),
      ip: bytes(1, 2, 3),
      ipv4: new Uint8Array(16),
      ipv6: new Uint8Array(4),
      uuid: new Uint8Array(15),
    },
  },
  "empty bytes": {
    octets: { const: bytes(), size: bytes(), in: bytes(), ip: bytes(), ipv4: bytes(), ipv6: bytes(), uuid: bytes() },
  },
  "too many bytes, and forbidden ones": { octets: { size: bytes(1, 2, 3, 4), in: bytes(0x62) } },
  "an enum's unknown number": { kind: 7 as never },
  "enums that are not among them": { only: 0, one: 2 },
  "an enum that is ruled out": { only: 2 },
  "a bool": { yes: false },
  "too few items": { lists: { some: [1] } },
  "too many items": { lists: { some: [1, 2, 3, 4] } },
  "items that are the same": { lists: { unique: ["a", "b", "a"] } },
  "items that break their rules": { lists: { unique: ["a", "long", "longer"], numbers: [{}, { int32: 10 }] } },
  "too few pairs": { maps: { some: { a: 1 } } },
  "too many pairs": { maps: { some: { a: 1, b: 2, c: 3, d: 4 } } },
  "keys and values": { maps: { texts: { a: "long", "": "b", 'a"\\\n\u0007ä🔔': "long" } } },
  "messages in maps": {
    maps: { numbers: { "-1": { int32: 10 }, "7": { int32: 11 } }, flags: { true: { int32: 12 } } },
  },
  "a oneof of the message": { groups: { ...groups, left: "", right: "" } },
  "a oneof of the message that is required": { groups: { one: groups.one } },
  "both of a oneof that is required": { groups: { ...groups, down: "" } },
  "a oneof": { groups: { up: "" } },
  "what a oneof holds": { groups: { ...groups, one: { case: "text", value: "x" } } },
  "what else it may hold": { groups: { ...groups, one: { case: "number", value: 0 } } },
  expressions: { groups: { ...groups, least: 2, most: 1, even: 3 } },
  times: known({
    range: timestamp(999n),
    past: timestampFromMs(Date.now() + 3_600_000),
    future: timestamp(1n),
    near: timestamp(1n),
    exact: timestamp(1n),
  }),
  "later times": known({ range: timestamp(2000n), exact: timestamp(1n, 3) }),
  durations: known({ length: duration(-1n), chosen: duration(2n), exactLength: duration(3n, 1) }),
  "longer durations": known({ length: duration(60n, 1), chosen: duration(3n) }),
  any: known({ any: any("type.googleapis.com/rules.v1.Forms"), other: any("type.googleapis.com/rules.v1.Texts") }),
  "any that is empty": known({ any: any("") }),
  "field masks": known({ mask: mask("other"), exactMask: mask("texts", "forms") }),
  "field masks of what is ruled out": known({ mask: mask("texts", "forms.uri.x"), exactMask: mask() }),
  wrappers: known({ text: "x", int64: 5n, double: NaN, bool: false, bytes: bytes(1) }),
  "a message that is required": { known: {} },
  "all of it, further in": {
    inner: { inner: { texts: { len: "" }, lists: { numbers: [{ int32: -2 }] } }, maps: { texts: { x: "long" } } },
  },
};

function forms(what: string, text: string): Record<string, Sample> {
  const names = [
    ...(["email", "hostname", "ip", "ipv4", "ipv6", "uri", "uriRef", "address", "uuid", "tuuid", "ulid"] as const),
    ...(["ipWithPrefixlen", "ipv4WithPrefixlen", "ipv6WithPrefixlen", "ipPrefix", "ipv4Prefix", "ipv6Prefix"] as const),
    ...(["hostAndPort", "headerName", "headerValue", "looseName", "looseValue", "typeName", "dottedName"] as const),
  ];
  return { [what]: { forms: Object.fromEntries(names.map((name) => [name, text])) as Forms } };
}

function numbers(numbers: MessageInitShape<typeof NumbersSchema>): Sample {
  return { numbers };
}

function known(known: NonNullable<Sample["known"]>): Sample {
  return { known: { needed: {}, ...known } as Sample["known"] & object };
}

function bytes(...bytes: number[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
}

function timestamp(seconds: bigint, nanos = 0): Timestamp {
  return create(TimestampSchema, { seconds, nanos });
}

function duration(seconds: bigint, nanos = 0): Duration {
  return create(DurationSchema, { seconds, nanos });
}

function any(typeUrl: string): Any {
  return create(AnySchema, { typeUrl });
}

function mask(...paths: string[]): FieldMask {
  return create(FieldMaskSchema, { paths });
}
