import type { JsonObject } from '../../../src/std/index.ts';
import type { Asked } from '../scenario.ts';
import { anthropicMessages } from './anthropic-messages.ts';
import { geminiGenerate } from './gemini-generate.ts';
import type { ScriptedDialect } from './scripted-dialect.ts';

const ACCOUNT = { project: 'acme-ml', location: 'global' };
const PUBLISHERS = '^/v1/projects/acme-ml/locations/global/publishers';
const CLAUDE = 'claude-sonnet-5@20260203';

export const vertexGemini: ScriptedDialect = {
  ...geminiGenerate,
  name: 'Vertex, Gemini',
  provider: 'vertex',
  settings: ACCOUNT,
  model: 'gemini-3-pro',
  path: new RegExp(String.raw`${PUBLISHERS}/google/models/[^:/]+:(?:streamGenerateContent\?alt=sse|generateContent)$`),
};

/** Anthropic's own body, but for the model, which the address names, and a version. */
export const vertexClaude: ScriptedDialect = {
  ...anthropicMessages,
  name: 'Vertex, Claude',
  provider: 'vertex',
  settings: ACCOUNT,
  model: CLAUDE,
  path: new RegExp(`${PUBLISHERS}/anthropic/models/[^:/]+:(?:rawPredict|streamRawPredict)$`),
  refusal: (body) => {
    if (body['anthropic_version'] !== 'vertex-2023-10-16') return 'anthropic_version: Field required';
    return body['model'] === undefined ? null : 'model: Extra inputs are not permitted';
  },
  read: (path, body) => ({ ...anthropicMessages.read(path, body), ...inAddress(path) }),
  // It says the model as Anthropic does.
  write: (said, asked) => anthropicMessages.write(said, { ...asked, model: asked.model.replace('@', '-') }),
};

function inAddress(path: string): Pick<Asked, 'model' | 'stream'> & JsonObject {
  return { model: /models\/([^:]+):/.exec(path)?.[1] ?? '', stream: path.endsWith(':streamRawPredict') };
}
