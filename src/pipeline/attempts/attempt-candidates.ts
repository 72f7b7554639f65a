import type { Model } from '../../catalog/index.ts';
import { GatewayError } from '../../inference/index.ts';
import { type Candidate, Course, type CourseStep, type Plan } from '../../routing/index.ts';
import type { Exchange, PassedOverFor } from '../exchange.ts';
import { fallbackModels, type ModelFailure, modelFailure } from '../planning/fallback-models.ts';
import { makePlan } from '../planning/make-plan.ts';
import { stayWith } from '../planning/stay.ts';
import { unavailableError } from '../planning/unavailable-error.ts';
import type { Rooms } from '../rooms.ts';
import type { Settlement } from '../settle.ts';
import type { Answer } from './answer.ts';
import { goneError } from './attempt.ts';
import { errorOf } from './attempt-error.ts';
import { playFailure, playResponse } from './play-mock.ts';
import { Race, type RaceOutcome } from './race.ts';
import { openSearch, type Search } from './search.ts';
import { tellingFailure } from './telling-failure.ts';

type Over = Extract<CourseStep, { kind: 'over' }>['why'];

/** How a plan of one or several models ended. */
type PlanOutcome =
  | { readonly kind: 'answered'; readonly answer: Answer; readonly candidate: Candidate }
  | { readonly kind: 'failed'; readonly failure: ModelFailure; readonly why: Over };

/**
 * Tries the candidates of the asked models' plan until one answers: each once, then again after a pause while retries
 * are left, then the asked model's fallbacks for the cause of its failure, and their fallbacks before the next of them.
 */
export async function attemptCandidates(
  exchange: Exchange,
  models: readonly Model[],
  settlement: Settlement,
  rooms: Rooms,
): Promise<Answer> {
  const [asked] = models;
  if (asked === undefined) throw new GatewayError('internal_error', 'The gateway failed in an unexpected way.');
  const search = openSearch(exchange, asked, settlement, rooms);
  const { maxFallbacks } = rooms.policies().routing;
  const tried = new Set(models.map(({ name }) => name));
  const waiting: (readonly Model[])[] = [models];
  let unavailable: GatewayError | null = null;
  let why: Over = 'tried';
  let moved = 0;
  for (let group = waiting.shift(); group !== undefined && mayGoOn(why); group = waiting.shift()) {
    const made = makePlan(group, exchange, rooms);
    const nobody = made.candidates.length > 0 ? null : unavailableError(group[0] ?? asked, made, rooms);
    unavailable ??= nobody;
    const outcome = await followPlan(search, made, nobody, group === models);
    for (const { name } of group) search.met.add(name);
    if (outcome.kind === 'answered') {
      const { answer, candidate } = outcome;
      if (answer.deployment === candidate.deployment) stayWith(answer.deployment, candidate.model, exchange, rooms);
      pushHeaders(search, answer);
      return answer;
    }
    why = outcome.why;
    const found = fallbackModels(group[0] ?? asked, outcome.failure, tried, maxFallbacks - moved, exchange, rooms);
    moved += found.length;
    waiting.unshift(...found.map((model) => [model]));
  }
  pushHeaders(search, null);
  throw errorOfSearch(search, why) ?? unavailable ?? unavailableError(asked, null, rooms, freeInMs(search));
}

function freeInMs({ placeAtMs, rooms }: Search): number | null {
  return placeAtMs === Number.POSITIVE_INFINITY ? null : Math.max(0, placeAtMs - rooms.clock.monotonicMs());
}

/** Where the retries of all calls are used up, or this one's time is, the failure is told at once. */
function mayGoOn(why: Over): boolean {
  return why !== 'budget' && why !== 'deadline';
}

async function followPlan(
  search: Search,
  made: Plan,
  nobody: GatewayError | null,
  isAsked: boolean,
): Promise<PlanOutcome> {
  const failuresBefore = search.failures.length;
  const answer = isAsked ? await playMock(search, made) : null;
  if (answer !== null) return answer;
  const failedModel = search.failures[failuresBefore]?.model;
  const candidates =
    failedModel === undefined ? made.candidates : made.candidates.filter(({ model }) => model !== failedModel);
  const outcome = await followCourse(search, candidates);
  const ended = outcome.kind === 'over' ? await standInLine(search, outcome, failuresBefore) : outcome;
  if (ended.kind === 'answered') return ended;
  const failure = search.failures[failuresBefore];
  const cause =
    failure === undefined
      ? causeOfNone(made, nobody, reasonsIn(search, ended))
      : modelFailure(lastOf(search, failure.model));
  return { kind: 'failed', failure: cause, why: ended.why };
}

/** None of them has answered. */
type CourseOver = { readonly kind: 'over'; readonly why: Over; readonly candidates: readonly Candidate[] };

/** Why those of the course that were not called were passed over. */
function reasonsIn({ exchange: { passedOver } }: Search, { candidates }: CourseOver): ReadonlySet<PassedOverFor> {
  return new Set(candidates.flatMap((candidate) => passedOver?.get(candidate) ?? []));
}

