import type { Clock } from '../../std/index.ts';
import { AnswerHeaders } from '../answer-headers.ts';
import type { UpstreamCall, UpstreamHandle, UpstreamSink } from '../upstream.ts';
import type { SandboxAnswer } from './sandbox-answer.ts';

/**
 * Plays an answer into a sink the way the network would: never before `send` has returned, one piece at a time, at
 * its pace. The pieces of a paced stream are due at fixed times from its start, so that late timers do not add up.
 */
export function playAnswer(
  answer: SandboxAnswer,
  call: UpstreamCall,
  sink: UpstreamSink,
  clock: Clock,
): UpstreamHandle {
  const pieces = answer.kind === 'plain' ? [answer.body] : answer.events;
  let timer: NodeJS.Timeout | NodeJS.Immediate | null = null;
  let next = 0;
  let startedMs = 0;
  let isPaused = false;
  let isDone = false;

  const schedule = (): void => {
    if (isPaused || isDone || timer !== null) return;
    const dueMs =
      answer.kind === 'stream' && answer.paceMs > 0 ? startedMs + next * answer.paceMs - clock.monotonicMs() : 0;
    timer = dueMs > 0 ? setTimeout(step, dueMs) : setImmediate(step);
  };
  const step = (): void => {
    timer = null;
    if (isDone) return;
    const piece = pieces[next];
    if (piece === undefined) {
      isDone = true;
      sink.onEnd();
    } else {
      next += 1;
      sink.onData(piece);
      schedule();
    }
  };
  const begin = (): void => {
    timer = null;
    if (isDone) return;
    startedMs = clock.monotonicMs();
    const type = answer.kind === 'plain' ? 'application/json' : 'text/event-stream; charset=utf-8';
    sink.onHead(answer.kind === 'plain' ? answer.status : 200, new AnswerHeaders({ 'content-type': type }, false));
    schedule();
  };
  timer = answer.kind === 'plain' && answer.delayMs > 0 ? setTimeout(begin, answer.delayMs) : setImmediate(begin);

  return {
    abort: () => {
      if (isDone) return;
      isDone = true;
      stop(timer);
      sink.onFailure({
        kind: 'aborted',
        message: 'was no longer needed',
        origin: call.origin,
        afterHead: startedMs > 0,
        afterData: next > 0,
        reused: false,
      });
    },
    pause: () => {
      isPaused = true;
    },
    resume: () => {
      if (!isPaused) return;
      isPaused = false;
      if (startedMs > 0) schedule();
    },
    contentSeen: () => {},
  };
}

function stop(timer: NodeJS.Timeout | NodeJS.Immediate | null): void {
  if (timer === null) return;
  // One of the two; the other ignores what is not its own.
  clearTimeout(timer as NodeJS.Timeout);
  clearImmediate(timer as NodeJS.Immediate);
}
