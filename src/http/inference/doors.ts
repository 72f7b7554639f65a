import type { Framing, RequestAddress } from '../../dialects/index.ts';
import type { DialectId } from '../../inference/index.ts';

/** What an address stands for: who reads the body, and what the address says of the request. */
export type Door = {
  readonly dialect: DialectId;
  readonly address: RequestAddress;
  /** Gemini's clients may put the key there. */
  readonly takesKeyInQuery: boolean;
  /** OpenRouter's API: its errors, and in every answer what it cost. */
  readonly isOpenRouters?: true;
};

const OPENROUTER = '/api/v1';

/** Where clients look for OpenAI's API: the base URL with and without its version, doubled by mistake, OpenRouter's. */
export const OPENAI_PREFIXES = ['/v1', '', '/v1/v1', '/openai', '/openai/v1', OPENROUTER] as const;

/** Addresses of which every letter is known; the body says the rest. */
const exact: ReadonlyMap<string, Door> = new Map([
  ...doors(OPENAI_PREFIXES, 'sse', [
    ['/chat/completions', 'openai-chat'],
    ['/completions', 'openai-completions'],
    ['/embeddings', 'openai-embeddings'],
    ['/responses', 'openai-responses'],
    ['/responses/compact', 'openai-compact'],
    ['/messages', 'anthropic-messages'],
  ]),
  ...doors(['/anthropic/v1', '/anthropic'], 'sse', [['/messages', 'anthropic-messages']]),
  ...doors(['', '/ollama'], 'ndjson', [
    ['/api/chat', 'ollama-chat'],
    ['/api/generate', 'ollama-generate'],
    ['/api/embed', 'ollama-embed'],
    ['/api/embeddings', 'ollama-embeddings'],
  ]),
  ...doors(['', '/cohere'], 'sse', [
    ['/v2/chat', 'cohere-chat'],
    ['/v2/embed', 'cohere-embed'],
  ]),
]);

type Method = { readonly dialect: DialectId; readonly stream: boolean; readonly framing?: Framing };

/** What follows the model's name in a path. */
const GEMINI: Readonly<Record<string, Method>> = {
  generateContent: { dialect: 'gemini-generate', stream: false },
  streamGenerateContent: { dialect: 'gemini-generate', stream: true, framing: 'json-array' },
  embedContent: { dialect: 'gemini-embed', stream: false },
  batchEmbedContents: { dialect: 'gemini-batch-embed', stream: false },
};
const VERTEX_GOOGLE: typeof GEMINI = { predict: { dialect: 'vertex-embed', stream: false } };
const VERTEX_ANTHROPIC: Readonly<Record<string, Method>> = {
  rawPredict: { dialect: 'anthropic-messages', stream: false },
  streamRawPredict: { dialect: 'anthropic-messages', stream: true },
};
const BEDROCK: Readonly<Record<string, Method>> = {
  converse: { dialect: 'bedrock-converse', stream: false },
  'converse-stream': { dialect: 'bedrock-converse', stream: true, framing: 'aws-event-stream' },
  invoke: { dialect: 'bedrock-invoke', stream: false },
  'invoke-with-response-stream': { dialect: 'bedrock-invoke', stream: true, framing: 'aws-event-stream' },
};

/** InvokeModel takes each model's own body: for embeddings the name tells whose. */
const BEDROCK_TITAN: typeof BEDROCK = { invoke: { dialect: 'bedrock-titan-embed', stream: false } };
const BEDROCK_COHERE: typeof BEDROCK = { invoke: { dialect: 'bedrock-cohere-embed', stream: false } };

type Pattern = {
  /** Groups: the model's name, and the method. */
  readonly path: RegExp;
  readonly methods: Readonly<Record<string, Method>>;
  readonly takesKeyInQuery: boolean;
};

