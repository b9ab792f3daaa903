/** Rows that the examples of rules are made of. */
export const HELLO = [{ role: 'user', parts: [{ text: 'Hello' }] }];

export const row = (request: object = {}, beside: object = {}) => ({
  key: 'r-000001',
  ...beside,
  request: { contents: HELLO, ...request },
});

/** A row with one part. */
export const partRow = (part: unknown) => row({ contents: [{ role: 'user', parts: [part] }] });

export const configRow = (generationConfig: object) => row({ generationConfig });

/** A row that asks for JSON in a schema. */
export const schemaRow = (responseSchema: unknown) =>
  configRow({ responseMimeType: 'application/json', responseSchema });

/** A schema with one property. */
export const propertyRow = (property: unknown, name = 'score') =>
  schemaRow({ type: 'OBJECT', properties: { [name]: property } });
