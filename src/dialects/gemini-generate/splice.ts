import type { ReceivedRequest, Splice } from '../dialect.ts';
import { modelName, renameModel } from '../google/spelling.ts';
import { applyEdits, type Edit } from '../splice.ts';
import { configMembers, spelled } from './request.ts';

/** The address names the model; a body that names it, too, must agree. The limit goes into `generationConfig`. */
export function spliceGenerate(request: ReceivedRequest, { model, maxOutput }: Splice): Buffer {
  const { bytes, body, members } = request;
  const edits: Edit[] = [];
  const named = members.find(({ name }) => name === 'model');
  const resource = body['model'];
  if (named !== undefined && typeof resource === 'string' && modelName(resource) !== model) {
    edits.push({ ...named, text: JSON.stringify(renameModel(resource, model)) });
  }
  if (maxOutput !== null) edits.push(limitEdit(request, maxOutput.tokens));
  if (edits.length === 0) return bytes;
  return applyEdits(
    bytes,
    edits.sort((a, b) => a.start - b.start),
  );
}

function limitEdit({ bytes, members }: ReceivedRequest, tokens: number): Edit {
  const limit = `"maxOutputTokens":${tokens}`;
  const named = members.map(spelled);
  const config = named.find(({ name }) => name === 'generationConfig');
  if (config === undefined) {
    const inside = bytes.indexOf('{') + 1;
    return { start: inside, end: inside, text: `"generationConfig":{${limit}},` };
  }
  const within = configMembers(bytes, named);
  const known = within.find(({ name }) => name === 'maxOutputTokens');
  if (known !== undefined) {
    return { start: config.start + known.start, end: config.start + known.end, text: String(tokens) };
  }
  if (within.length === 0) return { ...config, text: `{${limit}}` };
  return { start: config.start + 1, end: config.start + 1, text: `${limit},` };
}
