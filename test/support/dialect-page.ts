import type { Dialect, EncodedRequest } from '../../src/dialects/index.ts';
import type { DialectId } from '../../src/inference/index.ts';
import { type ProviderRow, providers } from '../../src/providers/index.ts';
import { asked } from './anthropic-wire.ts';
import { refusedOr, targetFor, upstreamDialects } from './asked.ts';
import { dialects } from './dialects.ts';
import { chatOf } from './translating.ts';
import { type Wish, wishes } from './wishes.ts';

/** Those that stand for one another; a dialect of an operation that one API alone has is not among them. */
const NAMES: Readonly<Partial<Record<DialectId, string>>> = {
  'openai-chat': 'OpenAI Chat Completions',
  'openai-completions': 'OpenAI Completions (old)',
  'openai-responses': 'OpenAI Responses',
  'anthropic-messages': 'Anthropic Messages',
  'gemini-generate': 'Gemini',
  'bedrock-converse': 'Bedrock Converse',
  'bedrock-invoke': 'Bedrock InvokeModel (Claude)',
  'cohere-chat': 'Cohere Chat v2',
  'ollama-chat': 'Ollama Chat',
  'ollama-generate': 'Ollama Generate',
  'openai-embeddings': 'OpenAI Embeddings',
  'gemini-embed': 'Gemini Embed',
  'gemini-batch-embed': 'Gemini Batch Embed',
  'vertex-embed': 'Vertex Predict (text embeddings)',
  'cohere-embed': 'Cohere Embed v2',
  'bedrock-cohere-embed': 'Bedrock InvokeModel (Cohere Embed)',
  'bedrock-titan-embed': 'Bedrock InvokeModel (Titan)',
  'ollama-embed': 'Ollama Embed',
  'ollama-embeddings': 'Ollama Embeddings (old)',
};

const SHORT: Readonly<Record<(typeof upstreamDialects)[number], string>> = {
  'openai-chat': 'Chat',
  'openai-responses': 'Responses',
  'anthropic-messages': 'Anthropic',
  'gemini-generate': 'Gemini',
  'bedrock-converse': 'Converse',
  'bedrock-invoke': 'Invoke',
  'cohere-chat': 'Cohere',
  'ollama-chat': 'Ollama',
};

const HEAD = `# Dialects

Which clients can be answered by which upstreams, and what an upstream's dialect has no words for. This page is made
from the translations themselves: \`npm run conformance -- --update\` writes it, and a test compares.

**Passes**: client and upstream speak the same dialect, the bytes go through as they came (but for the model's name).
**Carried**: the upstream's dialect holds the client's own body and events, which go as they came but for what its
address says.
**Translated**: through one canonical form, both ways, plain and streamed.

A search of the web that the provider ran reaches clients of Responses as \`web_search_call\`, of Anthropic as
\`server_tool_use\` with its \`web_search_tool_result\` (counted in \`usage.server_tool_use\`), of Gemini within
\`groundingMetadata\`; clients of chat see its citations. OpenAI is asked for what it found, which has addresses but no
titles; Anthropic's results reach a Responses client as citations only. A client of another dialect that brings such a
search back says nothing new with it: it is left out.
`;

const WISHES_HEAD = `## What an upstream is told

**Yes**: said in the upstream's words. **No**: left out, or put in another way, and the exchange bears a warning that
names the field (\`drop\`, \`warn\` or \`reject\`, as the operator has it). **–**: unsaid without a warning, for the answer
says the same without it. **Refused**: the request is answered with 400. Where a provider or a model takes less than its dialect can say, its own row and catalog entry say so.

So it is with what they take at most, as far as they document it: a temperature above that is brought down to it with a
warning that names both, and images too many or too large are refused with 400, by the place of the first one in the
client's own body (\`messages[3].content[1]\`), before anything is sent. Of more than four cache marks in a request for
Anthropic or Bedrock four are kept: the last on the tools, the last on the instructions in front, and the last of the
turns. A request that passes is the upstream's to judge.
`;

/** The page of the documents that says what is carried between which dialects. */
export function dialectPage(): string {
  const [chats, embeddings] = [offering('chat'), offering('embedding')];
  return [
    HEAD,
    '## Chats\n',
    crossTable(
      chats,
      upstreamDialects.map((id) => dialects[id]),
    ),
    '## Embeddings\n',
    crossTable(embeddings, embeddings),
    WISHES_HEAD,
    wishTable(),
    '## In words\n',
    ...upstreamDialects.map(reasons),
  ].join('\n');
}

function offering(operation: 'chat' | 'embedding'): readonly Dialect[] {
  return Object.keys(NAMES)
    .map((id) => dialects[id as DialectId])
    .filter((dialect) => dialect[operation] !== null);
}

function crossTable(clients: readonly Dialect[], upstreams: readonly Dialect[]): string {
  const rows = clients.map((client) => [
    nameOf(client),
    ...upstreams.map((upstream) =>
      client === upstream ? '**passes**' : isCarried(client, upstream) ? '**carried**' : 'translated',
    ),
  ]);
  return table(['client \\ upstream', ...upstreams.map(nameOf)], rows);
}

/** Where a provider's row says that its upstreams take the one dialect inside the other. */
function isCarried(client: Dialect, upstream: Dialect): boolean {
  return Object.values<ProviderRow>(providers).some((row) => {
    const spoken = row.speaks[client.id];
    return typeof spoken === 'object' && spoken.carrier === upstream.id;
  });
}

function nameOf({ id }: Dialect): string {
  return NAMES[id] ?? id;
}

function wishTable(): string {
  const rows = Object.entries(wishes).map(([name, wish]) => [name, ...upstreamDialects.map((id) => cell(id, wish))]);
  return table(['', ...upstreamDialects.map((id) => SHORT[id])], rows);
}

/** null: refused. */
function encoded(id: DialectId, { asks }: Wish): EncodedRequest | null {
  const request = asked(asks);
  const outcome = refusedOr(() => chatOf(dialects[id]).encodeRequest(request, targetFor(request, 'm')));
  return outcome instanceof Error ? null : outcome;
}

function cell(id: DialectId, wish: Wish): string {
  const outcome = encoded(id, wish);
  if (outcome === null) return 'refused';
  if (outcome.warnings.length > 0) return 'no';
  return wish.mark === undefined || wish.mark.test(JSON.stringify(outcome.body)) ? 'yes' : '–';
}

function reasons(id: (typeof upstreamDialects)[number]): string {
  const lines = Object.entries(wishes).flatMap(([name, wish]) => {
    const messages = encoded(id, wish)?.warnings.map(({ message }) => message) ?? ['refused.'];
    return messages.length === 0 ? [] : [`- ${name}: ${[...new Set(messages)].join(' ')}`];
  });
  return `**${nameOf(dialects[id])}**\n\n${lines.length === 0 ? 'Everything above.' : lines.join('\n')}\n`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('');
}
