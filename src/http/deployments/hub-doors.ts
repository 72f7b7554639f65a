import { type ModelBook, publicModels, setPublicModels } from '../../administration/index.ts';
import { type Route, route } from '../route.ts';
import { publicModelsBody } from './contract-deployment.ts';
import { encodeGroup } from './group-doors.ts';

/** LiteLLM's hub: models that whoever has a key is shown, so that it can ask to be let in. */
export function hubRoutes(book: ModelBook, version: string): readonly Route[] {
  return [hub(book), about(version), makePublic(book)];
}

function hub(book: ModelBook): Route {
  return route({
    method: 'GET',
    path: '/public/model_hub',
    summary: 'The models that are made public, with what they can do and cost, also those that this key may not call.',
    action: 'model.list',
    answer: () => {
      const catalog = book.catalog();
      const shown = publicModels(book).flatMap((name) => {
        const deployments = catalog.resolve(name)?.deployments.filter(({ team }) => team === undefined) ?? [];
        return deployments.length === 0 ? [] : [encodeGroup(name, deployments, true)];
      });
      return { body: shown };
    },
  });
}

function about(version: string): Route {
  return route({
    method: 'GET',
    path: '/public/model_hub/info',
    summary: 'Whose hub it is.',
    action: 'public',
    answer: () => ({
      body: { docs_title: 'Waybill', custom_docs_description: null, litellm_version: version, useful_links: {} },
    }),
  });
}

function makePublic(book: ModelBook): Route {
  return route({
    method: 'POST',
    path: '/model_group/make_public',
    summary: 'Say which models are public: these, and no others.',
    action: 'model.change',
    body: publicModelsBody,
    answer: async ({ key, body: { model_groups: names } }) => {
      await setPublicModels(book, names, key.id);
      return {
        body: {
          message: 'Successfully updated public model groups',
          public_model_groups: publicModels(book),
          updated_by: key.id,
        },
      };
    },
  });
}
