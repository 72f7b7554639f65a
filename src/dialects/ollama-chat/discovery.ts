import { createHash } from 'node:crypto';
import type { JsonObject } from '../../std/index.ts';
import { writeCreatedAt } from './created-at.ts';

/**
 * A model as Ollama's clients are told of it. Whether it calls tools and sees images is taken for granted where it is
 * not known: a client that believes so can still be refused, one that is told otherwise will not even try. A client
 * that takes a model for a thinking one asks for thoughts each time: that must be known.
 */
export type ListedModel = {
  readonly id: string;
  /** null: unknown. */
  readonly createdS: number | null;
  /** null: unknown. */
  readonly contextWindow: number | null;
  readonly does?: 'chat' | 'embedding';
  readonly callsTools?: boolean;
  readonly seesImages?: boolean;
  readonly thinks?: boolean;
};

/** The release whose API is spoken here. Clients refuse to work with one older than they were written for. */
const VERSION = '0.32.0';

/** Under this name editors look for the context window: `<architecture>.context_length`. */
const ARCHITECTURE = 'waybill';

/** What /api/tags answers. */
export function encodeTags(models: readonly ListedModel[]): JsonObject {
  return { models: models.map(encodeTag) };
}

/** Ollama's own command cuts twelve letters out of the digest: one must be there, and stay the same for a name. */
function encodeTag(model: ListedModel): JsonObject {
  return {
    name: model.id,
    model: model.id,
    modified_at: writeCreatedAt(model.createdS ?? 0),
    size: 0,
    digest: createHash('sha256').update(model.id).digest('hex'),
    details: detailsOf(model),
    capabilities: capabilitiesOf(model),
  };
}

/** What /api/show answers. */
export function encodeShow(model: ListedModel): JsonObject {
  return {
    modelfile: '',
    parameters: '',
    template: '',
    details: detailsOf(model),
    model_info: {
      'general.architecture': ARCHITECTURE,
      'general.basename': model.id,
      ...(model.contextWindow === null ? {} : { [`${ARCHITECTURE}.context_length`]: model.contextWindow }),
    },
    capabilities: capabilitiesOf(model),
    modified_at: writeCreatedAt(model.createdS ?? 0),
  };
}

/** What /api/version answers. */
export function encodeVersion(): JsonObject {
  return { version: VERSION };
}

function detailsOf({ contextWindow }: ListedModel): JsonObject {
  return {
    parent_model: '',
    format: '',
    family: ARCHITECTURE,
    families: [ARCHITECTURE],
    parameter_size: '',
    quantization_level: '',
    ...(contextWindow === null ? {} : { context_length: contextWindow }),
  };
}

function capabilitiesOf(model: ListedModel): readonly string[] {
  if (model.does === 'embedding') return ['embedding'];
  const { callsTools = true, seesImages = true, thinks = false } = model;
  return [
    'completion',
    ...(callsTools ? ['tools'] : []),
    ...(seesImages ? ['vision'] : []),
    ...(thinks ? ['thinking'] : []),
  ];
}
