import { changeDeployment, createDeployment, type ModelBook, removeDeployment } from '../../administration/index.ts';
import { type Route, route } from '../route.ts';
import {
  blockModelBody,
  deleteModelBody,
  newModelBody,
  patchModelBody,
  updateModelBody,
} from './contract-deployment.ts';
import { encodeRow } from './encode-deployment.ts';

/** Deployments that stand in the database, beside those of the file. */
export function changeRoutes(book: ModelBook): readonly Route[] {
  return [create(book), update(book), patch(book), remove(book), block(book, true), block(book, false)];
}

function create(book: ModelBook): Route {
  return route({
    method: 'POST',
    path: '/model/new',
    summary: 'Make a deployment of a model, in force when it is answered.',
    action: 'model.create',
    body: newModelBody,
    answer: async ({ key, body }) => {
      const given = {
        id: body.model_info?.id ?? null,
        model: body.model_name,
        params: body.litellm_params,
        info: body.model_info?.facts ?? {},
      };
      return { body: encodeRow(await createDeployment(book, given, key.id)) };
    },
  });
}

function update(book: ModelBook): Route {
  return route({
    method: 'POST',
    path: '/model/update',
    summary: 'Change the deployment model_info.id; what is left out stays, null takes it away.',
    action: 'model.change',
    body: updateModelBody,
    answer: async ({ key, body: { model_name: model, litellm_params: params, model_info: info } }) => {
      const changes = { ...(model == null ? {} : { model }), params: params ?? {}, info: info.facts };
      return { body: encodeRow(await changeDeployment(book, info.id ?? '', changes, key.id)) };
    },
  });
}

function patch(book: ModelBook): Route {
  return route({
    method: 'PATCH',
    path: '/model/*/update',
    summary: 'The same, by the id in the address.',
    action: 'model.change',
    body: patchModelBody,
    answer: async ({ key, rest, body: { model_name: model, litellm_params: params, model_info: info } }) => {
      const changes = { ...(model == null ? {} : { model }), params: params ?? {}, info: info?.facts ?? {} };
      return { body: encodeRow(await changeDeployment(book, rest, changes, key.id)) };
    },
  });
}

function remove(book: ModelBook): Route {
  return route({
    method: 'POST',
    path: '/model/delete',
    summary: 'Delete a deployment: nothing is sent there from now on.',
    action: 'model.delete',
    body: deleteModelBody,
    answer: async ({ body: { id } }) => {
      await removeDeployment(book, id);
      return { body: { message: `Model: ${id} deleted successfully` } };
    },
  });
}

function block(book: ModelBook, blocked: boolean): Route {
  return route({
    method: 'POST',
    path: blocked ? '/model/block' : '/model/unblock',
    summary: blocked ? 'Send nothing to a deployment until it is unblocked.' : 'Call a blocked deployment again.',
    action: 'model.change',
    body: blockModelBody,
    answer: async ({ key, body }) => {
      const info = { blocked: blocked ? true : null };
      return { body: encodeRow(await changeDeployment(book, body.model_id, { info }, key.id)) };
    },
  });
}
