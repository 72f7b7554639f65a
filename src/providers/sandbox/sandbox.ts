import { type Clock, isJsonObject, parseJson, randomText } from '../../std/index.ts';
import type { Transport, UpstreamCall } from '../upstream.ts';
import { chatAnswer } from './chat-answer.ts';
import { embeddingAnswer } from './embedding-answer.ts';
import { playAnswer } from './playback.ts';
import { type AnswerLabels, errorAnswer, type SandboxAnswer } from './sandbox-answer.ts';
import { sandboxModels } from './sandbox-models.ts';
import { scriptedModel } from './scripted-model.ts';
import { textAnswer } from './text-answer.ts';

/** The provider that answers in this process: a transport that reaches no network. */
export function openSandbox({ clock }: { clock: Clock }): Transport {
  return {
    send: (call, sink) => {
      const labels = { id: randomText(29), createdS: Math.floor(clock.nowMs() / 1000) };
      return playAnswer(answerTo(call, labels), call, sink, clock);
    },
    openSockets: () => 0,
    close: () => Promise.resolve(),
  };
}

function answerTo(call: UpstreamCall, labels: Omit<AnswerLabels, 'model'>): SandboxAnswer {
  const parsed = parseJson(call.body ?? Buffer.alloc(0));
  if (!parsed.ok || !isJsonObject(parsed.value)) return errorAnswer(400, null, 'The body is not a JSON object.');
  const body = parsed.value;
  const name = String(body['model'] ?? '');
  const id = name.startsWith('sandbox/') ? name.slice('sandbox/'.length) : name;
  const model = sandboxModels.find((candidate) => candidate.id === id) ?? scriptedModel(id);
  if (model === null) return errorAnswer(404, 'model_not_found', `The model \`${name}\` does not exist.`, 'model');
  if ('fails' in model) return model.fails;
  const isForEmbedding = model.dialect === 'openai-embeddings';
  const path = call.path.split('?', 1)[0] ?? '';
  const named = { ...labels, model: model.says === undefined ? name : 'say' };
  if (path.endsWith('/embeddings') && isForEmbedding) return embeddingAnswer(body, model, named);
  if (path.endsWith('/chat/completions') && !isForEmbedding) return chatAnswer(body, model, named);
  if (path.endsWith('/completions') && !path.endsWith('/chat/completions') && !isForEmbedding)
    return textAnswer(body, model, named);
  return errorAnswer(404, 'unsupported_operation', `The model \`${name}\` does not offer ${path}.`, 'model');
}
