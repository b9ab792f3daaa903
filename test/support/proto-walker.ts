import { type Field, nodeOf, type ProtoNode, resolveType } from './proto-index.ts';
import { SCALARS, WELL_KNOWN } from './proto-scalars.ts';

/** `request`: REQUIRED must be there and OUTPUT_ONLY must not. `response`: neither is looked at. */
export type Direction = 'request' | 'response';

const VERTEX = 'google.cloud.aiplatform.v1';

/**
 * What is wrong with a JSON message by Google's protos, one line a finding: unknown fields, wrong types, unknown
 * enum values, oneofs set twice, REQUIRED that is missing, OUTPUT_ONLY that is set. protobufjs' own `verify` lets
 * the first and third pass. The reflection keeps one field behaviour of those that have several.
 * @param typeName full, or a name in google.cloud.aiplatform.v1: `BatchPredictionJob`
 */
export function checkMessage(typeName: string, json: unknown, direction: Direction = 'request'): string[] {
  const fullName = nodeOf(typeName)?.fields ? typeName : `${VERTEX}.${typeName}`;
  const node = nodeOf(fullName);
  if (!node?.fields && !(fullName in WELL_KNOWN)) throw new Error(`no message ${typeName}`);
  return checkValue(fullName, json, '$', direction);
}

/** A message, enum or well-known type by its full name. */
function checkValue(fullName: string, value: unknown, at: string, direction: Direction): string[] {
  const wellKnown = WELL_KNOWN[fullName];
  if (wellKnown) return finding(at, wellKnown(value));
  const node = nodeOf(fullName) ?? {};
  if (node.values) return finding(at, enumFault(node.values, value));
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${at} is not an object`];
  return checkFields(fullName, node, value as Record<string, unknown>, at, direction);
}

function checkFields(
  fullName: string,
  node: ProtoNode,
  value: Record<string, unknown>,
  at: string,
  direction: Direction,
): string[] {
  const fields = node.fields ?? {};
  const findings: string[] = [];
  // JSON's null stands for a field that is not set.
  const set = Object.entries(value).filter(([, member]) => member !== null);
  for (const name of Object.keys(value)) {
    if (fields[name] === undefined) findings.push(`${at}.${name} is not a field of ${fullName}`);
  }
  for (const [name, member] of set) {
    const field = fields[name];
    if (field === undefined) continue;
    const barred = direction === 'request' && behaviour(field) === 'OUTPUT_ONLY';
    if (barred) findings.push(`${at}.${name} is OUTPUT_ONLY`);
    else findings.push(...checkField(fullName, field, member, `${at}.${name}`, direction));
  }
  const names = set.map(([name]) => name);
  for (const [oneof, { oneof: members }] of Object.entries(node.oneofs ?? {})) {
    const chosen = members.filter((member) => names.includes(member));
    if (chosen.length > 1) findings.push(`${at} sets ${chosen.join(' and ')} of the oneof ${oneof}`);
  }
  if (direction === 'response') return findings;
  for (const [name, field] of Object.entries(fields)) {
    if (behaviour(field) === 'REQUIRED' && isUnset(value[name])) findings.push(`${at}.${name} is REQUIRED`);
  }
  return findings;
}

function checkField(scope: string, field: Field, value: unknown, at: string, direction: Direction): string[] {
  const check = (item: unknown, where: string): string[] => {
    const scalar = SCALARS[field.type];
    if (scalar) return finding(where, scalar(item));
    return checkValue(resolveType(field.type, scope), item, where, direction);
  };
  if (field.keyType !== undefined) {
    if (typeof value !== 'object' || Array.isArray(value)) return [`${at} is not a map`];
    const key = SCALARS[field.keyType];
    return Object.entries(value as object).flatMap(([name, item]) => [
      ...finding(`the key ${name} of ${at}`, key?.(name)),
      ...check(item, `${at}.${name}`),
    ]);
  }
  if (field.rule !== 'repeated') return check(value, at);
  if (!Array.isArray(value)) return [`${at} is not a list`];
  return value.flatMap((item, index) => check(item, `${at}[${index}]`));
}

function enumFault(values: Record<string, number>, value: unknown): string | undefined {
  const known = typeof value === 'number' ? Object.values(values).includes(value) : String(value) in values;
  return known ? undefined : `has the unknown value ${JSON.stringify(value)}`;
}

const behaviour = ({ options }: Field) => options?.['(google.api.field_behavior)'];

/** proto3 does not tell a default from nothing, so an empty REQUIRED text or list is missing. */
const isUnset = (value: unknown) =>
  value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);

const finding = (at: string, fault: string | undefined): string[] =>
  fault === undefined ? [] : [`${at} ${fault}`];
