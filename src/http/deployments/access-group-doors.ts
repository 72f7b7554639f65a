import {
  type AccessGroup,
  changeGroup,
  createGroup,
  findGroup,
  type GroupMembers,
  listGroups,
  type ModelBook,
  removeGroup,
} from '../../administration/index.ts';
import { type Route, route } from '../route.ts';
import { newGroupBody, updateGroupBody } from './contract-deployment.ts';

/** Names that stand for models in the lists of keys, teams and the rest. */
export function accessGroupRoutes(book: ModelBook): readonly Route[] {
  return [create(book), list(book), info(book), update(book), remove(book)];
}

function create(book: ModelBook): Route {
  return route({
    method: 'POST',
    path: '/access_group/new',
    summary: 'Make a name that stands for models in the lists of keys.',
    action: 'access_group.create',
    body: newGroupBody,
    answer: async ({ key, body }) => ({
      body: changedBody(await createGroup(book, body.access_group, membersOf(body), key.id)),
    }),
  });
}

function list(book: ModelBook): Route {
  return route({
    method: 'GET',
    path: '/access_group/list',
    summary: 'The access groups, of the file as well.',
    action: 'access_group.list',
    answer: () => ({ body: { access_groups: listGroups(book).map((group) => encode(group, book)) } }),
  });
}

function info(book: ModelBook): Route {
  return route({
    method: 'GET',
    path: '/access_group/*/info',
    summary: 'One access group.',
    action: 'access_group.read',
    answer: ({ rest }) => ({ body: encode(findGroup(book, rest), book) }),
  });
}

function update(book: ModelBook): Route {
  return route({
    method: 'PUT',
    path: '/access_group/*/update',
    summary: 'The group stands for these models from now on.',
    action: 'access_group.change',
    body: updateGroupBody,
    answer: async ({ key, rest, body }) => ({
      body: changedBody(await changeGroup(book, rest, membersOf(body), key.id)),
    }),
  });
}

function remove(book: ModelBook): Route {
  return route({
    method: 'DELETE',
    path: '/access_group/*/delete',
    summary: 'Delete a group: keys that list it may call its models no more.',
    action: 'access_group.delete',
    answer: async ({ rest }) => {
      const models = await removeGroup(book, rest);
      const message = `Access group '${rest}' deleted successfully`;
      return { body: { access_group: rest, models_updated: models.length, message } };
    },
  });
}

function membersOf(body: {
  readonly model_names?: readonly string[] | null | undefined;
  readonly model_ids?: readonly string[] | null | undefined;
}): GroupMembers {
  return { models: body.model_names ?? [], deploymentIds: body.model_ids ?? [] };
}

function changedBody({ name, models }: AccessGroup) {
  return { access_group: name, model_names: models, models_updated: models.length };
}

function encode({ name, models, managedByFile }: AccessGroup, book: ModelBook) {
  const deployments = models.flatMap((model) => book.catalog().resolve(model)?.deployments ?? []);
  return {
    access_group: name,
    model_names: models,
    deployment_count: deployments.length,
    managed_by: managedByFile ? 'file' : 'api',
  };
}
