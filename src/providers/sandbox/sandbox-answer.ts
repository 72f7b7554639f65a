/** What the sandbox is going to say: everything but when. */
export type SandboxAnswer =
  | { readonly kind: 'plain'; readonly status: number; readonly body: Buffer; readonly delayMs: number }
  /** `paceMs`: between two events; 0: as fast as they are taken. */
  | { readonly kind: 'stream'; readonly events: readonly Buffer[]; readonly paceMs: number };

export type AnswerLabels = { readonly id: string; readonly createdS: number; readonly model: string };

const DONE = Buffer.from('data: [DONE]\n\n');

export function plainAnswer(body: unknown, delayMs = 0): SandboxAnswer {
  return { kind: 'plain', status: 200, body: Buffer.from(JSON.stringify(body)), delayMs };
}

export function streamAnswer(events: readonly unknown[], paceMs: number): SandboxAnswer {
  const encoded = events.map((event) => Buffer.from(`data: ${JSON.stringify(event)}\n\n`));
  return { kind: 'stream', events: [...encoded, DONE], paceMs };
}

/** An error as OpenAI words it. */
export function errorAnswer(
  status: number,
  code: string | null,
  message: string,
  param: string | null = null,
): SandboxAnswer {
  const error = { message, type: 'invalid_request_error', param, code };
  return { kind: 'plain', status, body: Buffer.from(JSON.stringify({ error })), delayMs: 0 };
}
