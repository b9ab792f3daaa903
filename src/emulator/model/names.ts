/** A publisher model as callers write it, with or without the project in front. */
const PUBLISHER_MODEL =
  /^(?:projects\/([^/]+)\/locations\/([^/]+)\/)?publishers\/([^/]+)\/models\/([^/@]+)(?:@[^/]+)?$/;
/** A model of one's own: a tuned Gemini. */
const OWN_MODEL = /^projects\/([^/]+)\/locations\/([^/]+)\/models\/([^/@]+)(?:@[^/]+)?$/;

export type ModelName =
  | { kind: 'publisher'; location: string | undefined; publisher: string; id: string }
  | { kind: 'own'; location: string; id: string };

/** Undefined for anything that is not the resource name of a model. */
export function parseModelName(name: string): ModelName | undefined {
  const published = PUBLISHER_MODEL.exec(name);
  if (published !== null) {
    const [, , location, publisher = '', id = ''] = published;
    return { kind: 'publisher', location, publisher, id };
  }
  const own = OWN_MODEL.exec(name);
  if (own === null) return undefined;
  const [, , location = '', id = ''] = own;
  return { kind: 'own', location, id };
}
