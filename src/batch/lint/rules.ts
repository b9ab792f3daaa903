import type { Rule } from './rule.ts';
import { FIELD_RULES } from './rules/fields.ts';
import { FILE_RULES } from './rules/file.ts';
import { FORMAT_RULES } from './rules/formats.ts';
import { GENERATION_RULES } from './rules/generation.ts';
import { JSON_RULES } from './rules/json.ts';
import { KEY_RULES } from './rules/keys.ts';
import { MEDIA_RULES } from './rules/media.ts';
import { MODEL_RULES } from './rules/model.ts';
import { SCHEMA_RULES } from './rules/schema.ts';
import { SHAPE_RULES } from './rules/shape.ts';
import { TOOL_RULES } from './rules/tools.ts';

/** Families in the order in which a row is looked at. */
export const RULE_FAMILIES = {
  Lines: JSON_RULES,
  Formats: FORMAT_RULES,
  Keys: KEY_RULES,
  Contents: SHAPE_RULES,
  Members: FIELD_RULES,
  Settings: GENERATION_RULES,
  Schemas: SCHEMA_RULES,
  Tools: TOOL_RULES,
  Media: MEDIA_RULES,
  'The file as a whole': FILE_RULES,
  'Model and limits': MODEL_RULES,
} as const;

export const RULES = {
  ...JSON_RULES,
  ...FORMAT_RULES,
  ...KEY_RULES,
  ...SHAPE_RULES,
  ...FIELD_RULES,
  ...GENERATION_RULES,
  ...SCHEMA_RULES,
  ...TOOL_RULES,
  ...MEDIA_RULES,
  ...FILE_RULES,
  ...MODEL_RULES,
};

export type RuleId = keyof typeof RULES;

/** Ids in the order of the families. */
export const RULE_IDS = Object.keys(RULES) as RuleId[];

export const ruleOf = (id: RuleId): Rule => RULES[id];
