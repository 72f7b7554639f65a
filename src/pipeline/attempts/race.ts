import { type Candidate, type Course, type CourseStep, hedgeDelayMs, retriesFor } from '../../routing/index.ts';
import type { PassedOverFor } from '../exchange.ts';
import type { Answer, AttemptOutcome } from './answer.ts';
import type { RunningAttempt } from './running-attempt.ts';
import type { Search } from './search.ts';
import { ALONE, startCandidate } from './try-candidate.ts';

export type RaceOutcome =
  | { readonly kind: 'answered'; readonly answer: Answer; readonly candidate: Candidate }
  | { readonly kind: 'gone' }
  | { readonly kind: 'failed' }
  | { readonly kind: 'passed-over'; readonly why: PassedOverFor };

type TryStep = CourseStep & { readonly kind: 'try' };

type Runner = { readonly running: RunningAttempt; readonly step: TryStep };

/**
 * One candidate, and with hedging those that go out beside it when it keeps everybody waiting: the first content wins.
 * A class, for one is made per step of the course with its state.
 */
export class Race {
  readonly #search: Search;
  readonly #course: Course;
  #runners: Runner[] = [];
  #mayHedge: number;

  constructor(search: Search, course: Course) {
    this.#search = search;
    this.#course = course;
    this.#mayHedge = mayHedge(search) ? (search.rooms.policies().routing.hedge?.max ?? 0) : 0;
  }

  async run(step: TryStep): Promise<RaceOutcome> {
    try {
      return await this.#run(step);
    } catch (error) {
      for (const { running } of this.#runners) running.outrun();
      throw error;
    }
  }

  async #run(step: TryStep): Promise<RaceOutcome> {
    const refused = await this.#enter(step, false);
    if (refused !== null) return { kind: 'passed-over', why: refused };
    for (;;) {
      const came = await this.#next();
      if (came === 'late') await this.#hedge();
      else {
        const outcome = await this.#take(came.runner, came.outcome);
        if (outcome !== null) return outcome;
      }
    }
  }

  /** null: it is under way. */
  async #enter(step: TryStep, isRepeated: boolean): Promise<PassedOverFor | null> {
    const { exchange } = this.#search;
    const beside = this.#runners.map(({ running }) => running.candidate.deployment);
    const company = beside.length === 0 && !isRepeated ? ALONE : { beside, isRepeated };
    const started = await startCandidate(this.#search, step.candidate, company);
    if (started.kind === 'running') {
      this.#runners.push({ running: started.running, step });
      // It had to wait in line, and is called after all.
      exchange.passedOver?.delete(step.candidate);
      return null;
    }
    if (!isRepeated) this.#course.passedOver(step.leave, this.#now());
    const why = started.kind === 'passed-over' ? started.why : 'inexpressible';
    if (started.kind === 'inexpressible') this.#search.objection ??= started.error;
    exchange.passedOver ??= new Map();
    exchange.passedOver.set(step.candidate, why);
    return why;
  }

  /** The next outcome of those under way, or that the last of them keeps everybody waiting. */
  async #next(): Promise<{ runner: Runner; outcome: AttemptOutcome } | 'late'> {
    const [first] = this.#runners;
    if (this.#mayHedge === 0 && this.#runners.length === 1 && first !== undefined)
      return { runner: first, outcome: await first.running.outcome };
    const outcomes = this.#runners.map(async (runner) => ({ runner, outcome: await runner.running.outcome }));
    if (this.#mayHedge === 0) return Promise.race(outcomes);
    const { promise, resolve } = Promise.withResolvers<'late'>();
    const timer = setTimeout(() => resolve('late'), this.#delayMs());
    try {
      return await Promise.race([...outcomes, promise]);
    } finally {
      clearTimeout(timer);
    }
  }

  #delayMs(): number {
    const { rooms } = this.#search;
    const { hedge } = rooms.policies().routing;
    const last = this.#runners.at(-1)?.running;
    if (hedge === null || last === undefined) return 0;
    const nowMs = this.#now();
    const delayMs = hedgeDelayMs(hedge, rooms.health.stats(last.candidate.deployment, nowMs));
    return Math.max(0, last.startedMs + delayMs - nowMs);
  }

  async #hedge(): Promise<void> {
    this.#mayHedge--;
    const step = this.#course.beside(this.#now());
    if (step === null) this.#mayHedge = 0;
    else await this.#enter(step, false);
  }

  /** null: the race goes on. */
  async #take({ running, step }: Runner, outcome: AttemptOutcome): Promise<RaceOutcome | null> {
    const { allowance } = this.#search;
    this.#runners = this.#runners.filter((runner) => runner.running !== running);
    running.finish(outcome);
    if (outcome.kind === 'failed') return this.#lose(running, step, outcome);
    allowance.spare(step.leave, this.#now());
    for (const other of this.#runners) {
      if (outcome.kind === 'answered') other.running.outrun();
      else other.running.finish(outcome);
      allowance.spare(other.step.leave, this.#now());
    }
    this.#runners = [];
    return outcome.kind === 'gone' ? outcome : { kind: 'answered', answer: outcome.answer, candidate: step.candidate };
  }

  async #lose(
    running: RunningAttempt,
    step: TryStep,
    outcome: AttemptOutcome & { kind: 'failed' },
  ): Promise<RaceOutcome | null> {
    const { verdict } = outcome;
    // A pooled connection that the upstream closed meanwhile says nothing about the deployment.
    if (verdict.verdict === 'same-again' && !running.isRepeated && (await this.#enter(step, true)) === null)
      return null;
    const { exchange, rooms, failures } = this.#search;
    const { candidate } = step;
    failures.push({ ...outcome, deployment: candidate.deployment, model: candidate.model });
    const { retry, retries } = rooms.policies().routing;
    const failure = { cause: verdict.cause, mayPass: verdict.about !== 'model' };
    this.#course.failed(
      candidate,
      {
        stops: verdict.verdict === 'stop',
        retries: retriesFor(
          failure,
          candidate.model.name,
          retry,
          exchange.preferences.retries,
          candidate.deployment.retries ?? retries,
        ),
        retryAfterMs: verdict.retryAfterMs,
      },
      this.#now(),
    );
    return this.#runners.length === 0 ? { kind: 'failed' } : null;
  }

  #now(): number {
    return this.#search.rooms.clock.monotonicMs();
  }
}

/** What runs on at the provider without its caller would run twice. */
function mayHedge({ exchange }: Search): boolean {
  return exchange.request?.body['background'] !== true;
}
