/**
 * What proto3's JSON form allows for scalars and well-known types; each function says what is wrong, or nothing.
 * Source: protobuf.dev, "ProtoJSON format".
 */
export type Check = (value: unknown) => string | undefined;

const isNumeric = (value: unknown) =>
  typeof value === 'string' && /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(value);

function integer(least: bigint, most: bigint): Check {
  return (value) => {
    const whole = typeof value === 'number' ? Number.isSafeInteger(value) : /^-?\d+$/.test(String(value));
    if (!['number', 'string'].includes(typeof value) || !whole) return 'is not a whole number';
    const number = BigInt(value as string | number);
    return number < least || number > most ? 'is out of range' : undefined;
  };
}

const decimal: Check = (value) =>
  typeof value === 'number' || isNumeric(value) || ['NaN', 'Infinity', '-Infinity'].includes(String(value))
    ? undefined
    : 'is not a number';

const int32 = integer(-(2n ** 31n), 2n ** 31n - 1n);
const uint32 = integer(0n, 2n ** 32n - 1n);
const int64 = integer(-(2n ** 63n), 2n ** 63n - 1n);
const uint64 = integer(0n, 2n ** 64n - 1n);

const text =
  (pattern: RegExp, wrong: string): Check =>
  (value) =>
    typeof value === 'string' && pattern.test(value) ? undefined : wrong;

const string = text(/^/, 'is not a string');
const bool: Check = (value) => (typeof value === 'boolean' ? undefined : 'is not true or false');
const bytes = text(/^[A-Za-z0-9+/_-]*={0,2}$/, 'is not base64');

export const SCALARS: Readonly<Record<string, Check>> = {
  string,
  bool,
  bytes,
  int32,
  sint32: int32,
  sfixed32: int32,
  uint32,
  fixed32: uint32,
  int64,
  sint64: int64,
  sfixed64: int64,
  uint64,
  fixed64: uint64,
  float: decimal,
  double: decimal,
};

const object: Check = (value) =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? undefined : 'is not an object';

const timestamp = text(
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/,
  'is not an RFC 3339 timestamp',
);

export const WELL_KNOWN: Readonly<Record<string, Check>> = {
  'google.protobuf.Timestamp': (value) =>
    timestamp(value) ?? (Number.isNaN(Date.parse(String(value))) ? 'is no point in time' : undefined),
  'google.protobuf.Duration': text(/^-?\d+(\.\d{1,9})?s$/, 'is not a duration in seconds'),
  'google.protobuf.FieldMask': text(
    /^([a-zA-Z0-9.]+(,[a-zA-Z0-9.]+)*)?$/,
    'is not a field mask in camel case',
  ),
  'google.protobuf.Struct': object,
  'google.protobuf.Value': () => undefined,
  'google.protobuf.ListValue': (value) => (Array.isArray(value) ? undefined : 'is not a list'),
  'google.protobuf.Any': (value) =>
    object(value) ??
    (typeof (value as Record<string, unknown>)['@type'] === 'string' ? undefined : 'has no @type'),
  'google.protobuf.Empty': (value) =>
    object(value) ?? (Object.keys(value as object).length > 0 ? 'is not empty' : undefined),
  'google.protobuf.StringValue': string,
  'google.protobuf.BytesValue': bytes,
  'google.protobuf.BoolValue': bool,
  'google.protobuf.Int32Value': int32,
  'google.protobuf.UInt32Value': uint32,
  'google.protobuf.Int64Value': int64,
  'google.protobuf.UInt64Value': uint64,
  'google.protobuf.FloatValue': decimal,
  'google.protobuf.DoubleValue': decimal,
};
