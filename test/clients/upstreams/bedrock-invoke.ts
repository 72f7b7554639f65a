import { EVENT_STREAM, eventStream, REGION } from '../../support/bedrock-upstream.ts';
import { anthropicMessages } from './anthropic-messages.ts';
import { textsOf } from './read.ts';
import type { ScriptedDialect } from './scripted-dialect.ts';

/** What one of its models was seen to take; it refuses a request for any other. */
const BETAS: ReadonlySet<string> = new Set([
  'interleaved-thinking-2025-05-14',
  'context-1m-2025-08-07',
  'context-management-2025-06-27',
  'effort-2025-11-24',
  'fine-grained-tool-streaming-2025-05-14',
  'structured-outputs-2025-12-15',
  'tool-search-tool-2025-10-19',
]);
const PADDING = 'abcdefghijklmnopqrstuvwxyz';

/** Anthropic's own body and events: the model in the address, betas in the body, each event packed into a chunk. */
export const bedrockInvoke: ScriptedDialect = {
  ...anthropicMessages,
  name: 'Bedrock, Claude',
  provider: 'bedrock',
  settings: { region: REGION },
  model: 'eu.anthropic.claude-sonnet-5-v1:0',
  path: /^\/model\/[^/]+\/invoke(?:-with-response-stream)?$/,
  refusal: (body) => {
    const surplus = ['model', 'stream', 'service_tier'].find((name) => body[name] !== undefined);
    if (surplus !== undefined) return `${surplus}: Extra inputs are not permitted`;
    if (body['anthropic_version'] !== 'bedrock-2023-05-31') return 'anthropic_version: Field required';
    const betas = textsOf(Array.isArray(body['anthropic_beta']) ? body['anthropic_beta'] : []);
    return betas.every((beta) => BETAS.has(beta)) ? null : 'invalid beta flag';
  },
  read: (path, body) => ({
    ...anthropicMessages.read(path, body),
    model: decodeURIComponent(path.split('/')[2] ?? ''),
    stream: path.endsWith('-stream'),
  }),
  write: (said, asked) => {
    const whole = anthropicMessages.write(said, { ...asked, model: 'claude-sonnet-5' });
    return asked.stream ? { type: EVENT_STREAM, body: packed(String(whole.body)) } : whole;
  },
};

function packed(events: string): Buffer {
  const texts = [...events.matchAll(/^data: (.*)$/gm)].map((match) => match[1] ?? '');
  return eventStream(
    texts.map((text, index) => {
      const bytes = Buffer.from(text).toString('base64');
      return ['chunk', { bytes, p: PADDING.slice(0, index % PADDING.length) }] as const;
    }),
  );
}
