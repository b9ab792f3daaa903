import type { JsonObject } from '../messages/messages.ts';
import type { GenerateRequest } from '../messages/request.ts';
import type { PublisherModel } from '../models.ts';
import { answer, type Forced } from './model.ts';

/** Whoever answers requests: the deterministic model, or a real one behind an endpoint. */
export type OnlineModel = (
  request: GenerateRequest,
  model: PublisherModel,
  options: { seed: string; forced: Forced; signal: AbortSignal },
) => JsonObject | Promise<JsonObject>;

export const deterministicModel: OnlineModel = (request, model, { seed, forced }) =>
  answer(request, model, seed, forced);
