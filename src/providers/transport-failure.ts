import type { TransportFailure, UpstreamTimeouts } from './upstream.ts';

type Kind = TransportFailure['kind'];

/** Why there is no socket: the system's own patience may end before ours. */
export function connectFailure(error: Error): Kind {
  const code = errorCode(error);
  return code === 'ETIMEDOUT' || code === 'UND_ERR_CONNECT_TIMEOUT' ? 'connect-timeout' : 'connect';
}

/** A code where there is one: Node's messages may name addresses. */
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

type Limit = Exclude<keyof UpstreamTimeouts, 'words'>;

const SETTINGS: Readonly<Record<MissedDeadline, readonly [limit: Limit, setting: string]>> = {
  'connect-timeout': ['connectMs', 'connect'],
  'first-byte-timeout': ['firstByteMs', 'first_byte'],
  'idle-timeout': ['idleMs', 'idle'],
  'total-timeout': ['totalMs', 'total'],
};

/** Which setting it was, and what it says. */
export function missedWords(kind: MissedDeadline, timeouts: UpstreamTimeouts): string {
  const [limit, setting] = SETTINGS[kind];
  return timeouts.words?.[limit] ?? `timeouts.${setting}: ${timeouts[limit]} ms`;
}

/** Whether the limit is not the deployment's own. */
export function isCallersLimit(kind: Kind, { words }: UpstreamTimeouts): boolean {
  return kind in SETTINGS && words?.[SETTINGS[kind as MissedDeadline][0]] !== undefined;
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
