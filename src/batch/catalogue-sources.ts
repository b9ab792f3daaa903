/** Pages that the catalogue rests on. */
const AGENT_PLATFORM = 'https://docs.cloud.google.com/gemini-enterprise-agent-platform';

export const SOURCES = {
  batchModels: `${AGENT_PLATFORM}/reference/models/batch-prediction-api`,
  batchInference: `${AGENT_PLATFORM}/models/capabilities/batch-inference`,
  lifecycle: `${AGENT_PLATFORM}/models/model-versions`,
  locations: `${AGENT_PLATFORM}/resources/locations`,
  claudeBatch: `${AGENT_PLATFORM}/models/partner-models/claude/batch`,
  claudeModels: `${AGENT_PLATFORM}/models/partner-models/claude/use-claude`,
  openBatch: `${AGENT_PLATFORM}/models/maas/capabilities/batch-prediction`,
  embeddings: `${AGENT_PLATFORM}/models/embeddings`,
  flash35: `${AGENT_PLATFORM}/models/guides/gemini-3-5-flash`,
  gemini4: `${AGENT_PLATFORM}/models/start/get-started-with-gemini-4`,
  nanoBanana: 'https://github.com/BerriAI/litellm/discussions/44983',
} as const;

/** The day on which the whole catalogue was last gone through. */
export const CATALOGUE_AS_OF = '2026-11-22';
