import type { AttemptOutcome } from '../attempts/answer.ts';

const BEARS_SECRET = /authorization|key|token|secret|cookie/i;
/** Of anything shorter ordinary words would be taken out of a text. */
const LEAST_LETTERS = 8;
const INSTEAD = '[secret]';

/**
 * An outcome without the credentials that were sent for it: some upstreams repeat in an error what they were given, and
 * that is for no caller, and no log.
 */
export function withoutSent(outcome: AttemptOutcome, headers: readonly string[]): AttemptOutcome {
  if (outcome.kind !== 'failed') return outcome;
  const { refusal, message } = outcome;
  const sent = secretsIn(headers).filter((secret) => message.includes(secret) || refusal?.body.includes(secret));
  if (sent.length === 0) return outcome;
  return {
    ...outcome,
    message: without(message, sent),
    refusal: refusal === null ? null : { ...refusal, body: bytesWithoutSent(refusal.body, headers) },
  };
}

/** The same buffer where no credential that was sent is in it. */
export function bytesWithoutSent(bytes: Buffer, headers: readonly string[]): Buffer {
  const sent = secretsIn(headers).filter((secret) => bytes.includes(secret));
  // As latin1: any bytes are letters there, and come back as they went.
  return sent.length === 0 ? bytes : Buffer.from(without(bytes.toString('latin1'), sent), 'latin1');
}

function secretsIn(headers: readonly string[]): readonly string[] {
  return headers.flatMap((value, index) => {
    if (index % 2 === 0 || !BEARS_SECRET.test(headers[index - 1] ?? '')) return [];
    const secret = value.replace(/^(?:bearer|basic)\s+/i, '');
    return secret.length < LEAST_LETTERS ? [] : [secret];
  });
}

function without(text: string, secrets: readonly string[]): string {
  return secrets.reduce((rest, secret) => rest.replaceAll(secret, INSTEAD), text);
}
