import type { Deployment } from '../../catalog/index.ts';
import { contentTypeOf, framingOf } from '../../dialects/index.ts';
import type { Observation } from '../../metering/index.ts';
import {
  classify,
  type TransportFailure,
  type UpstreamHandle,
  type UpstreamHeaders,
  type UpstreamSink,
} from '../../providers/index.ts';
import type { Exchange } from '../exchange.ts';
import { bytesWithoutSent, withoutSent } from '../explain/without-sent.ts';
import type { AnswerReader, Gathering, StreamReading, WholeReading } from '../reading/answer-reader.ts';
import type { Rooms } from '../rooms.ts';
import type { AnswerSink, AttemptOutcome, Flow } from './answer.ts';
import { answerQuality } from './answer-quality.ts';

/** Plain answers up to this are held whole: one write, and the cost in a header. Longer ones stream. */
const WHOLE_ANSWER_BYTES = 1_048_576;
/** As much of an upstream's refusal as is kept to be read and passed on. */
const ERROR_BODY_BYTES = 1_048_576;

const UNFIT = "The upstream's answer is not the JSON that was asked for.";

type Tried = { readonly deployment: Deployment; readonly startedMs: number };

type Phase = 'head' | 'whole' | 'gathering' | 'refusal' | 'stream' | 'flowing' | 'over';

/**
 * A class for once: it is the transport's sink itself, one object per attempt, where closures would be a dozen.
 * Until content comes nothing is sent to the client, so that another candidate can still be tried.
 */
export class AttemptSink implements UpstreamSink, Flow {
  handle: UpstreamHandle | null = null;
  /** The headers that the upstream was sent. */
  sent: readonly string[] = [];
  readonly #exchange: Exchange;
  readonly #tried: Tried;
  readonly #reader: AnswerReader;
  readonly #rooms: Rooms;
  readonly #whenOver: (outcome: AttemptOutcome) => void;
  #outcome: AttemptOutcome | null = null;
  #phase: Phase = 'head';
  #status = 0;
  #headers: UpstreamHeaders | null = null;
  #contentType = '';
  #chunks: Buffer[] = [];
  #bytes = 0;
  #observer: StreamReading | null = null;
  #gathering: Gathering | null = null;
  #firstByteAtMs = 0;
  #sink: AnswerSink | null = null;
  #ended = false;
  #failure: TransportFailure | null = null;

  constructor(
    exchange: Exchange,
    tried: Tried,
    reader: AnswerReader,
    rooms: Rooms,
    whenOver: (outcome: AttemptOutcome) => void,
  ) {
    this.#exchange = exchange;
    this.#tried = tried;
    this.#reader = reader;
    this.#rooms = rooms;
    this.#whenOver = whenOver;
  }

