import type { JsonObject } from '../../std/index.ts';
import { type AnswerLabels, errorAnswer, plainAnswer, type SandboxAnswer, streamAnswer } from './sandbox-answer.ts';
import type { SandboxModel } from './sandbox-models.ts';
import { readSettings } from './sandbox-request.ts';
import { countTokens, cutText, loremText, splitWords } from './sandbox-text.ts';

const PACE_MS = 50;
const PLAIN_DELAY_MS = 150;

/** Text completions: each prompt, `n` times. */
export function textAnswer(body: JsonObject, model: SandboxModel, labels: AnswerLabels): SandboxAnswer {
  const prompts = readPrompts(body['prompt']);
  if (prompts === null) return errorAnswer(400, null, "'prompt' must be a text, a list of texts, or tokens.", 'prompt');
  const inputTokens = prompts.reduce((sum, prompt) => sum + countTokens(prompt), 0);
  if (inputTokens > model.contextWindow) {
    const message = `This model's maximum context length is ${model.contextWindow} tokens. However, your prompt resulted in ${inputTokens} tokens.`;
    return errorAnswer(400, 'context_length_exceeded', message, 'prompt');
  }
  const settings = readSettings(body, model.maxOutput);
  const isPaced = model.id === 'lorem';
  const said = prompts.flatMap((prompt) => {
    const cut = cutText(model.says ?? (isPaced ? loremText : prompt), settings.stops, settings.maxTokens);
    return Array.from({ length: settings.n }, () => cut);
  });
  const outputTokens = said.reduce((sum, { text }) => sum + countTokens(text), 0);
  const usage = {
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
  };
  const base = { id: `cmpl-${labels.id}`, object: 'text_completion', created: labels.createdS, model: labels.model };
  const choice = (index: number, text: string, finish: string | null): unknown => ({
    index,
    text,
    logprobs: null,
    finish_reason: finish,
  });
  if (!settings.stream) {
    const choices = said.map(({ text, finish }, index) => choice(index, text, finish));
    return plainAnswer({ ...base, choices, usage }, isPaced ? PLAIN_DELAY_MS : 0);
  }
  const events: unknown[] = said.flatMap(({ text, finish }, index) => [
    ...splitWords(text).map((word) => ({ ...base, choices: [choice(index, word, null)] })),
    { ...base, choices: [choice(index, '', finish)] },
  ]);
  if (settings.includeUsage) events.push({ ...base, choices: [], usage });
  return streamAnswer(events, isPaced ? PACE_MS : 0);
}

/** Token prompts have no text here: each token stands for itself. */
function readPrompts(prompt: unknown): readonly string[] | null {
  if (typeof prompt === 'string') return [prompt];
  if (!Array.isArray(prompt) || prompt.length === 0) return null;
  if (prompt.every((item) => typeof item === 'number')) return [prompt.join(' ')];
  return prompt.map((item) => (Array.isArray(item) ? item.join(' ') : String(item)));
}
