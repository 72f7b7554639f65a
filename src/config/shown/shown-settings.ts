import type { Configuration } from '../configuration.ts';
import { jsonSchema } from '../waybill/schema.ts';
import type { Declared } from './declared.ts';
import { maskedSetting } from './masked-setting.ts';

export type SettingSource = 'command line' | 'environment' | 'file' | 'default';

/** One setting as it holds, and where that was said. */
export type ShownSetting = {
  readonly name: string;
  /** null: nothing is set, and `description` says what that means. */
  readonly value: string | null;
  readonly source: SettingSource;
  /** `--port`, `WAYBILL_PORT`, `waybill.yaml:12:3`; null: nowhere. */
  readonly at: string | null;
  readonly description: string | null;
};

type Origins = {
  readonly flag?: string;
  /** The first one that is set holds. */
  readonly variables?: readonly string[];
  /** Before the variables, as a file's is. */
  readonly isFileFirst?: true;
  readonly value?: (configuration: Configuration) => string | number | null;
};

/** What is said outside of the file as well, by the file's names. */
const ORIGINS: Readonly<Record<string, Origins>> = {
  'server.host': { flag: '--host', variables: ['WAYBILL_HOST'], value: ({ server }) => server.host },
  'server.port': { flag: '--port', variables: ['WAYBILL_PORT', 'PORT'], value: ({ server }) => server.port },
  'server.data': { flag: '--data', variables: ['WAYBILL_DATA'], value: ({ server }) => server.dataDir },
  'server.workers': { flag: '--workers', variables: ['WAYBILL_WORKERS'], value: ({ server }) => server.workers },
  'server.journal': { flag: '--journal', variables: ['WAYBILL_JOURNAL'], value: ({ server }) => server.journal },
  'server.max_body': { value: ({ server }) => server.maxBodyBytes },
  'server.master_key': { variables: keyVariables('WAYBILL_MASTER_KEY', 'LITELLM_MASTER_KEY'), value: () => '****' },
  'server.secret_key': { variables: keyVariables('WAYBILL_SECRET_KEY', 'LITELLM_SALT_KEY'), value: () => '****' },
  'server.database_url': {
    variables: keyVariables('DATABASE_URL'),
    value: ({ store }) => store.databaseUrl ?? null,
  },
  'server.redis_url': {
    variables: keyVariables('REDIS_URL', 'REDIS_HOST'),
    value: ({ store }) => store.redisUrl ?? null,
  },
  'network.http_proxy': { variables: ['HTTP_PROXY', 'http_proxy'], value: ({ network }) => network.httpProxy },
  'network.https_proxy': { variables: ['HTTPS_PROXY', 'https_proxy'], value: ({ network }) => network.httpsProxy },
  'network.no_proxy': { variables: ['NO_PROXY', 'no_proxy'], value: ({ network }) => network.noProxy },
  'sign_on.public_url': {
    variables: ['PROXY_BASE_URL'],
    isFileFirst: true,
    value: ({ signOn }) => signOn.publicUrl,
  },
  'routing.strategy': { value: ({ routing }) => routing.strategy },
  'routing.retries': { value: ({ routing }) => routing.retries },
  'defaults.request_log.prompts': { value: ({ prompts }) => prompts.mode },
  request_log: { value: ({ requestLog }) => requestLog },
  log_level: { variables: ['LOG_LEVEL'], value: ({ logLevel }) => logLevel },
  budget_exceeded_status_code: { value: ({ budgetExceededStatus }) => budgetExceededStatus },
};

function keyVariables(...names: readonly string[]): readonly string[] {
  return names.flatMap((name) => [name, `${name}_FILE`]);
}

/** Every setting that there is, those of a file that have many in its order, and where each comes from. */
export function shownSettings(configuration: Configuration): readonly ShownSetting[] {
  const { declared, schema } = configuration.source;
  const byName = new Map(declared.map((each) => [each.name, each]));
  const described = new Map(leavesOf(jsonSchema() as SchemaNode, ''));
  // LiteLLM's file has names of its own: what it sets would stand here as a default.
  const names = schema === 'litellm' ? Object.keys(ORIGINS) : [...described.keys()];
  const known = names.map((name) => settingOf(name, described.get(name) ?? null, byName.get(name), configuration));
  const others = declared
    .filter(({ name }) => !names.includes(name))
    .map(({ name, text, at }): ShownSetting => {
      const general = described.get(withoutNumbers(name)) ?? null;
      return { name, value: text, source: 'file', at, description: general };
    });
  // A list that the file has item by item is not a default.
  const isSpread = ({ name, source }: ShownSetting) =>
    source === 'default' && others.some((other) => other.name.startsWith(`${name}.`));
  return [...known.filter((setting) => !isSpread(setting)), ...others];
}

function settingOf(
  name: string,
  description: string | null,
  declared: Declared | undefined,
  configuration: Configuration,
): ShownSetting {
  const { flags, variables } = configuration.source;
  const { flag, variables: own = [], isFileFirst, value } = ORIGINS[name] ?? {};
  const told = value?.(configuration) ?? null;
  const effective = told === null ? null : maskedSetting(name, String(told));
  const setting = (source: SettingSource, at: string | null, text: string | null): ShownSetting => ({
    ...{ name, source, at, description },
    value: text,
  });
  const inFile = declared && setting('file', declared.at, declared.text);
  const variable = own.find((each) => variables.includes(each));
  if (flag !== undefined && flags.includes(flag)) return setting('command line', flag, effective);
  if (isFileFirst && inFile) return inFile;
  if (variable !== undefined) return setting('environment', variable, effective);
  return inFile ?? setting('default', null, effective ?? usualIn(description));
}

/** Descriptions end with it, where there is one. */
function usualIn(description: string | null): string | null {
  return /\b[Dd]efault:? ([^;]+)$/.exec(description ?? '')?.[1] ?? null;
}

function withoutNumbers(name: string): string {
  return name.replace(/(?:\.\d+)+$/, '');
}

type SchemaNode = {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly anyOf?: readonly SchemaNode[];
  readonly additionalProperties?: SchemaNode | boolean;
};

/** The settings of a schema that have one name each, with what is said of them. */
function leavesOf(node: SchemaNode, name: string): readonly (readonly [string, string | null])[] {
  const { properties, additionalProperties, description = null } = node;
  if (properties !== undefined)
    return Object.entries(properties).flatMap(([key, child]) => leavesOf(child, name === '' ? key : `${name}.${key}`));
  // By names of one's own: what there is of it stands in the file.
  if (typeof additionalProperties === 'object') return [];
  return [[name, description]];
}
