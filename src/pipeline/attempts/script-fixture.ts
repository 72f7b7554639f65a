import type { TransportFailure, UpstreamCall, UpstreamSink } from '../../providers/index.ts';

/** How an upstream meets a call: what it hands to the sink, and when. Its result, if any, ends what it has begun. */
export type Script = (sink: UpstreamSink, call: UpstreamCall) => (() => void) | undefined;

/** The script's part of a transport: nothing before `send` has returned, nothing after the end. */
export function play(script: Script, sink: UpstreamSink, call: UpstreamCall, onAbort: () => void) {
  let isDone = false;
  const guarded: UpstreamSink = {
    onHead: (status, headers) => (isDone ? undefined : sink.onHead(status, headers)),
    onData: (chunk) => (isDone ? undefined : sink.onData(chunk)),
    onEnd: () => {
      if (isDone) return;
      isDone = true;
      sink.onEnd();
    },
    onFailure: (failure) => {
      if (isDone) return;
      isDone = true;
      sink.onFailure(failure);
    },
  };
  let undo: (() => void) | undefined;
  const begun = setImmediate(() => {
    undo = script(guarded, call);
  });
  return {
    abort: () => {
      clearImmediate(begun);
      undo?.();
      if (!isDone) onAbort();
      guarded.onFailure(failureOf('aborted'));
    },
    pause: () => undefined,
    resume: () => undefined,
    contentSeen: () => undefined,
  };
}

export function failureOf(kind: TransportFailure['kind'], more: Partial<TransportFailure> = {}): TransportFailure {
  return { kind, message: 'failed', origin: 'o', afterHead: false, afterData: false, reused: false, ...more };
}

export function chatAnswer(content: string, tokens = 10): string {
  return JSON.stringify({
    id: 'chatcmpl-1',
    object: 'chat.completion',
    model: 'u',
    choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
    usage: { prompt_tokens: tokens, completion_tokens: tokens, total_tokens: 2 * tokens },
  });
}

/** A whole answer, after a while. */
export function says(content: string, afterMs = 0, tokens = 10): Script {
  return answers(200, chatAnswer(content, tokens), {}, afterMs);
}

export function answers(status: number, body: string, headers: Record<string, string> = {}, afterMs = 0): Script {
  return (sink) => {
    const all = { 'content-type': 'application/json', ...headers };
    const timer = setTimeout(() => {
      sink.onHead(status, { get: (name) => all[name as keyof typeof all] ?? null, names: () => Object.keys(all) });
      sink.onData(Buffer.from(body));
      sink.onEnd();
    }, afterMs);
    return () => clearTimeout(timer);
  };
}

export function refuses(status: number, code: string | null = null, headers: Record<string, string> = {}): Script {
  return answers(
    status,
    JSON.stringify({ error: { message: `refused with ${status}`, type: 'error', code } }),
    headers,
  );
}

export function fails(kind: TransportFailure['kind'], more: Partial<TransportFailure> = {}): Script {
  return (sink) => {
    const soon = setImmediate(() => sink.onFailure(failureOf(kind, more)));
    return () => clearImmediate(soon);
  };
}

/** Never answers, until its first-byte limit has passed. */
export const hangs: Script = (sink, { timeouts }) => {
  const words = timeouts.words?.firstByteMs;
  const failure = failureOf('first-byte-timeout', {
    message: `sent no content in time (${words ?? `timeouts.first_byte: ${timeouts.firstByteMs} ms`})`,
    ...(words === undefined ? {} : { isCallersLimit: true }),
  });
  const timer = setTimeout(() => sink.onFailure(failure), timeouts.firstByteMs + 2);
  return () => clearTimeout(timer);
};
