import type { ChatResponse, ContentPart, EmbeddingResponse, StreamPart } from '../inference/index.ts';
import { CallsSeen, callsOf } from './calls-seen.ts';
import { nothingSeen, type Observation, type Seen } from './observation.ts';
import { TextsSeen, textsOf } from './texts-seen.ts';

/** What a stream said, read from its canonical parts: for dialects that are decoded anyhow. */
export class PartObserver {
  readonly #seen: Seen = nothingSeen();
  #hasContent = false;
  #hasFinished = false;
  /** null: no call has begun. */
  #calls: CallsSeen | null = null;
  readonly #texts: TextsSeen | null;

  /** `watchesTexts`: what the answer says in text is kept. */
  constructor(watchesTexts: boolean) {
    this.#texts = watchesTexts ? new TextsSeen() : null;
  }

  see(part: StreamPart): void {
    const seen = this.#seen;
    switch (part.type) {
      case 'start':
        seen.upstreamId ??= part.id;
        seen.model ??= part.model;
        seen.serviceTier ??= part.serviceTier;
        break;
      case 'delta':
        this.#hasContent = true;
        seen.contentBytes += Buffer.byteLength(part.text);
        this.#calls?.grow(`${part.choice} ${part.block}`, part.text);
        this.#texts?.grow(`${part.choice} ${part.block}`, part.text);
        break;
      case 'block-start':
        if (part.content.type === 'whole' || part.content.type === 'tool-call') this.#hasContent = true;
        if (part.content.type === 'text') this.#texts?.begin(`${part.choice} ${part.block}`, part.choice);
        if (part.content.type === 'whole') seen.contentBytes += bytesOf(part.content.part);
        if (part.content.type === 'tool-call' && part.content.kind === 'function') {
          this.#calls ??= new CallsSeen();
          this.#calls.begin(`${part.choice} ${part.block}`, part.content.name);
        }
        break;
      case 'finish':
        // Some say in one event that they failed and that they are done.
        if (seen.error === null) this.#hasContent = true;
        this.#hasFinished = true;
        seen.finishReason = part.finish;
        break;
      case 'usage':
        seen.usage = part.usage;
        seen.serviceTier = part.serviceTier ?? seen.serviceTier;
        break;
      case 'error':
        seen.error ??= {
          message: part.message,
          code: part.code ?? (part.status === null ? null : String(part.status)),
          ...(part.status === null ? {} : { status: part.status }),
        };
        break;
    }
  }

  observation(): Observation {
    if (this.#calls !== null) this.#seen.calls = this.#calls.all();
    if (this.#texts !== null) this.#seen.texts = this.#texts.all();
    return this.#seen;
  }

  /** Generated content has come, or a finish reason. */
  contentStarted(): boolean {
    return this.#hasContent;
  }

  hasFinished(): boolean {
    return this.#hasFinished;
  }

  hasFailed(): boolean {
    return this.#seen.error !== null;
  }
}

export function observeResponse({ id, model, usage, choices, serviceTier }: ChatResponse): Observation {
  return {
    usage,
    upstreamId: id,
    model,
    finishReason: choices[0]?.finish ?? null,
    serviceTier,
    contentBytes: choices.reduce((bytes, { content }) => content.reduce((sum, part) => sum + bytesOf(part), bytes), 0),
    calls: callsOf({ choices }),
    texts: textsOf({ choices }),
    error: null,
  };
}

export function observeEmbedding({ id, model, usage }: EmbeddingResponse): Observation {
  return { ...nothingSeen(), usage, upstreamId: id, model };
}

/** What a model wrote in it, in bytes: never too few. */
function bytesOf(part: ContentPart): number {
  if (part.type === 'text' || part.type === 'reasoning' || part.type === 'refusal') return Buffer.byteLength(part.text);
  if (part.type === 'tool-call') return Buffer.byteLength(part.input) + part.name.length;
  return part.type === 'opaque' ? Buffer.byteLength(JSON.stringify(part.raw)) : 0;
}
