import { member } from '../messages.ts';
import type { Fix } from '../rule.ts';
import { configOf } from './parts-of-row.ts';

/** Only where no type is named: another one may be meant. */
export const askForJson: Fix = (row) => {
  const config = configOf(row);
  if (member(config, 'responseMimeType') !== undefined) return false;
  config.responseMimeType = 'application/json';
  return true;
};
