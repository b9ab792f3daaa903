import type { Ids } from '../../support/ids.ts';
import type { JsonObject } from '../messages/messages.ts';
import type { Prompt } from './prompt.ts';

/** What stands around one value of an answer. */
export interface ValueContext {
  prompt: Prompt;
  ids: Ids;
  /** The whole schema, for references. */
  root: JsonObject;
  depth: number;
}
