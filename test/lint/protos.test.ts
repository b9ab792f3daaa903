import { describe, expect, test } from 'vitest';
import { fieldNames, type Message } from '../../src/batch/lint/messages.ts';
import {
  CONTENT,
  FILE_DATA,
  FUNCTION_DECLARATION,
  GENERATION_CONFIG,
  IMAGE_CONFIG,
  PART,
  PART_DATA,
  REQUEST,
  THINKING_CONFIG,
  TOOL,
  TOOL_CONFIG,
} from '../../src/batch/lint/request-messages.ts';
import { SCHEMA, SCHEMA_TYPES } from '../../src/batch/lint/schema-message.ts';
import { nodeOf } from '../support/proto-index.ts';

const VERSIONS = ['v1', 'v1beta1'];
const fieldsOf = (name: string) =>
  new Set(
    VERSIONS.flatMap((version) =>
      Object.keys(nodeOf(`google.cloud.aiplatform.${version}.${name}`)?.fields ?? {}),
    ),
  );

/** Message → what Google's SDK has beyond the protos, which lag behind. */
const TABLE: [string, Message, string[]][] = [
  ['GenerateContentRequest', REQUEST, ['serviceTier']],
  ['Content', CONTENT, []],
  [
    'Part',
    PART,
    ['audioTranscription', 'mediaProcessing', 'partMetadata', 'speechMetadata', 'toolCall', 'toolResponse'],
  ],
  ['FileData', FILE_DATA, ['displayName']],
  [
    'GenerationConfig',
    GENERATION_CONFIG,
    [
      'audioTranscriptionConfig',
      'enableAffectiveDialog',
      'enableEnhancedCivicAnswers',
      'modelSelectionConfig',
      'responseFormat',
      'translationConfig',
    ],
  ],
  ['GenerationConfig.ThinkingConfig', THINKING_CONFIG, []],
  ['ImageConfig', IMAGE_CONFIG, ['outputCompressionQuality', 'outputMimeType', 'prominentPeople']],
  ['Tool', TOOL, ['exaAiSearch', 'fileSearch', 'mcpServers']],
  ['ToolConfig', TOOL_CONFIG, ['includeServerSideToolInvocations']],
  ['FunctionDeclaration', FUNCTION_DECLARATION, ['behavior']],
];

describe('the linter knows the fields of Google’s protos', () => {
  test.each(TABLE)('%s', (name, message, beyond) => {
    const proto = fieldsOf(name);
    const known = fieldNames(message);
    expect(proto.size).toBeGreaterThan(0);
    expect(known.filter((field) => !proto.has(field)).sort()).toEqual(beyond);
    expect([...proto].filter((field) => !known.includes(field))).toEqual([]);
  });

  test('Schema, and its types', () => {
    expect([...SCHEMA].sort()).toEqual([...fieldsOf('Schema')].sort());
    const types = Object.keys(nodeOf('google.cloud.aiplatform.v1.Type')?.values ?? {});
    expect(types.filter((type) => type !== 'TYPE_UNSPECIFIED' && !SCHEMA_TYPES.includes(type))).toEqual([]);
  });

  test('the kinds of data that a part has one of', () => {
    const data = nodeOf('google.cloud.aiplatform.v1.Part')?.oneofs?.data?.oneof ?? [];
    expect(data.filter((field) => !(PART_DATA as readonly string[]).includes(field))).toEqual([]);
  });
});
