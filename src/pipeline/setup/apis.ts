import { isForbidden } from '../../google/errors.ts';
import type { Ports } from '../ports.ts';
import { answerOf, type Finding, failed, ok, type SetupLine, skipped, warning } from './line.ts';
import { askGoogle, type Surroundings, VERTEX_API, valueIn } from './surroundings.ts';

const APIS = {
  vertex_ai_api: { service: VERTEX_API, needed: true },
  storage_api: { service: 'storage.googleapis.com', needed: true },
  bigquery_api: { service: 'bigquery.googleapis.com', needed: false },
};

/** Whether an API is enabled. BigQuery's is wanted only by those who keep their rows there. */
export async function checkApi(
  check: keyof typeof APIS,
  around: Surroundings,
  ports: Ports,
): Promise<SetupLine> {
  const { service, needed } = APIS[check];
  const line = await askGoogle(check, around, () => lookAt(service, around, ports));
  return needed || line.state !== 'failed'
    ? line
    : { ...line, ...warning(`${line.says} Only jobs on BigQuery tables need it.`, line.fix) };
}

async function lookAt(service: string, around: Surroundings, ports: Ports): Promise<Finding> {
  const { cloud, project, signal } = ports;
  const enable = `gcloud services enable ${service} --project=${project}`;
  try {
    const { state } =
      service === VERTEX_API
        ? valueIn(await around.vertexApi())
        : await cloud.services.get(project, service, { signal });
    return state === 'ENABLED'
      ? ok(`${service} is enabled.`)
      : failed(`${service} is not enabled in ${project}.`, enable);
  } catch (error) {
    if (!isForbidden(error)) throw error;
    return skipped(`Whether ${service} is enabled may not be looked at. ${answerOf(error)}`, enable);
  }
}
