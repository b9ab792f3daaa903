/**
 * The models that the emulated side serves. Kept apart from the client's catalogue on purpose: an emulator that
 * reads the client's table would agree with its mistakes.
 * Source: Google's lifecycle page and batch API reference as of 2026-11-22. The regions of the models that are
 * offered beyond global, us and eu are this emulator's choice.
 */
export interface PublisherModel {
  id: string;
  stage: 'GA' | 'PUBLIC_PREVIEW';
  locations: readonly string[];
  /** RFC 3339 date from which the model answers 404; absent while none is announced. */
  retired?: string;
  kind: 'text' | 'image' | 'embedding';
  /** Gemini 4 and 3.x think before they answer; `none` for the others. */
  thinking: 'none' | 'minimal' | 'medium' | 'high';
  /** Levels that a request may ask for; none where there is no thinking level. */
  levels: readonly string[];
  /** A number of thinking tokens may be asked for. Gone with Gemini 4. */
  budget: boolean;
  maxOutputTokens: number;
}

const MULTI_REGIONS = ['global', 'us', 'eu'] as const;
const REGIONS = [
  ...MULTI_REGIONS,
  'us-central1',
  'us-east1',
  'us-east4',
  'us-east5',
  'us-south1',
  'us-west1',
  'us-west4',
  'europe-west1',
  'europe-west4',
  'europe-north1',
  'europe-southwest1',
  'asia-northeast1',
  'asia-southeast1',
] as const;
const EMBEDDING_REGIONS = [
  'us-central1',
  'us-east1',
  'us-east4',
  'us-west1',
  'us-west4',
  'europe-west1',
  'europe-west4',
] as const;
const LEVELS = ['MINIMAL', 'LOW', 'MEDIUM', 'HIGH'] as const;
const NO_MINIMAL = ['LOW', 'MEDIUM', 'HIGH'] as const;

const gemini = (
  id: string,
  locations: readonly string[],
  rest: Partial<PublisherModel> = {},
): PublisherModel => ({
  id,
  stage: 'GA',
  locations,
  kind: 'text',
  thinking: 'medium',
  levels: LEVELS,
  budget: true,
  maxOutputTokens: 65_536,
  ...rest,
});

const gemini4 = (id: string, levels: readonly string[] = NO_MINIMAL) =>
  gemini(id, MULTI_REGIONS, { thinking: 'high', levels, budget: false });
const image = (id: string, retired?: string) =>
  gemini(id, MULTI_REGIONS, {
    kind: 'image',
    thinking: 'none',
    levels: [],
    budget: false,
    maxOutputTokens: 32_768,
    ...(retired === undefined ? {} : { retired }),
  });
const older = (id: string, retired: string, maxOutputTokens: number) =>
  gemini(id, REGIONS, { thinking: 'none', levels: [], budget: false, retired, maxOutputTokens });
const embedding = (id: string, locations: readonly string[]) =>
  gemini(id, locations, { kind: 'embedding', thinking: 'none', levels: [], budget: false });

const MODELS: readonly PublisherModel[] = [
  gemini4('gemini-4-hydrogen', [...NO_MINIMAL, 'XHIGH']),
  gemini4('gemini-4-carbon'),
  gemini4('gemini-4-argon'),
  gemini('gemini-3.8-flash', MULTI_REGIONS, { levels: NO_MINIMAL }),
  gemini('gemini-3.7-flash', MULTI_REGIONS),
  gemini('gemini-3.6-flash', REGIONS),
  gemini('gemini-3.5-flash', REGIONS),
  gemini('gemini-3.5-flash-lite', REGIONS, { thinking: 'minimal' }),
  gemini('gemini-3.1-flash-lite', REGIONS, { thinking: 'minimal' }),
  gemini('gemini-3.1-pro-preview', ['global'], { stage: 'PUBLIC_PREVIEW', thinking: 'high' }),
  gemini('gemini-3-flash-preview', ['global'], { stage: 'PUBLIC_PREVIEW' }),
  image('gemini-3.1-flash-lite-image'),
  image('gemini-3.1-flash-image'),
  image('gemini-3-pro-image'),
  image('gemini-2.5-flash-image', '2027-03-15'),
  embedding('gemini-embedding-001', EMBEDDING_REGIONS),
  embedding('gemini-embedding-2', MULTI_REGIONS),
  gemini('gemini-3-pro-preview', ['global'], { stage: 'PUBLIC_PREVIEW', retired: '2026-03-09' }),
  gemini('gemini-2.5-pro', REGIONS, { levels: [], retired: '2026-10-20' }),
  gemini('gemini-2.5-flash', REGIONS, { levels: [], retired: '2026-10-20' }),
  gemini('gemini-2.5-flash-lite', REGIONS, { levels: [], thinking: 'none', retired: '2026-10-20' }),
  older('gemini-2.0-flash', '2026-06-01', 8_192),
  older('gemini-2.0-flash-lite', '2026-06-01', 8_192),
  older('gemini-1.5-pro-002', '2025-09-24', 8_192),
  older('gemini-1.5-flash-002', '2025-09-24', 8_192),
  older('gemini-1.5-pro-001', '2025-05-24', 8_192),
  older('gemini-1.5-flash-001', '2025-05-24', 8_192),
  older('gemini-1.0-pro-001', '2025-04-09', 8_192),
];

/** Models that answer at a time (milliseconds since the epoch); the retired are gone, as on the real service. */
export const modelsAt = (now: number): PublisherModel[] =>
  MODELS.filter(({ retired }) => retired === undefined || now < Date.parse(retired));

/** One of them by id; undefined when it is unknown or retired. */
export const modelAt = (id: string, now: number): PublisherModel | undefined =>
  modelsAt(now).find((model) => model.id === id);
