import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** Google's protos of Vertex AI as `@google-cloud/aiplatform` reflects them. Names keep their JSON form. */

export interface Field {
  /** A scalar, or the name of a message or an enum, as written in the proto. */
  type: string;
  rule?: 'repeated';
  /** Set for maps: the type of the keys. */
  keyType?: string;
  options?: Record<string, unknown>;
}

interface Method {
  requestType: string;
  responseType: string;
  parsedOptions?: { '(google.api.http)'?: HttpRule }[];
}

type HttpRule = Partial<Record<Verb | 'body', string>> & { additional_bindings?: HttpRule | HttpRule[] };

const VERBS = ['get', 'post', 'put', 'patch', 'delete'] as const;
type Verb = (typeof VERBS)[number];

export interface ProtoNode {
  fields?: Record<string, Field>;
  oneofs?: Record<string, { oneof: string[] }>;
  values?: Record<string, number>;
  methods?: Record<string, Method>;
  nested?: Record<string, ProtoNode>;
}

const root = JSON.parse(
  readFileSync(
    createRequire(import.meta.url).resolve('@google-cloud/aiplatform/build/protos/protos.json'),
    'utf8',
  ),
) as ProtoNode;

/** The node of a full name such as `google.cloud.aiplatform.v1.BatchPredictionJob`. */
export const nodeOf = (fullName: string): ProtoNode | undefined =>
  fullName.split('.').reduce<ProtoNode | undefined>((node, part) => node?.nested?.[part], root);

/** The full name that `type` has where `scope` uses it: protos look outwards from the message that they are in. */
export function resolveType(type: string, scope: string): string {
  const outward = scope.split('.');
  for (; outward.length > 0; outward.pop()) {
    const name = [...outward, type].join('.');
    if (nodeOf(name)) return name;
  }
  if (nodeOf(type)) return type;
  throw new Error(`no type ${type} in ${scope}`);
}

/** Verbs and paths that google.api.http gives to a method: `/v1/{name=projects/*\/locations/*\/jobs/*}:cancel`. */
export function httpBindings(service: string, method: string): { verb: string; path: RegExp }[] {
  const found = nodeOf(service)?.methods?.[method];
  if (!found) throw new Error(`no method ${method} in ${service}`);
  const rule = found.parsedOptions?.map((option) => option['(google.api.http)']).find(Boolean) ?? {};
  return [rule, rule.additional_bindings ?? []]
    .flat()
    .flatMap((binding) => VERBS.map((verb) => ({ verb, template: binding[verb] })))
    .flatMap(({ verb, template }) =>
      template === undefined ? [] : [{ verb: verb.toUpperCase(), path: pathPattern(template) }],
    );
}

/** A path template (google.api.http, "Path template syntax") as a pattern over whole paths. */
function pathPattern(template: string): RegExp {
  const bare = template.replace(/\{[^=}]+=([^}]+)\}/g, '$1').replace(/\{[^}]+\}/g, '*');
  const escaped = bare.replace(/[.+?^$()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replace(/\*\*|\*/g, (star) => (star === '*' ? '[^/:]+' : '.+'))}$`);
}
