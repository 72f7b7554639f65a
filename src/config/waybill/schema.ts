import { z } from 'zod';
import { signOnSections } from '../sign-on/schema-sign-on.ts';
import { tokenSections } from '../tokens/schema-tokens.ts';
import { allowanceSections } from './schema-allowances.ts';
import { factFields } from './schema-facts.ts';
import { managedSections } from './schema-managed.ts';
import { model } from './schema-models.ts';
import { routing } from './schema-routing.ts';
import { bytes, count, duration, flag, headers, mapping, memberPaths, names, text, url } from './schema-values.ts';

/** What only some providers need; all of it is text. */
const credentialOptions = {
  region: text.optional().describe('AWS region; of other providers, where it runs'),
  role_arn: text.optional().describe('AWS role to take on'),
  role_session_name: text.optional().describe("By which AWS's records tell the role's sessions apart"),
  external_id: text.optional().describe('What the role of another account asks for'),
  web_identity_token_file: text.optional().describe('Token that the role is taken on with'),
  profile: text.optional().describe('AWS profile'),
  access_key_id: text.optional(),
  secret_access_key: text.optional(),
  session_token: text.optional(),
  project: text.optional().describe('Google Cloud project'),
  location: text.optional().describe('Google Cloud location'),
  service_account: text
    .optional()
    .describe('Google credential, the JSON itself or its file. Default: application default credentials'),
  resource: text.optional().describe("Azure resource, instead of base_url: the first part of its host's name"),
  api_version: text.optional().describe("A dated version of Azure's API. Default: its version 1, which has no date"),
  tenant_id: text.optional().describe('Entra tenant'),
  client_id: text.optional().describe('Entra client'),
  client_secret: text.optional().describe('Entra client secret'),
  client_certificate: text.optional().describe('Entra client certificate and its key, in PEM'),
  organization: text.optional().describe("OpenAI's organization"),
  openai_project: text.optional().describe("OpenAI's project"),
};

export const credentialOptionNames = Object.keys(credentialOptions) as readonly (keyof typeof credentialOptions)[];

const credential = mapping(
  {
    provider: text.optional().describe('Default: the name of the credential'),
    base_url: url.optional().describe("Default: the provider's own"),
    api_key: text.optional().describe("Default: the provider's usual variable, unless base_url is given"),
    auth: z
      .enum(['api_key', 'api-key', 'entra', 'caller', 'none'])
      .optional()
      .describe("caller: the caller's own key goes upstream, to the provider's own host only. Default api_key"),
    headers: headers.optional().describe('Added to every request that goes upstream'),
    ...credentialOptions,
    ...factFields,
  },
  ['resale'],
);

const server = mapping(
  {
    host: text.optional().describe('Address to listen on. Default 127.0.0.1'),
    port: count(0, 65_535).optional().describe('0: any free one. Default 4000'),
    data: text.optional().describe('Data folder. Default $XDG_DATA_HOME/waybill or ~/.local/share/waybill'),
    workers: count(1, 1024).optional().describe('Processes that share the port. Default 1'),
    max_body: bytes.optional().describe('Longer request bodies are refused with 413. Default 32MiB'),
    drain_timeout: duration.optional().describe('What calls in flight are given at a stop. Default 30s'),
    journal: z
      .enum(['local', 'local-sync', 'db'])
      .optional()
      .describe('What a journaled call survives: the process, the power, or with Postgres the machine. Default local'),
    suspense: duration.optional().describe('Nobody can spend what a lost instance had leased for so long. Default 15m'),
    master_key: text.optional().describe("The administrator's key"),
    secret_key: text.optional().describe('Encrypts upstream credentials'),
    database_url: text.optional().describe('postgres://…; default: SQLite in the data folder'),
    redis_url: text.optional().describe('redis://…; shared counters'),
  },
  ['public_url', 'admin', 'trusted_proxies'],
);

const network = mapping({
  ca: names.optional().describe('PEM files, or PEM texts, added to the public roots'),
  proxy: text.optional().describe('For http and https'),
  http_proxy: text.optional(),
  https_proxy: text.optional(),
  no_proxy: names.optional().describe('Hosts that are reached directly'),
  private_hosts: names
    .optional()
    .describe('Hosts of this network that addresses given over the API may name; *.example.internal stands for many'),
});

/** Sections whose names are fixed and whose rooms come later. */
export const laterSections = ['marketplace'];

export const waybillSchema = mapping(
  {
    version: z.literal(1).optional().describe('Of this schema. Default 1'),
    include: names.optional().describe('Further files, relative to this one; * matches many'),
    server: server.optional(),
    credentials: z
      .record(z.string(), z.union([credential, z.null()]))
      .optional()
      .describe('Accounts at providers, by name'),
    models: z.record(z.string(), model).optional().describe('Names that callers may ask for; may hold one *'),
    routing: routing.optional(),
    network: network.optional(),
    ...allowanceSections,
    ...managedSections,
    ...tokenSections,
    ...signOnSections,
    sandbox: flag.optional().describe('The sandbox provider beside real ones. Default off'),
    request_log: flag.optional().describe('Default on'),
    log_level: z.enum(['debug', 'info', 'warn', 'error', 'silent']).optional().describe('Default info'),
    enforced_params: memberPaths.optional().describe('What the body of every call must have: user, metadata.ticket'),
    budget_exceeded_status_code: z.literal([400, 402, 422, 429]).optional().describe('Default 402'),
  },
  laterSections,
);

export type WaybillFile = z.output<typeof waybillSchema>;
export type WaybillCredential = NonNullable<WaybillFile['credentials']>[string];
export type WaybillModel = NonNullable<WaybillFile['models']>[string];

/** The JSON Schema of our own configuration files, as they are written. */
export function jsonSchema(): object {
  return { title: 'Waybill configuration', ...z.toJSONSchema(waybillSchema, { io: 'input' }) };
}
