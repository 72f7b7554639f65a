import { readFileSync } from 'node:fs';
import { COMMAND } from '../scenario.ts';
import type { Program } from './program.ts';

type Sdk = {
  /** `<name>.mjs` beside this folder is the program that a user of it would write. */
  readonly script: string;
  readonly packages: Readonly<Record<string, string>>;
};

const AI_SDK: Sdk = {
  script: 'ai-sdk',
  packages: {
    ai: '7.0.173',
    '@ai-sdk/openai': '4.0.118',
    '@ai-sdk/openai-compatible': '3.0.92',
    '@ai-sdk/anthropic': '4.0.105',
    '@ai-sdk/google': '4.0.121',
  },
};
const LANGCHAIN: Sdk = {
  script: 'langchain',
  packages: { '@langchain/core': '1.4.0', '@langchain/openai': '1.6.0', '@langchain/anthropic': '1.5.11' },
};
const GROQ: Sdk = { script: 'groq-sdk', packages: { 'groq-sdk': '1.6.0' } };
const OPENROUTER: Sdk = { script: 'openrouter-sdk', packages: { '@openrouter/sdk': '1.3.19' } };

type Echoes = Pick<Program, 'echoesSeals' | 'echoesIds'>;
const ALL: Echoes = { echoesSeals: ['thought', 'call'], echoesIds: true };

/** `openai` is the Responses API; Google's package leaves ids out. */
export function aiSdk(dialect: 'openai-compatible' | 'openai' | 'anthropic' | 'google'): Program {
  const echoes = {
    'openai-compatible': { ...ALL, echoesSeals: ['call'] },
    openai: ALL,
    anthropic: ALL,
    google: { ...ALL, echoesIds: false },
  } as const;
  return sdk(`AI SDK (${dialect})`, AI_SDK, dialect, echoes[dialect]);
}

export function langchain(dialect: 'openai' | 'anthropic'): Program {
  const echoes = { openai: { ...ALL, echoesSeals: [] }, anthropic: ALL } as const;
  return sdk(`LangChain (${dialect})`, LANGCHAIN, dialect, echoes[dialect]);
}

export const groqSdk = sdk('groq-sdk', GROQ, '', { ...ALL, echoesSeals: [] });
export const openRouterSdk = sdk('@openrouter/sdk', OPENROUTER, '', ALL);

function sdk(name: string, { script, packages }: Sdk, dialect: string, echoes: Echoes): Program {
  return {
    name,
    installation: { name: script, packages },
    bin: null,
    tool: { name: 'shell', input: { command: COMMAND } },
    ...echoes,
    command: ({ url, key, model, prompt }) => ({
      args: [`${script}.mjs`],
      env: {
        GATEWAY_URL: url,
        GATEWAY_KEY: key,
        GATEWAY_MODEL: model,
        GATEWAY_PROMPT: prompt,
        GATEWAY_DIALECT: dialect,
      },
      files: Object.fromEntries([script, 'conversation'].map((each) => [`project/${each}.mjs`, textOf(each)])),
    }),
  };
}

function textOf(script: string): string {
  return readFileSync(new URL(`../sdks/${script}.mjs`, import.meta.url), 'utf8');
}
