import type { Day } from './day.ts';

export type Modality = 'text' | 'image' | 'audio' | 'video' | 'pdf' | 'embedding';
export type ThinkingLevel = 'MINIMAL' | 'LOW' | 'MEDIUM' | 'HIGH' | 'XHIGH';
/** What a line of the input looks like: Gemini's request, an embedding line, Anthropic's or OpenAI's. */
export type RowFormat = 'gemini' | 'embedding' | 'claude' | 'openai';
/** The stage while a model lives; whether it is retired follows from its dates. */
export type LaunchStage = 'ga' | 'preview' | 'short_lived_ga';
export type Stage = LaunchStage | 'retired';
/** Where a statement comes from: A the vendor's own pages or protos, B public reports of behaviour, C an inference. */
export type Confidence = 'A' | 'B' | 'C';

export interface Successor {
  id: string;
  /** What the choice is good for: better answers, a smaller bill, or the least change. */
  reason: 'quality' | 'cost' | 'closest';
}

export interface Model {
  id: string;
  publisher: string;
  /** The name that people use. */
  family: string;
  /** Other ids that mean this model. */
  aliases: readonly string[];
  stage: LaunchStage;
  released?: Day | undefined;
  /** First day without the model; with `atLeast` only the earliest day that it could be. */
  retires?: { date: Day; atLeast: boolean } | undefined;
  /** Best first. */
  successors: readonly Successor[];
  /** Vertex AI locations, the one to take by default first. */
  locations: readonly string[];
  /** False where the list is an assumption or not complete. */
  locationsSure: boolean;
  /** Locations that the sources rule out, where the list is not sure. */
  notIn?: readonly string[] | undefined;
  /** Tokens. With `shared`, input and output share the one window of `input` tokens. */
  context?: { input: number; output?: number | undefined; shared?: true | undefined } | undefined;
  modalities: { input: readonly Modality[]; output: readonly Modality[] };
  /** Left out for models that do not think, and where nothing is known. */
  thinking?:
    | {
        /** Empty for models that take a budget only. */
        levels: readonly ThinkingLevel[];
        default?: ThinkingLevel | undefined;
        /** Whether `thinkingBudget` works. */
        budgetSupported: boolean;
        sure: boolean;
      }
    | undefined;
  /** True where `temperature`, `topP` and `topK` have no effect. */
  samplingIgnored: boolean;
  rowFormat: RowFormat;
  batch: { supported: boolean; sure: boolean };
  /** Of one job's input, and of the jobs that a project may have going. Left out where no limit is documented. */
  limits: { maxRows?: number | undefined; maxBytes?: number | undefined; maxJobs?: number | undefined };
  notes: readonly string[];
  /** When the entry was checked. */
  asOf: Day;
  /** Pages that the entry rests on. */
  sources: readonly string[];
  /** Of the entry as a whole; weaker parts carry their own mark. */
  confidence: Confidence;
}
