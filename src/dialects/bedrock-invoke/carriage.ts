import type { Warning } from '../../inference/index.ts';
import { errorBody } from '../anthropic-messages/error.ts';
import { statusOfException } from '../bedrock/error.ts';
import type { Carriage } from '../dialect.ts';
import type { WireEvent } from '../framing/wire-event.ts';
import { betasAt } from './betas.ts';
import { exceptionIn, inChunk } from './chunk.ts';

/** Anthropic's own body, with what its clients say in headers put into it; its events, out of InvokeModel's chunks. */
export const invokeCarriage: Carriage = {
  framing: 'aws-event-stream',
  membersOf: (headers) => {
    const at = headers.indexOf('anthropic-beta');
    const { known, unknown } = betasAt(at === -1 ? '' : (headers[at + 1] ?? ''));
    return { members: known.length === 0 ? {} : { anthropic_beta: known }, warnings: unknown.map(unknownBeta) };
  },
  eventIn: (event) => {
    const exception = exceptionIn(event);
    return exception === null ? eventInChunk(event) : errorEvent(exception.name, exception.message);
  },
};

function unknownBeta(beta: string): Warning {
  return { field: 'anthropic-beta', message: `Bedrock does not know '${beta}': it was left out.` };
}

/** Anthropic's streams name each event by its type, which stands first in its data. */
function eventInChunk(event: WireEvent): WireEvent | null {
  const data = inChunk(event);
  return data === null ? null : { name: typeOf(data), data };
}

const BEGINNING = '{"type":"';

function typeOf(data: string): string | null {
  if (data.startsWith(BEGINNING)) return data.slice(BEGINNING.length, data.indexOf('"', BEGINNING.length));
  try {
    const { type } = JSON.parse(data) as { type?: unknown };
    return typeof type === 'string' ? type : null;
  } catch {
    return null;
  }
}

/** Statuses of Bedrock's own that would read as the client's mistake: a model that was too slow, or failed. */
const AS_ANTHROPIC: ReadonlyMap<number, number> = new Map([
  [408, 504],
  [424, 502],
]);

function errorEvent(name: string, message: string): WireEvent {
  const status = statusOfException(name) ?? 500;
  const told = { type: 'error', message, code: null, status: AS_ANTHROPIC.get(status) ?? status } as const;
  return { name: 'error', data: JSON.stringify(errorBody(told)) };
}
