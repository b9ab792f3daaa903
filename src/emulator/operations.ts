import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { timestamp } from '../support/clock.ts';
import type { JsonObject } from './messages/messages.ts';
import { readFact, writeOnce } from './persistence.ts';

/** Long-running operations that were over when they began. */
export interface OperationStore {
  /** The operation of a deletion; `name` is the resource that is gone. */
  deleted(name: string, now: number): Promise<JsonObject>;
  get(location: string, id: string): Promise<JsonObject | undefined>;
}

const METADATA = 'type.googleapis.com/google.cloud.aiplatform.v1.DeleteOperationMetadata';

/** `<folder>/<location>/<id>.json`, each the operation as it goes out. */
export function createOperationStore(folder: string): OperationStore {
  return {
    async deleted(name, now) {
      const [parent = '', location = ''] =
        /^(projects\/[^/]+\/locations\/([^/]+))/.exec(name)?.slice(1) ?? [];
      const id = BigInt(`0x${createHash('sha256').update(`${name}/${now}`).digest('hex').slice(0, 15)}`);
      const time = timestamp(now);
      const operation: JsonObject = {
        name: `${parent}/operations/${id}`,
        metadata: { '@type': METADATA, genericMetadata: { createTime: time, updateTime: time } },
        done: true,
        response: { '@type': 'type.googleapis.com/google.protobuf.Empty' },
      };
      await writeOnce(join(folder, location, `${id}.json`), operation);
      return operation;
    },
    async get(location, id) {
      if (!/^[a-z0-9-]+$/.test(location) || !/^\d+$/.test(id)) return undefined;
      return await readFact<JsonObject>(join(folder, location, `${id}.json`));
    },
  };
}