async function followCourse(
  search: Search,
  candidates: readonly Candidate[],
): Promise<CourseOver | Extract<RaceOutcome, { kind: 'answered' }>> {
  const { rooms, allowance } = search;
  const course = new Course({
    candidates,
    allowance,
    leastPauseMs: rooms.policies().routing.retry.leastPauseMs,
    standing: rooms.health.standing,
    isFailing: rooms.health.isFailing,
    random: rooms.random,
  });
  for (;;) {
    const step = course.next(rooms.clock.monotonicMs());
    if (step.kind === 'wait') {
      await pause(step.ms, search.exchange);
      continue;
    }
    if (step.kind === 'over') return { kind: 'over', why: step.why, candidates };
    search.met.add(step.candidate.model.name);
    const outcome = await new Race(search, course).run(step);
    if (outcome.kind === 'answered') return outcome;
    if (outcome.kind === 'gone') throw goneError();
  }
}

/** Nobody was called, for all who might be are at their limits: the call waits for a place, once. */
async function standInLine(
  search: Search,
  over: CourseOver,
  failuresBefore: number,
): Promise<Awaited<ReturnType<typeof followCourse>>> {
  const { exchange, rooms, failures } = search;
  const { waitMs } = rooms.policies().routing.queue;
  const limited = over.candidates.filter((candidate) => exchange.passedOver?.get(candidate) === 'limit');
  if (failures.length > failuresBefore || limited.length === 0 || waitMs === 0) return over;
  search.waitsUntilMs = rooms.clock.monotonicMs() + waitMs;
  const outcome = await followCourse(search, limited);
  search.waitsUntilMs = 0;
  if (exchange.reply.isGone() && outcome.kind === 'over') throw goneError();
  return outcome;
}

/** What the model failed of last that failed first: the asked one, unless none of its deployments was called. */
function lastOf({ failures }: Search, model: Model): (typeof failures)[number]['verdict'] {
  const last = failures.findLast((failure) => failure.model === model);
  if (last === undefined) throw new GatewayError('internal_error', 'The gateway failed in an unexpected way.');
  return last.verdict;
}

/** Why nobody could be asked, as far as there are fallbacks for it. */
function causeOfNone(
  { excluded }: Plan,
  nobody: GatewayError | null,
  passedOverFor: ReadonlySet<PassedOverFor>,
): ModelFailure {
  if (passedOverFor.has('budget')) return 'budget';
  if (passedOverFor.has('limit') || nobody?.code === 'rate_limit_exceeded') return 'rate_limit';
  if (excluded.some(({ by }) => by === 'context_length')) return 'context_window';
  return 'error';
}

/** What the request wants played in place of its first model: an answer, or a failure, which is noted. null: no answer. */
async function playMock(search: Search, { candidates }: Plan): Promise<PlanOutcome | null> {
  const { mock } = search.exchange.preferences;
  const [candidate] = candidates;
  if (mock === null || candidate === undefined) return null;
  if (mock.delayMs > 0) await pause(Math.min(mock.delayMs, LONGEST_MOCK_DELAY_MS), search.exchange);
  if (mock.fails !== null) playFailure(search, candidate, mock.fails);
  const answer = mock.fails === null ? await playResponse(search, candidate, mock) : null;
  return answer === null ? null : { kind: 'answered', answer, candidate };
}

const LONGEST_MOCK_DELAY_MS = 300_000;

async function pause(ms: number, { reply }: Exchange): Promise<void> {
  await new Promise<void>((resolve) => {
    // Timers cut what is less than a millisecond, and may fire early by as much.
    const timer = setTimeout(resolve, Math.ceil(ms) + 1);
    reply.whenGone(() => {
      clearTimeout(timer);
      resolve();
    });
  });
  if (reply.isGone()) throw goneError();
}

function errorOfSearch(search: Search, why: Over): GatewayError | null {
  const { exchange, rooms, failures, objection } = search;
  const failure = tellingFailure(failures);
  const error = failure === null ? objection : errorOf(failure, exchange, rooms);
  const { deadlineMs } = rooms.policies().routing;
  if (why !== 'deadline' || deadlineMs === null) return error;
  const last = error === null ? '' : ` The first failure: ${error.message}`;
  return new GatewayError(
    'upstream_timeout',
    `No answer came within routing.deadline, ${deadlineMs} ms for all of ${exchange.attempts.length} attempts.${last}`,
  );
}

function pushHeaders({ exchange, met, called }: Search, answer: Answer | null): void {
  const { headers, attempts, warnings } = exchange;
  if (answer !== null) headers.push('x-litellm-model-id', answer.deployment.id);
  const retries = Math.max(0, attempts.length - called.size);
  const fallbacks = Math.max(0, met.size - 1);
  headers.push('x-litellm-attempted-retries', String(retries), 'x-litellm-attempted-fallbacks', String(fallbacks));
  if (answer !== null && warnings !== null) headers.push('x-waybill-warnings', warnings);
}
