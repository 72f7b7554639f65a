import { ApiError, openStream } from '../../api/client.ts';
import { messageOf } from '../../app/failure.tsx';
import type { Session } from '../../session/session.ts';
import { eventsIn, withChunk } from './answer-events.ts';
import { newStep, type Step } from './conversation.ts';
import { forgetKey, playgroundKey } from './playground-key.ts';
import type { Body } from './request-body.ts';

type Asked = {
  readonly session: Session;
  readonly body: Body;
  readonly signal: AbortSignal;
  /** The answer as far as it has come. */
  readonly onStep: (step: Step) => void;
};

/** One call, told as it comes. It never throws: what went wrong is in the step. */
export async function ask({ session, body, signal, onStep }: Asked): Promise<void> {
  const began = performance.now();
  let step = newStep;
  const tell = (change: Partial<Step>): void => {
    step = { ...step, ...change };
    onStep(step);
  };
  const since = (): number => performance.now() - began;
  try {
    const response = await send(session, body, signal);
    tell({ callId: response.headers.get('x-generation-id') });
    for await (const chunks of chunksOf(response)) {
      tell({ ...chunks.reduce(withChunk, step), firstByteMs: step.firstByteMs ?? since() });
    }
    tell({ state: step.state === 'failed' ? 'failed' : 'done', durationMs: since() });
  } catch (error) {
    if (signal.aborted) return tell({ state: 'stopped', durationMs: since() });
    tell({ state: 'failed', error: messageOf(error), durationMs: since() });
  }
}

/** A key may have been revoked meanwhile: then once more with another. */
async function send(session: Session, body: Body, signal: AbortSignal): Promise<Response> {
  try {
    return await sendOnce(session, body, signal);
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 401) throw error;
    forgetKey();
    return sendOnce(session, body, signal);
  }
}

async function sendOnce(session: Session, body: Body, signal: AbortSignal): Promise<Response> {
  const key = await playgroundKey(session);
  return openStream('/v1/chat/completions', { method: 'POST', body, signal, key });
}

async function* chunksOf(response: Response) {
  if (response.body === null) return;
  let rest = '';
  const decoder = new TextDecoder();
  const reader = response.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const read = eventsIn(rest + decoder.decode(value, { stream: true }));
    rest = read.rest;
    if (read.chunks.length > 0) yield read.chunks;
  }
}
