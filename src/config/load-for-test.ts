import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Configuration } from './configuration.ts';
import { formatFault } from './fault.ts';
import type { Flags } from './flags.ts';
import { loadConfiguration } from './load.ts';
import type { ProviderVariables } from './settings/credential-book.ts';

const row = (
  id: string,
  variables: readonly string[] = [],
  more: Partial<ProviderVariables> = {},
): ProviderVariables => ({
  id,
  variables,
  ambient: false,
  needsBaseUrl: false,
  ...more,
});

export const testProviders: readonly ProviderVariables[] = [
  row('openai', ['OPENAI_API_KEY']),
  row('anthropic', ['ANTHROPIC_API_KEY']),
  row('gemini', ['GEMINI_API_KEY', 'GOOGLE_API_KEY']),
  row('openrouter', ['OPENROUTER_API_KEY']),
  row('groq', ['GROQ_API_KEY']),
  row('mistral', ['MISTRAL_API_KEY']),
  row('together', ['TOGETHER_API_KEY', 'TOGETHERAI_API_KEY']),
  row('deepinfra', ['DEEPINFRA_API_KEY']),
  row('azure', ['AZURE_API_KEY'], {
    isCloud: true,
    addressParts: [
      { option: 'resource', variables: ['AZURE_OPENAI_RESOURCE'], needed: 'without-base-url' },
      { option: 'api_version', variables: [], needed: 'never' },
    ],
  }),
  row('bedrock', ['AWS_BEARER_TOKEN_BEDROCK', 'AWS_ACCESS_KEY_ID'], {
    ambient: true,
    isCloud: true,
    findsIdentity: true,
    addressParts: [{ option: 'region', variables: ['AWS_REGION'], needed: 'always' }],
  }),
  row('bedrock-mantle', ['BEDROCK_MANTLE_API_KEY'], {
    ambient: true,
    isCloud: true,
    findsIdentity: true,
    addressParts: [{ option: 'region', variables: ['AWS_REGION'], needed: 'always' }],
  }),
  row('vertex', ['GOOGLE_APPLICATION_CREDENTIALS'], {
    ambient: true,
    isCloud: true,
    findsIdentity: true,
    addressParts: [
      { option: 'project', variables: ['GOOGLE_CLOUD_PROJECT'], needed: 'always' },
      { option: 'location', variables: ['GOOGLE_CLOUD_LOCATION'], needed: 'always' },
    ],
  }),
  row('github-models', ['GITHUB_TOKEN'], { ambient: true }),
  row('vllm', ['VLLM_API_KEY'], { keyOptional: true }),
  row('openai-compatible', [], { needsBaseUrl: true }),
  row('ollama'),
];

export type TestLoading = {
  /** By relative path; `waybill.yaml` is the main one. */
  readonly files?: Readonly<Record<string, string>>;
  readonly environment?: Readonly<Record<string, string>>;
  readonly flags?: Flags;
};

export type TestLoaded = {
  readonly configuration: Configuration | null;
  /** As printed, the folder taken out. */
  readonly faults: readonly string[];
};

/** Loads files that exist only for the time of the call. */
export async function loadForTest({ files = {}, environment = {}, flags = {} }: TestLoading): Promise<TestLoaded> {
  const cwd = mkdtempSync(join(tmpdir(), 'waybill-config-'));
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(cwd, path)), { recursive: true });
      writeFileSync(join(cwd, path), text);
    }
    const config = 'waybill.yaml' in files ? { config: 'waybill.yaml' } : {};
    const variables = { HOME: '/home/test', ...environment };
    const loaded = await loadConfiguration({
      flags: { ...config, ...flags },
      environment: variables,
      providers: testProviders,
      cwd,
    });
    if (loaded.ok) return { configuration: loaded.configuration, faults: [] };
    return { configuration: null, faults: loaded.faults.map((fault) => formatFault(fault).replaceAll(`${cwd}/`, '')) };
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
}
