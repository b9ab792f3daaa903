import { z } from 'zod';

/** Fields that tools of several toolsets share, so that a thing has one name and one meaning. */
export const rowLimit = z.number().int().min(1);

/** Goes to Vertex AI as it is, in the names of the REST API. */
export const generationConfig = z.record(z.string(), z.unknown());
