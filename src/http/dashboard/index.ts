import type { Incoming, PlainOutgoing } from '../message.ts';
import { answerFile } from './answer-file.ts';
import { type BuiltFiles, readBuiltFiles } from './built-files.ts';

const BUILT = new URL('../../../dashboard/dist/', import.meta.url);

let built: BuiltFiles | null = null;

/** `path` is below `/ui`. Reads the build at the first request; where there was none, at each one until there is. */
export function answerDashboard(request: Incoming, response: PlainOutgoing, path: string): void {
  if (built === null || built.size === 0) built = readBuiltFiles(BUILT);
  const { headers } = request;
  const {
    status,
    headers: answered,
    body,
  } = answerFile(built, {
    method: request.method ?? 'GET',
    path,
    acceptEncoding: String(headers['accept-encoding'] ?? ''),
    ifNoneMatch: headers['if-none-match'] ?? null,
  });
  response.writeHead(status, answered);
  response.end(body);
}
