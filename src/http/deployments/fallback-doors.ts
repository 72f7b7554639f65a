import { findFallback, type ModelBook, putFallback, removeFallback } from '../../administration/index.ts';
import { type Route, route } from '../route.ts';
import { fallbackBody, fallbackQuery } from './contract-deployment.ts';

/** Which models are tried after another one. */
export function fallbackRoutes(book: ModelBook): readonly Route[] {
  return [put(book), find(book), remove(book)];
}

function put(book: ModelBook): Route {
  return route({
    method: 'POST',
    path: '/fallback',
    summary: 'Say which models are tried when this one fails, instead of what was said before.',
    action: 'model.change',
    body: fallbackBody,
    answer: async ({ key, body }) => {
      const { model, fallback_models: targets, fallback_type: type } = body;
      const done = await putFallback(book, { model, type, targets }, key.id);
      const message = `Fallback configuration ${done === 'made' ? 'created' : 'updated'} successfully`;
      return { body: { model, fallback_models: targets, fallback_type: type, message } };
    },
  });
}

function find(book: ModelBook): Route {
  return route({
    method: 'GET',
    path: '/fallback/*',
    summary: 'Which models are tried when this one fails.',
    action: 'model.read',
    query: fallbackQuery,
    answer: ({ rest: model, query: { fallback_type: type } }) => ({
      body: { model, fallback_models: findFallback(book, model, type), fallback_type: type },
    }),
  });
}

function remove(book: ModelBook): Route {
  return route({
    method: 'DELETE',
    path: '/fallback/*',
    summary: 'Try no other model when this one fails.',
    action: 'model.change',
    query: fallbackQuery,
    answer: async ({ rest: model, query: { fallback_type: type } }) => {
      await removeFallback(book, model, type);
      return { body: { model, fallback_type: type, message: 'Fallback configuration deleted successfully' } };
    },
  });
}
