import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Dialect } from '../../src/dialects/index.ts';
import type { ChatRequest, DialectId } from '../../src/inference/index.ts';
import { translatingReader } from '../../src/pipeline/reading/readers.ts';
import { targetFor, upstreamDialects } from './asked.ts';
import { askedBy, streamedThrough } from './crossing.ts';
import { dialects } from './dialects.ts';
import { officialClients } from './official-clients.ts';
import { chatOf } from './translating.ts';

export const GOLDEN = fileURLToPath(new URL('../conformance/golden/', import.meta.url));

const MODEL = 'm';

/** What stands in the golden files, by their paths: each scenario in every other dialect. */
export function goldenOutputs(): ReadonlyMap<string, string> {
  const requests = globSync('*/*-request.json', { cwd: GOLDEN }).sort().flatMap(requestsOf);
  const answers = globSync('*/*-answer.txt', { cwd: GOLDEN }).sort().flatMap(answersOf);
  return new Map([...requests, ...answers]);
}

type Output = readonly [path: string, text: string];

/** `<source>-request.json` as `<source>.<upstream>.json`: body, further headers and warnings. */
function requestsOf(path: string): readonly Output[] {
  const { source, at } = sourceOf(path, '-request.json');
  const request = requestIn(source, readFileSync(GOLDEN + path));
  return upstreamDialects
    .filter((id) => id !== source.id)
    .map((id) => {
      const { body, headers, warnings } = chatOf(dialects[id]).encodeRequest(request, targetFor(request, MODEL));
      return [`${at}.${id}.json`, `${JSON.stringify({ body, headers, warnings }, null, 2)}\n`] as const;
    });
}

function requestIn(source: Dialect, bytes: Buffer): ChatRequest {
  const inPath = source.id === 'gemini-generate';
  const address = { model: inPath ? MODEL : null, stream: inPath ? false : null, framing: source.framing };
  return chatOf(source).decodeRequest(source.readRequest(bytes, address));
}

/** `<source>-answer.txt`, a stream as an upstream sent it, as `<source>.<client>.txt`. */
function answersOf(path: string): readonly Output[] {
  const { source, at } = sourceOf(path, '-answer.txt');
  return officialClients
    .filter(({ dialect }) => dialect !== source.id)
    .map((client) => {
      const reader = translatingReader(source, dialects[client.dialect], askedBy(client, true), null);
      const text = streamedThrough(reader, [readFileSync(GOLDEN + path)]).toString();
      return [`${at}.${client.dialect}.txt`, text] as const;
    });
}

function sourceOf(path: string, ending: string): { readonly source: Dialect; readonly at: string } {
  const at = path.slice(0, -ending.length);
  const id = at.slice(at.lastIndexOf('/') + 1);
  if (!Object.hasOwn(dialects, id)) throw new Error(`${path}: no dialect ${id}`);
  return { source: dialects[id as DialectId], at };
}
