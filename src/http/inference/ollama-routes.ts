import { z } from 'zod';
import type { ListedModel } from '../../catalog/index.ts';
import {
  encodeOllamaError,
  encodeOllamaShow,
  encodeOllamaTags,
  encodeOllamaVersion,
  type OllamaListedModel,
} from '../../dialects/index.ts';
import type { Rooms } from '../../pipeline/index.ts';
import { type Route, route } from '../route.ts';
import { findListed } from './find-listed.ts';
import { listedFor } from './models.ts';

/** Older clients name it `name`. */
const shown = z.union([z.looseObject({ model: z.string() }), z.looseObject({ name: z.string() })]);
type Shown = z.infer<typeof shown>;

const encodeError = () => encodeOllamaError;

/** What Ollama's clients ask before they chat: which models there are, what one can do, which release answers. */
export function ollamaRoutes(rooms: Rooms): readonly Route[] {
  return ['', '/ollama'].flatMap((prefix) => [
    route({
      method: 'GET',
      path: `${prefix}/api/version`,
      summary: 'The release of Ollama whose API is spoken.',
      action: 'public',
      answer: () => ({ body: encodeOllamaVersion() }),
    }),
    route({
      method: 'GET',
      path: `${prefix}/api/tags`,
      summary: 'The models that this key may call, as Ollama lists them.',
      encodeError,
      action: 'model.list',
      answer: ({ key }) => ({ body: encodeOllamaTags(listedFor(key.caller, rooms).map(asOllama)) }),
    }),
    route<Shown>({
      method: 'POST',
      path: `${prefix}/api/show`,
      summary: 'One model, as Ollama shows it.',
      body: shown,
      encodeError,
      action: 'model.list',
      answer: ({ key, body }) => {
        const name = 'model' in body ? String(body.model) : String(body['name']);
        return { body: encodeOllamaShow(asOllama(findListed(name, key.caller, rooms))) };
      },
    }),
  ]);
}

function asOllama({ id, createdS, contextWindow }: ListedModel): OllamaListedModel {
  return { id, createdS: createdS === 0 ? null : createdS, contextWindow };
}
