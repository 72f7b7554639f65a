import { pseudoWords } from './pseudo-words.ts';

const TOOLS = 18;
const TURNS = 12;

/**
 * A request of about 50 kB in the shape of Claude Code's, some turns into its work: a long system prompt, tools with
 * long descriptions, thoughts that are signed, calls and their results, marks for the prompt cache.
 */
export function agentRequest(): Readonly<Record<string, unknown>> {
  const words = pseudoWords(20_261_124);
  const turns = Array.from({ length: TURNS }, (_, nth) => turn(nth, words)).flat();
  return {
    model: 'claude-sonnet-4-5',
    max_tokens: 32_000,
    stream: true,
    system: [
      { type: 'text', text: 'You are an agent that works on a code base.' },
      { type: 'text', text: words(9_000), cache_control: { type: 'ephemeral' } },
    ],
    thinking: { type: 'enabled', budget_tokens: 31_999 },
    metadata: { user_id: 'user_1_account_2_session_3' },
    messages: [{ role: 'user', content: [{ type: 'text', text: words(600) }] }, ...turns],
    tools: Array.from({ length: TOOLS }, (_, nth) => tool(nth, words)),
  };
}

type Words = (length: number) => string;

function turn(nth: number, words: Words): readonly object[] {
  const id = `toolu_${String(nth).padStart(24, '0')}`;
  const last = nth === TURNS - 1 ? { cache_control: { type: 'ephemeral' } } : {};
  return [
    {
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: words(200), signature: Buffer.from(words(150)).toString('base64') },
        { type: 'text', text: words(80) },
        { type: 'tool_use', id, name: `tool_${nth}`, input: { command: words(60), timeout: 60_000 } },
      ],
    },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: id, content: words(900), ...last }] },
  ];
}

function tool(nth: number, words: Words): object {
  const members = ['command', 'path', 'pattern', 'description'].map((name) => [
    name,
    { type: 'string', description: words(70) },
  ]);
  return {
    name: `tool_${nth}`,
    description: words(500),
    input_schema: {
      $schema: 'http://json-schema.org/draft-07/schema#',
      type: 'object',
      properties: { ...Object.fromEntries(members), timeout: { type: 'number' } },
      required: ['command'],
      additionalProperties: false,
    },
  };
}
