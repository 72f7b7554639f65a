import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { type Answer, type Gateway, type GatewayOptions, MASTER_KEY, startGateway } from './gateway.ts';
import { chatBody } from './one-upstream.ts';
import { answer, chatAnswer, startUpstream, type Upstream } from './upstream.ts';

export type Shown = Readonly<Record<string, unknown>>;

/** A gateway that models of this machine may be made at over the API, and what plays their provider. */
export type ModelsApi = {
  readonly gateway: Gateway;
  readonly send: (method: string, path: string, body?: unknown, key?: string) => Promise<Answer>;
  /** The body of what is to succeed. */
  readonly done: (method: string, path: string, body?: unknown, key?: string) => Promise<Shown>;
  /** Status, field and message of what is to be refused. */
  readonly refused: (method: string, path: string, body?: unknown, key?: string) => Promise<Refusal>;
  /** Calls a model over a connection of its own. */
  readonly call: (model: string, key?: string) => Promise<number>;
};

export type Refusal = { readonly status: number; readonly param: string | null; readonly message: string };

export const ALLOWED = { WAYBILL_PRIVATE_HOSTS: '127.0.0.1' };

export function modelsApiOf(gateway: Gateway): ModelsApi {
  const send: ModelsApi['send'] = async (method, path, body, key = MASTER_KEY) => {
    const response = await fetch(gateway.url + path, {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', connection: 'close' },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
  return {
    gateway,
    send,
    done: async (method, path, body, key) => {
      const { status, text } = await send(method, path, body, key);
      assert.equal(status, 200, `${method} ${path}: ${text}`);
      return JSON.parse(text) as Shown;
    },
    refused: async (method, path, body, key) => {
      const { status, text } = await send(method, path, body, key);
      assert.notEqual(status, 200, `${method} ${path} took ${JSON.stringify(body)}`);
      const { error } = JSON.parse(text) as { error: { param: string | null; message: string } };
      return { status, param: error.param, message: error.message };
    },
    call: async (model, key) => (await send('POST', '/v1/chat/completions', chatBody({ model }), key)).status,
  };
}

export async function startModelsApi(
  context: TestContext,
  options: GatewayOptions = {},
): Promise<ModelsApi & { readonly upstream: Upstream }> {
  const upstream = await startUpstream(context, (request) => answer(request, { body: chatAnswer('hi') }));
  const gateway = await startGateway(context, { ...options, env: { ...ALLOWED, ...options.env } });
  return { ...modelsApiOf(gateway), upstream };
}

/** The body of `/model/new` for a model at this upstream. */
export function modelAt(url: string, name: string, params: Shown = {}, info: Shown = {}) {
  return {
    model_name: name,
    litellm_params: { model: 'openai/m', api_base: url, api_key: 'sk-of-the-entry', ...params },
    model_info: { input_cost_per_token: 0.000002, output_cost_per_token: 0.00001, ...info },
  };
}
