import { timestamp } from '../../support/clock.ts';
import { invalidArgument, ServiceError } from '../errors.ts';
import type { RowResponse } from '../faults.ts';
import { countTokensRequest } from '../messages/content.ts';
import { isObject, type JsonObject, readMessage } from '../messages/messages.ts';
import type { GenerateRequest } from '../messages/request.ts';
import { readGenerateRequest } from '../messages/request-check.ts';
import { EndpointError } from '../model/endpoint.ts';
import type { Forced } from '../model/model.ts';
import { promptTokens } from '../model/tokens.ts';
import type { PublisherModel } from '../models.ts';
import { publisherModel } from '../models-lookup.ts';
import { rpcCode } from '../rows/status.ts';
import { PARENT, type VertexCall, type VertexContext, vertexRoute } from './vertex-route.ts';

const MODEL = `${PARENT}/publishers/:publisher/models`;
const TEST = 'test/contract/genai.test.ts';
const GENERATE = 'projects.locations.publishers.models.generateContent';

export const GENERATE_ROUTES = [
  vertexRoute({
    rpc: GENERATE,
    method: 'POST',
    path: `${MODEL}/:call{[^/:]+:generateContent}`,
    fidelity:
      'Text, structured answers and demanded function calls from a deterministic model or the endpoint. No grounding, no pictures in the answer; media is counted and not looked at. Stricter: role is required, parts is a list.',
    test: TEST,
    handle: generate,
  }),
  vertexRoute({
    rpc: 'projects.locations.publishers.models.countTokens',
    method: 'POST',
    path: `${MODEL}/:call{[^/:]+:countTokens}`,
    fidelity: 'By rule, not by a tokenizer: what generateContent will say for the same contents.',
    test: TEST,
    handle: countTokens,
  }),
];

async function generate(call: VertexCall, vertex: VertexContext): Promise<JsonObject> {
  const model = modelOf(call, vertex);
  const read = readGenerateRequest(call.body, { model, batch: false });
  if ('problem' in read) throw invalidArgument(read.problem);
  const fault = vertex.faults.onOnline(GENERATE, {
    number: undefined,
    key: undefined,
    text: JSON.stringify(call.body),
  });
  if (fault !== undefined && 'rowStatus' in fault) throw statusAsError(fault.rowStatus);
  const response = await ask(vertex, read.request, model, forcedBy(fault));
  return { ...response, createTime: timestamp(vertex.clock.now()), responseId: vertex.ids.token(22) };
}

/** An endpoint that fails is the service that fails. */
async function ask(
  { model: answer, seed, closing }: VertexContext,
  request: GenerateRequest,
  model: PublisherModel,
  forced: Forced,
): Promise<JsonObject> {
  try {
    return await answer(request, model, { seed, forced, signal: closing });
  } catch (error) {
    if (!(error instanceof EndpointError)) throw error;
    throw new ServiceError(error.status, rpcCode(error.status), error.message);
  }
}

const forcedBy = (fault: RowResponse | undefined): Forced => (fault ?? {}) as Forced;

/** `Bad Request: {"error": {…}}` as the error of an online call. */
function statusAsError(status: string): ServiceError {
  let error: unknown;
  try {
    error = JSON.parse(status.slice(status.indexOf('{')));
  } catch {
    error = undefined;
  }
  const inner = isObject(error) && isObject(error.error) ? error.error : {};
  return new ServiceError(
    typeof inner.code === 'number' ? inner.code : 500,
    String(inner.status ?? 'INTERNAL'),
    String(inner.message ?? status),
  );
}

function countTokens(call: VertexCall, vertex: VertexContext): JsonObject {
  modelOf(call, vertex);
  const problems: string[] = [];
  const request = readMessage(call.body, countTokensRequest, problems) as GenerateRequest & JsonObject;
  if (problems.length > 0) throw invalidArgument(problems.join('\n'));
  const { total, details } = promptTokens(request);
  return {
    totalTokens: total,
    promptTokensDetails: details.map(({ modality, tokenCount }) => ({ modality, tokenCount })),
  };
}

const modelOf = (call: VertexCall, { project, clock }: VertexContext) =>
  publisherModel(
    call
      .param('call')
      .replace(/:[^:]+$/, '')
      .replace(/@.*$/, ''),
    call.param('publisher'),
    {
      project: project.id,
      location: call.param('location'),
      now: clock.now(),
    },
  );
