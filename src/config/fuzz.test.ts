import { test } from 'node:test';
import fc from 'fast-check';
import { isLitellmFile, readLitellmFiles } from './litellm/litellm-file.ts';
import { testProviders } from './load-for-test.ts';
import { isMapping } from './reading/configuration-node.ts';
import { Reading } from './reading/reading.ts';
import { resolveReferences } from './reading/references.ts';
import { parseYaml } from './reading/yaml-document.ts';
import { CredentialBook } from './settings/credential-book.ts';
import { readWaybillFile } from './waybill/waybill-file.ts';

const OURS = `version: 1
x-shared: &shared { weight: 3, limits: { rpm: 450k } }
credentials:
  a: { provider: openai, api_key: "\${KEY:-sk-x}", headers: { x-one: b } }
  vllm: { base_url: http://vllm.internal:8000/v1 }
models:
  gpt-4o:
    deployments:
      - a/gpt-4o
      - { use: openai/gpt-4o, <<: *shared, price: { input: 0.15, tiers: [{ above: 200k, input: 1 }] } }
    fallbacks: { error: [claude] }
  claude: openai/claude
  "x/*": [vllm/*]
routing: { strategy: weighted, retries: 2, timeouts: { connect: 10s } }
server: { port: 4000, max_body: 32MiB }
request_log: on
`;

const LITELLM = `model_list:
  - model_name: gpt-4o
    litellm_params: { model: azure/gpt-4o, api_base: os.environ/BASE, api_key: os.environ/OPENAI_API_KEY, rpm: 6 }
    model_info: { id: one, input_cost_per_token: 1.5e-7 }
  - model_name: fake
    litellm_params: { model: openai/fake, api_key: k, api_base: http://127.0.0.1:1/v1, timeout: 1.5 }
router_settings: { routing_strategy: simple-shuffle, model_group_alias: { a: gpt-4o } }
litellm_settings: { fallbacks: [{ gpt-4o: [fake] }], callbacks: [langfuse] }
general_settings: { master_key: sk-abc, max_request_size_mb: 2 }
`;

const PIECES = [
  '{',
  '}',
  '[',
  ']',
  ':',
  '- ',
  '\n',
  '  ',
  '\t',
  '"',
  "'",
  '&a ',
  '*a',
  '<<: ',
  '${',
  '}',
  '#',
  '|',
  '>',
  '? ',
  '!!',
  '0',
  '-1',
  'null',
  'true',
  '~',
  '*',
  '/',
  '__proto__: ',
  'x',
  '\u0000',
  '\ud800',
  ',',
  '1e9',
  '---\n',
];

type Mutation = { readonly at: number; readonly remove: number; readonly insert: string };
const mutation: fc.Arbitrary<Mutation> = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  remove: fc.nat({ max: 12 }),
  insert: fc.oneof(fc.constant(''), fc.constantFrom(...PIECES), fc.string({ maxLength: 6 })),
});

function mutate(text: string, mutations: readonly Mutation[]): string {
  return mutations.reduce((current, { at, remove, insert }) => {
    const index = Math.floor(at * current.length);
    return current.slice(0, index) + insert + current.slice(index + remove);
  }, text);
}

function read(text: string): void {
  const reading = new Reading({ OPENAI_API_KEY: 'sk-o' }, '/nowhere');
  const book = new CredentialBook(testProviders, reading);
  const parsed = parseYaml('a.yaml', text);
  if (!parsed.ok || !isMapping(parsed.node.value)) return;
  const folderOf = () => '/nowhere';
  if (isLitellmFile(parsed.node)) readLitellmFiles([parsed.node], folderOf, [], book, reading);
  else readWaybillFile(resolveReferences(parsed.node, { reading, folderOf, litellm: false }), folderOf, book, reading);
}

test('no text makes it throw', () => {
  for (const start of [OURS, LITELLM]) {
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 1, maxLength: 5 }), (mutations) => read(mutate(start, mutations))),
      { seed: 20_260, numRuns: 300 },
    );
  }
});

test('nor do deep nesting and odd starts', () => {
  for (const text of [
    '['.repeat(20_000),
    '{a: '.repeat(5000),
    '- '.repeat(5000),
    '\ufeffversion: 1',
    '\u0000',
    '---\n---\n',
    '? [a]\n: b\n',
    '"\\ud800": 1',
  ])
    read(text);
});
