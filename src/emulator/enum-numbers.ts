import { JOB_STATES } from './jobs/states.ts';
import { isObject, type Json } from './messages/messages.ts';

/** Field → names of its enum in the order of their numbers. Sources: the protos of v1beta1. */
const ENUMS: Record<string, readonly string[]> = {
  state: JOB_STATES,
  finishReason: [
    'FINISH_REASON_UNSPECIFIED',
    'STOP',
    'MAX_TOKENS',
    'SAFETY',
    'RECITATION',
    'OTHER',
    'BLOCKLIST',
    'PROHIBITED_CONTENT',
    'SPII',
    'MALFORMED_FUNCTION_CALL',
    'MODEL_ARMOR',
  ],
  blockReason: [
    'BLOCKED_REASON_UNSPECIFIED',
    'SAFETY',
    'OTHER',
    'BLOCKLIST',
    'PROHIBITED_CONTENT',
    'MODEL_ARMOR',
  ],
  modality: ['MODALITY_UNSPECIFIED', 'TEXT', 'IMAGE', 'VIDEO', 'AUDIO', 'DOCUMENT'],
  launchStage: ['LAUNCH_STAGE_UNSPECIFIED', 'EXPERIMENTAL', 'PRIVATE_PREVIEW', 'PUBLIC_PREVIEW', 'GA'],
  openSourceCategory: ['OPEN_SOURCE_CATEGORY_UNSPECIFIED', 'PROPRIETARY'],
  versionState: ['VERSION_STATE_UNSPECIFIED', 'VERSION_STATE_STABLE', 'VERSION_STATE_UNSTABLE'],
};

/** The answer with its enums as numbers: what `$alt=json;enum-encoding=int` asks for. */
export function withEnumNumbers(json: Json): Json {
  if (Array.isArray(json)) return json.map(withEnumNumbers);
  if (!isObject(json)) return json;
  return Object.fromEntries(
    Object.entries(json).map(([name, value]) => {
      const number = typeof value === 'string' ? (ENUMS[name]?.indexOf(value) ?? -1) : -1;
      return [name, number === -1 ? withEnumNumbers(value) : number];
    }),
  );
}