  onHead(status: number, headers: UpstreamHeaders): void {
    this.#status = status;
    this.#headers = headers;
    this.#contentType = headers.get('content-type') ?? '';
    if (status < 200 || status > 299) this.#phase = 'refusal';
    else if (this.#isStream()) this.#expectEvents();
    else this.#phase = 'whole';
  }

  onData(chunk: Buffer): void {
    if (this.#phase === 'flowing' || this.#phase === 'stream') this.#observe(chunk);
    else if (this.#phase === 'whole') this.#collect(chunk);
    else if (this.#phase === 'gathering') this.#gather(chunk);
    else if (this.#phase === 'refusal' && this.#bytes < ERROR_BODY_BYTES) this.#keep(chunk);
  }

  onEnd(): void {
    if (this.#phase === 'flowing') {
      this.#ended = true;
      this.#sink?.onEnd();
    } else if (this.#phase === 'stream') this.#endWithoutContent();
    else if (this.#phase === 'whole') this.#answerWhole();
    else if (this.#phase === 'gathering') this.#answerGathered();
    else if (this.#phase === 'refusal') this.#refused();
  }

  onFailure(failure: TransportFailure): void {
    if (this.#phase === 'over') return;
    if (this.#phase === 'flowing') {
      this.#failure = failure;
      this.#sink?.onFailure(failure);
      return;
    }
    this.#phase = 'over';
    const message = `The upstream ${failure.message}.`;
    this.#resolve({ kind: 'failed', verdict: classify({ failure }), refusal: null, message, origin: failure.origin });
  }

  isOver(): boolean {
    return this.#phase === 'over';
  }

  /** What has been told, though nobody may have heard it yet. null: the attempt is under way. */
  outcomeSoFar(): AttemptOutcome | null {
    return this.#outcome;
  }

  /** What the upstream is known to have produced, for an answer that nobody takes; null: nothing was sent. */
  produced(): Pick<Observation, 'usage' | 'contentBytes' | 'serviceTier'> | null {
    if (this.#outcome?.kind === 'answered' && this.#outcome.answer.kind === 'whole')
      return this.#outcome.answer.observation;
    if (this.handle === null) return null;
    return this.#observer?.observation() ?? { usage: null, serviceTier: null, contentBytes: this.#bytes };
  }

  /** `reason` names the sources that were asked: for the log, not for callers. */
  failWithoutCredential(reason: string): void {
    if (this.#phase === 'over') return;
    this.#phase = 'over';
    const verdict = classify({ noCredential: true });
    this.#resolve({ kind: 'failed', verdict, refusal: null, message: `No credential: ${reason}.`, origin: null });
  }

  /** The client is gone: nobody waits for this attempt any more. */
  abandon(): void {
    if (this.#phase === 'over' || this.#phase === 'flowing') return;
    this.#phase = 'over';
    this.handle?.abort();
    this.#resolve({ kind: 'gone' });
  }

  abort(): void {
    this.#phase = 'over';
    this.handle?.abort();
  }

  pause(): void {
    this.handle?.pause();
  }

  resume(): void {
    this.handle?.resume();
  }

  /** From an error on: what comes before it is not looked at. */
  forClient(bytes: Buffer | null): Buffer | null {
    return bytes !== null && this.#observer?.hasFailed() === true ? bytesWithoutSent(bytes, this.sent) : bytes;
  }

  attach(sink: AnswerSink): void {
    this.#sink = sink;
    for (const chunk of this.#chunks) {
      if (this.#phase === 'flowing') sink.onBytes(chunk);
    }
    this.#chunks = [];
    if (this.#phase !== 'flowing') return;
    if (this.#observer?.terminalSeen() === true) sink.onTerminal();
    if (this.#failure !== null) sink.onFailure(this.#failure);
    else if (this.#ended) sink.onEnd();
  }

  #resolve(outcome: AttemptOutcome): void {
    this.#outcome = withoutSent(outcome, this.sent);
    this.#whenOver(this.#outcome);
  }

  /** A JSON array of events has the content type of a plain answer. */
  #isStream(): boolean {
    const { framing } = this.#reader;
    return framingOf(this.#contentType) === framing;
  }

  /** Some upstreams stream whatever they are asked for: whoever wants a plain answer gets one. */
  #expectEvents(): void {
    const { gather } = this.#reader;
    if (this.#exchange.request?.stream === true) this.#expectStream();
    else if (gather === null) this.#phase = 'whole';
    else {
      this.#gathering = gather();
      this.#phase = 'gathering';
    }
  }

  #expectStream(): void {
    this.#phase = 'stream';
    this.#observer = this.#reader.openStream();
    this.#contentType = this.#reader.streamContentType ?? this.#contentType;
  }

  #keep(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
  }

  #observe(chunk: Buffer): void {
    const observer = this.#observer;
    const forward = observer === null ? chunk : this.forClient(observer.push(chunk));
    if (forward !== null) {
      if (this.#sink === null) this.#keep(forward);
      else this.#sink.onBytes(forward);
    }
    if (observer === null) return;
    if (this.#phase === 'stream') {
      if (observer.failedBeforeContent()) this.#failedWithin(observer.observation().error, null);
      else if (observer.contentStarted() || this.#bytes > WHOLE_ANSWER_BYTES) this.#flow(observer);
      // An end in good order of an answer that never began.
      else if (observer.terminalSeen()) this.#endWithoutContent();
    }
    if (observer.terminalSeen()) this.#sink?.onTerminal();
  }

  #contentSeen(): void {
    this.handle?.contentSeen();
    this.#firstByteAtMs = this.#rooms.clock.monotonicMs();
  }

  #flow(observer: StreamReading | null): void {
    this.#contentSeen();
    this.#phase = 'flowing';
    this.#resolve({ kind: 'answered', answer: { ...this.#head(), kind: 'flowing', observer, flow: this } });
  }

  #head(): Tried & { status: number; contentType: string; firstByteAtMs: number } {
    return {
      ...this.#tried,
      status: this.#status,
      contentType: this.#contentType,
      firstByteAtMs: this.#firstByteAtMs,
    };
  }

  #collect(chunk: Buffer): void {
    if (this.#bytes === 0) {
      this.#contentSeen();
      // Some servers stream without saying so in the content type.
      if (this.#reader.framing === 'sse' && looksLikeEvents(chunk)) {
        this.#contentType = contentTypeOf('sse');
        this.#expectEvents();
        if (this.#phase !== 'whole') {
          this.onData(chunk);
          return;
        }
      }
    }
    this.#keep(chunk);
    if (this.#bytes > WHOLE_ANSWER_BYTES) this.#flow(null);
  }

  #answerWhole(): void {
    this.#phase = 'over';
    const [first] = this.#chunks;
    const body = this.#chunks.length === 1 && first !== undefined ? first : Buffer.concat(this.#chunks);
    const reading = this.#reader.readWhole(body, (name) => this.#headers?.get(name) ?? null);
    if (reading === null) this.#invalid("The upstream's answer is not one that its dialect knows.");
    else if (isOnlyError(reading.observation)) this.#failedWithin(reading.observation.error, body);
    else this.#answered(reading);
  }

  #answered({ body, observation, contentType }: WholeReading): void {
    if (this.#isUnfit(observation)) {
      const verdict = classify({ unfitAnswer: true });
      this.#resolve({ kind: 'failed', verdict, refusal: null, message: UNFIT, origin: null, unfit: observation });
      return;
    }
    this.#contentType = contentType ?? this.#contentType;
    const told = observation.error === null ? body : bytesWithoutSent(body, this.sent);
    this.#resolve({ kind: 'answered', answer: { ...this.#head(), kind: 'whole', body: told, observation } });
  }

  /** Where such answers are not to go out. */
  #isUnfit(observation: Observation): boolean {
    if (this.#rooms.policies().routing.unfitAnswers !== 'fail') return false;
    return answerQuality(this.#exchange, observation).structure === 'unsound';
  }

  #gather(chunk: Buffer): void {
    const gathering = this.#gathering;
    gathering?.push(chunk);
    if (this.#firstByteAtMs === 0 && gathering?.contentStarted() === true) this.#contentSeen();
    if (gathering?.isOver() === true) this.#answerGathered();
  }

  #answerGathered(): void {
    const reading = this.#gathering?.read() ?? null;
    const error = this.#gathering?.observation().error ?? null;
    if (error !== null) this.#failedWithin(error, null);
    else if (reading === null) {
      this.#invalid('The upstream ended the stream before its answer was complete.');
      this.handle?.abort();
    } else {
      this.#phase = 'over';
      this.#answered(reading);
    }
  }

  #endWithoutContent(): void {
    this.#phase = 'over';
    this.handle?.abort();
    this.#invalid('The upstream ended the stream without content.');
  }

  #invalid(message: string): void {
    this.#phase = 'over';
    this.#resolve({ kind: 'failed', verdict: classify({ invalidAnswer: true }), refusal: null, message, origin: null });
  }

  /** A status of 2xx, and an error instead of content. */
  #failedWithin(error: Observation['error'], whole: Buffer | null): void {
    this.#phase = 'over';
    this.handle?.abort();
    const { status: own = Number(error?.code), ...told } = error ?? {};
    const body = whole ?? Buffer.from(JSON.stringify({ error: told }));
    const status = own >= 400 && own <= 599 ? own : 502;
    const verdict = classify({ status, headers: null, body });
    this.#resolve({
      kind: 'failed',
      verdict,
      refusal: { status, contentType: 'application/json', body, isMade: whole === null || this.#reader.isCarried },
      message: error?.message ?? 'The upstream answered with an error.',
      origin: null,
    });
  }

  #refused(): void {
    this.#phase = 'over';
    const body = Buffer.concat(this.#chunks);
    const status = this.#status;
    const verdict = classify({ status, headers: this.#headers, body }, this.#rooms.clock.nowMs());
    const isRedirect = status < 400;
    // Never followed and never passed on: it would take the caller, or the credential, somewhere else.
    const refusal = isRedirect
      ? null
      : { status, contentType: this.#contentType, body, isMade: this.#reader.isCarried };
    const hint = isRedirect ? '; redirects are not followed, the base URL may be wrong' : '';
    const message = `The upstream refused with status ${status}${hint}.`;
    this.#resolve({ kind: 'failed', verdict, refusal, message, origin: null });
  }
}

function isOnlyError({ error, contentBytes, usage }: Observation): boolean {
  return error !== null && contentBytes === 0 && usage === null;
}

function looksLikeEvents(chunk: Buffer): boolean {
  const start = chunk.toString('latin1', 0, 8).trimStart();
  return start.startsWith('data:') || start.startsWith('event:') || start.startsWith(':');
}
