import type { Step, ToolCall } from './conversation.ts';

type ToolDelta = {
  readonly index?: number;
  readonly id?: string;
  readonly function?: { readonly name?: string; readonly arguments?: string };
};

/** As much of a chunk as is shown. */
export type Chunk = {
  readonly choices?: readonly {
    readonly delta?: {
      readonly content?: string | null;
      readonly reasoning?: string | null;
      readonly reasoning_content?: string | null;
      readonly tool_calls?: readonly ToolDelta[];
    };
  }[];
  readonly usage?: { readonly prompt_tokens?: number; readonly completion_tokens?: number } | null;
  readonly error?: { readonly message?: string } | string;
};

/** The events of a stream that are whole, and what is left of its text. */
export function eventsIn(text: string): { readonly chunks: readonly Chunk[]; readonly rest: string } {
  const lines = text.split(/\r?\n/);
  const rest = lines.pop() ?? '';
  const chunks = lines.flatMap((line) => {
    const data = /^data: ?(\{.*)$/.exec(line)?.[1];
    return data === undefined ? [] : [JSON.parse(data) as Chunk];
  });
  return { chunks, rest };
}

/** The step with what the chunk says. */
export function withChunk(step: Step, chunk: Chunk): Step {
  const delta = chunk.choices?.[0]?.delta ?? {};
  const { usage, error } = chunk;
  const failure = error === undefined ? {} : { state: 'failed' as const, error: wordsOf(error) };
  return {
    ...step,
    ...failure,
    text: step.text + (delta.content ?? ''),
    reasoning: step.reasoning + (delta.reasoning ?? delta.reasoning_content ?? ''),
    toolCalls: (delta.tool_calls ?? []).reduce(withToolDelta, step.toolCalls),
    inputTokens: usage?.prompt_tokens ?? step.inputTokens,
    outputTokens: usage?.completion_tokens ?? step.outputTokens,
  };
}

function wordsOf(error: NonNullable<Chunk['error']>): string {
  return typeof error === 'string' ? error : (error.message ?? JSON.stringify(error));
}

function withToolDelta(calls: readonly ToolCall[], delta: ToolDelta): readonly ToolCall[] {
  const at = delta.index ?? calls.length;
  const before = calls[at] ?? { id: '', name: '', arguments: '' };
  const after = {
    id: delta.id ?? before.id,
    name: before.name + (delta.function?.name ?? ''),
    arguments: before.arguments + (delta.function?.arguments ?? ''),
  };
  return calls[at] === undefined ? [...calls, after] : calls.map((call, index) => (index === at ? after : call));
}
