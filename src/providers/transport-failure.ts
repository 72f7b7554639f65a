import type { TransportFailure, UpstreamTimeouts } from './upstream.ts';

type Kind = TransportFailure['kind'];

/** Before the request was written, by error code; anything else is `connect`. */
const BEFORE_START: Readonly<Record<string, Kind>> = {
  ETIMEDOUT: 'connect-timeout',
  UND_ERR_CONNECT_TIMEOUT: 'connect-timeout',
  UND_ERR_DESTROYED: 'aborted',
  UND_ERR_CLOSED: 'aborted',
};

/** After it was written. undici reports a FIN as UND_ERR_SOCKET, a RST by the system's own code. */
const AFTER_START: Readonly<Record<string, Kind>> = {
  UND_ERR_ABORTED: 'aborted',
  UND_ERR_DESTROYED: 'aborted',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'ended-early',
  UND_ERR_HEADERS_OVERFLOW: 'bad-response',
  UND_ERR_RES_EXCEEDED_MAX_SIZE: 'bad-response',
};

/** What a mistake in a program throws; undici's and Node's own errors carry a code. */
const MISTAKES = [TypeError, ReferenceError, RangeError, SyntaxError];

export type FailurePoint = { readonly started: boolean; readonly afterHead: boolean };

export function failureKind(error: Error, point: FailurePoint): Kind {
  const code = errorCode(error);
  if (code === '' && MISTAKES.some((mistake) => error instanceof mistake)) return 'internal';
  if (!point.started) return BEFORE_START[code] ?? 'connect';
  if (code === 'UND_ERR_SOCKET') {
    if (error.message.startsWith('bad ')) return 'bad-response';
    return point.afterHead ? 'ended-early' : 'reset';
  }
  // Parser errors mostly have no code.
  const isMalformed = error.name === 'HTTPParserError' && !error.message.includes('EOF');
  const kind = error.name === 'HTTPParserError' ? 'ended-early' : (AFTER_START[code] ?? 'reset');
  return isMalformed || (kind === 'ended-early' && !point.afterHead) ? 'bad-response' : kind;
}

/** A code where there is one: undici's and Node's messages may quote what was received. */
export function failureReason(error: Error): string {
  const code = errorCode(error);
  return code === '' || code === 'EPROXY' || code === 'EADDRESSREFUSED' ? error.message : code;
}

/** With several addresses Node throws an AggregateError; the first one's code says it. */
function errorCode(error: Error): string {
  if ('code' in error && typeof error.code === 'string') return error.code;
  return error instanceof AggregateError && error.errors[0] instanceof Error ? errorCode(error.errors[0]) : '';
}

export type MissedDeadline = 'connect-timeout' | 'first-byte-timeout' | 'idle-timeout' | 'total-timeout';

const SETTINGS: Readonly<Record<MissedDeadline, readonly [limit: keyof UpstreamTimeouts, setting: string]>> = {
  'connect-timeout': ['connectMs', 'connect'],
  'first-byte-timeout': ['firstByteMs', 'first_byte'],
  'idle-timeout': ['idleMs', 'idle'],
  'total-timeout': ['totalMs', 'total'],
};

/** Which setting it was, and what it says. */
export function missedWords(kind: MissedDeadline, timeouts: UpstreamTimeouts): string {
  const [limit, setting] = SETTINGS[kind];
  return `timeouts.${setting}: ${timeouts[limit]} ms`;
}

/** What happened, in words, by kind. */
export const failureWords: Readonly<Record<Kind, string>> = {
  connect: 'cannot be reached',
  'connect-timeout': 'did not take the connection in time',
  'first-byte-timeout': 'sent no content in time',
  'idle-timeout': 'fell silent in the middle of its answer',
  'total-timeout': 'did not finish its answer in time',
  reset: 'broke the connection',
  'ended-early': 'closed the connection before the end of its answer',
  'bad-response': 'sent an answer that cannot be read',
  aborted: 'was no longer needed',
  internal: 'answered, and the gateway failed to take it',
};