const patterns: readonly Pattern[] = [
  {
    path: /^(?:\/gemini)?\/v1(?:alpha|beta1?)?\/(?:models\/|(?:projects\/[^/]+\/locations\/[^/]+\/)?publishers\/google\/models\/)(.+):([A-Za-z]+)$/,
    methods: GEMINI,
    takesKeyInQuery: true,
  },
  {
    path: /^\/v1(?:beta1)?\/(?:projects\/[^/]+\/locations\/[^/]+\/)?publishers\/google\/models\/(.+):([A-Za-z]+)$/,
    methods: VERTEX_GOOGLE,
    takesKeyInQuery: false,
  },
  {
    path: /^\/v1(?:beta1)?\/projects\/[^/]+\/locations\/[^/]+\/publishers\/anthropic\/models\/(?!count-tokens:)(.+):([A-Za-z]+)$/,
    methods: VERTEX_ANTHROPIC,
    takesKeyInQuery: false,
  },
  {
    path: /^(?:\/bedrock)?\/model\/(.*amazon\.titan-embed-text-.+)\/(invoke)$/,
    methods: BEDROCK_TITAN,
    takesKeyInQuery: false,
  },
  {
    path: /^(?:\/bedrock)?\/model\/(.*cohere\.embed-.+)\/(invoke)$/,
    methods: BEDROCK_COHERE,
    takesKeyInQuery: false,
  },
  { path: /^(?:\/bedrock)?\/model\/(.+)\/([a-z-]+)$/, methods: BEDROCK, takesKeyInQuery: false },
];

/** Azure's SDKs name the deployment in the path, and so the model; OpenAI's first ones an engine, which LiteLLM takes. */
const AZURE = /^(?:\/openai\/deployments|(?:\/v1)?\/engines)\/(.+?)(\/chat\/completions|\/completions|\/embeddings)$/;

/** Every address of inference, with `{model}` and the like for what its client puts in. */
export function inferenceAddresses(): readonly { readonly path: string; readonly dialect: DialectId }[] {
  const inPaths: readonly (readonly [string, typeof GEMINI])[] = [
    ['/v1beta/models/{model}:', GEMINI],
    ['/v1/projects/{project}/locations/{location}/publishers/google/models/{model}:', { ...GEMINI, ...VERTEX_GOOGLE }],
    ['/v1/projects/{project}/locations/{location}/publishers/anthropic/models/{model}:', VERTEX_ANTHROPIC],
    ['/model/{model}/', BEDROCK],
  ];
  return [
    ...[...exact].map(([path, { dialect }]) => ({ path, dialect })),
    ...inPaths.flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { dialect }]) => ({ path: `${path}${method}`, dialect })),
    ),
  ];
}

/** null: what is not in the tables is not a door. `query` begins with its mark, or is empty. */
export function findDoor(path: string, query: string): Door | null {
  return exact.get(path) ?? findByPattern(path, query);
}

/** Its body is a whole request of inference, and may be as long. */
export function isCountDoor(path: string): boolean {
  return /\/(?:count_tokens|input_tokens|token_counter|explain|transform_request|count-tokens:rawPredict|count-tokens)$|:countTokens$/.test(
    path,
  );
}

function findByPattern(path: string, query: string): Door | null {
  for (const { path: pattern, methods, takesKeyInQuery } of patterns) {
    const match = pattern.exec(path);
    const method = match?.[2] === undefined || !Object.hasOwn(methods, match[2]) ? undefined : methods[match[2]];
    const model = decoded(match?.[1]);
    if (method === undefined || model === null) continue;
    const framing = /[?&]alt=sse(?:&|$)/.test(query) ? 'sse' : (method.framing ?? 'sse');
    return { dialect: method.dialect, address: { model, stream: method.stream, framing }, takesKeyInQuery };
  }
  const azure = AZURE.exec(path);
  const model = decoded(azure?.[1]);
  const known = exact.get(azure?.[2] ?? '');
  return known === undefined || model === null ? null : { ...known, address: { ...known.address, model } };
}

function decoded(text: string | undefined): string | null {
  if (text === undefined) return null;
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

function doors(
  prefixes: readonly string[],
  framing: Framing,
  operations: readonly (readonly [path: string, dialect: DialectId])[],
): readonly (readonly [path: string, door: Door])[] {
  return prefixes.flatMap((prefix) =>
    operations.map(([path, dialect]) => {
      const address = { model: null, stream: null, framing };
      const door = { dialect, address, takesKeyInQuery: false };
      return [`${prefix}${path}`, prefix === OPENROUTER ? { ...door, isOpenRouters: true } : door] as const;
    }),
  );
}
