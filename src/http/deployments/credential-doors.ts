import {
  changeCredential,
  createCredential,
  findCredential,
  listCredentials,
  type ModelBook,
  removeCredential,
  valuesOfDeployment,
} from '../../administration/index.ts';
import { maskSecrets, splitSecrets } from '../../catalog/index.ts';
import { GatewayError } from '../../inference/index.ts';
import { type Route, route } from '../route.ts';
import { newCredentialBody, patchCredentialBody } from './contract-deployment.ts';

/** Accounts at providers that deployments name. What they hold goes out to their providers, and is never shown. */
export function credentialRoutes(book: ModelBook): readonly Route[] {
  return [create(book), list(book), byName(book), byModel(book), change(book), remove(book)];
}

function create(book: ModelBook): Route {
  return route({
    method: 'POST',
    path: '/credentials',
    summary: 'Make a credential that deployments name by litellm_credential_name.',
    action: 'credential.create',
    body: newCredentialBody,
    answer: async ({ key, body }) => {
      const { credential_name: name, credential_info: info, credential_values: values, model_id: model } = body;
      const taken = model == null ? (values ?? {}) : valuesOfDeployment(book, model);
      await createCredential(book, { name, values: taken, info: info ?? {} }, key.id);
      return { body: { success: true, message: 'Credential created successfully' } };
    },
  });
}

function list(book: ModelBook): Route {
  return route({
    method: 'GET',
    path: '/credentials',
    summary: 'The credentials, of the file and the environment as well; secrets masked.',
    action: 'credential.list',
    answer: () => ({ body: { success: true, credentials: listCredentials(book) } }),
  });
}

function byName(book: ModelBook): Route {
  return route({
    method: 'GET',
    path: '/credentials/by_name/*',
    summary: 'One credential, its secrets masked.',
    action: 'credential.read',
    answer: ({ rest }) => ({ body: findCredential(book, rest) }),
  });
}

function byModel(book: ModelBook): Route {
  return route({
    method: 'GET',
    path: '/credentials/by_model/*',
    summary: 'What a deployment goes out by, its secrets masked.',
    action: 'credential.read',
    answer: ({ rest }) => {
      const { open, secret } = splitSecrets(valuesOfDeployment(book, rest));
      const values = { ...open, ...maskSecrets(secret) };
      return { body: { credential_name: rest, credential_values: values, credential_info: {} } };
    },
  });
}

function change(book: ModelBook): Route {
  return route({
    method: 'PATCH',
    path: '/credentials/*',
    summary: 'Change a credential; what is left out stays, null takes it away. Another address drops its secrets.',
    action: 'credential.change',
    body: patchCredentialBody,
    answer: async ({ key, rest, body }) => {
      const { credential_name: named, credential_values: values, credential_info: info } = body;
      if (named != null && named !== rest)
        throw new GatewayError('invalid_request', 'A credential keeps its name: make another one.', {
          param: 'credential_name',
        });
      const { notices } = await changeCredential(book, rest, { values: values ?? {}, info: info ?? {} }, key.id);
      const told = notices.length === 0 ? {} : { notices };
      return { body: { success: true, message: 'Credential updated successfully', ...told } };
    },
  });
}

function remove(book: ModelBook): Route {
  return route({
    method: 'DELETE',
    path: '/credentials/*',
    summary: 'Delete a credential that no deployment names.',
    action: 'credential.delete',
    answer: async ({ rest }) => {
      await removeCredential(book, rest);
      return { body: { success: true, message: 'Credential deleted successfully' } };
    },
  });
}
