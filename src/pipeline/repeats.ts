import { readDuplicates } from './duplicates.ts';
import { addText, type PackedTexts, packedTexts } from './packed-texts.ts';
import { grown, isRow, type RowIndex, rowIndex } from './row-index.ts';
import type { RunRows } from './run-rows.ts';

/** Rows that dedupe left out of the requests, by key, with the row of the run that was asked in their place. */
export interface Repeats {
  keys: PackedTexts;
  originals: Uint32Array;
  byKey: RowIndex;
}

/** Reads `duplicates.jsonl` of some inputs. Rows whose original is in no job of the run are left out. */
export async function readRepeats(paths: readonly string[], { byKey: run }: RunRows): Promise<Repeats> {
  const keys = packedTexts();
  const byKey = rowIndex();
  let originals = new Uint32Array(1 << 8);
  for (const path of paths)
    for await (const { key, duplicateOf } of readDuplicates(path)) {
      const original = run.first(duplicateOf);
      if (!isRow(original)) continue;
      const at = keys.length;
      if (at === originals.length) originals = grown(originals, at + 1);
      originals[at] = original;
      byKey.add(key, at);
      addText(keys, key);
    }
  return { keys, originals, byKey };
}
