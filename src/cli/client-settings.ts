/** What points one coding agent at a gateway: variables of its shell, and a file where it wants one. */
export type ClientSettings = {
  readonly variables: Readonly<Record<string, string>>;
  readonly file: { readonly path: string; readonly text: string } | null;
};

export type ClientTarget = {
  /** Of the gateway, without a path or a slash at the end. */
  readonly url: string;
  /** null: the reader puts in its own. */
  readonly key: string | null;
  /** null: whatever the client asks for by itself. */
  readonly model: string | null;
};

const KEY_VARIABLE = 'WAYBILL_KEY';
const PUT_IN = 'sk-your-virtual-key';
const OPENCODE_MODEL = 'sandbox/echo';

/** As each client's own documentation says. */
const clients = {
  claude: ({ url, key, model }: ClientTarget): ClientSettings => ({
    variables: {
      ANTHROPIC_BASE_URL: url,
      ANTHROPIC_AUTH_TOKEN: key ?? PUT_IN,
      ...(model === null ? {} : { ANTHROPIC_MODEL: model, ANTHROPIC_SMALL_FAST_MODEL: model }),
      CLAUDE_CODE_ENABLE_GATEWAY_MODEL_DISCOVERY: '1',
    },
    file: null,
  }),
  codex: ({ url, key, model }: ClientTarget): ClientSettings => ({
    variables: { [KEY_VARIABLE]: key ?? PUT_IN },
    file: {
      path: '~/.codex/config.toml',
      text: [
        ...(model === null ? [] : [`model = ${JSON.stringify(model)}`]),
        'model_provider = "waybill"',
        '',
        '[model_providers.waybill]',
        'name = "Waybill"',
        `base_url = ${JSON.stringify(`${url}/v1`)}`,
        `env_key = "${KEY_VARIABLE}"`,
        'wire_api = "responses"',
      ].join('\n'),
    },
  }),
  gemini: ({ url, key, model }: ClientTarget): ClientSettings => ({
    variables: {
      GOOGLE_GEMINI_BASE_URL: url,
      GEMINI_API_KEY: key ?? PUT_IN,
      ...(model === null ? {} : { GEMINI_MODEL: model }),
    },
    file: null,
  }),
  opencode: ({ url, key, model }: ClientTarget): ClientSettings => ({
    variables: { [KEY_VARIABLE]: key ?? PUT_IN },
    file: {
      path: 'opencode.json',
      text: JSON.stringify(
        {
          $schema: 'https://opencode.ai/config.json',
          provider: {
            waybill: {
              npm: '@ai-sdk/openai-compatible',
              name: 'Waybill',
              options: { baseURL: `${url}/v1`, apiKey: `{env:${KEY_VARIABLE}}` },
              models: { [model ?? OPENCODE_MODEL]: {} },
            },
          },
          model: `waybill/${model ?? OPENCODE_MODEL}`,
        },
        null,
        2,
      ),
    },
  }),
} as const;

export type ClientName = keyof typeof clients;

export const clientNames = Object.keys(clients) as readonly ClientName[];

export function clientSettings(name: ClientName, target: ClientTarget): ClientSettings {
  return clients[name](target);
}

export function isClientName(name: string): name is ClientName {
  return Object.hasOwn(clients, name);
}
