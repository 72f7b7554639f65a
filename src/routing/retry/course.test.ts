import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Standing } from '../health/standing.ts';
import type { Candidate } from '../plan.ts';
import { deploymentOf, modelOf } from '../plan-fixture.ts';
import { Allowance } from './allowance.ts';
import { type CandidateFailure, Course, type CourseStep } from './course.ts';
import { RetryBudget } from './retry-budget.ts';

const CLOSED: Standing = { state: 'closed', untilMs: 0, cause: null };
const FAILED: CandidateFailure = { stops: false, retries: 0, retryAfterMs: null };
const STOPS: CandidateFailure = { ...FAILED, stops: true };

function candidatesOf(...names: readonly string[]): readonly Candidate[] {
  return names.map((name) => {
    const [model = '', id = name] = name.split('/');
    return { deployment: deploymentOf(id), model: { ...modelOf(), name: model }, reason: '' };
  });
}

type Options = {
  readonly maxAttempts?: number;
  readonly untilMs?: number;
  readonly floor?: number;
  readonly leastPauseMs?: number;
  readonly standing?: (id: string, nowMs: number) => Standing;
  /** Whose last calls have all failed, though they do not rest. */
  readonly failing?: readonly string[];
};

function courseOf(candidates: readonly Candidate[], options: Options = {}): { course: Course; allowance: Allowance } {
  const budget = new RetryBudget({ share: 0, floor: options.floor ?? 100, windowMs: 10_000 });
  const limits = { maxAttempts: options.maxAttempts ?? 100, untilMs: options.untilMs ?? Number.POSITIVE_INFINITY };
  const allowance = new Allowance(limits, budget, 0);
  const { standing = () => CLOSED, leastPauseMs = 0, failing = [] } = options;
  return {
    allowance,
    course: new Course({
      candidates,
      allowance,
      leastPauseMs,
      standing: ({ id }, nowMs) => standing(id, nowMs),
      isFailing: ({ id }) => failing.includes(id),
      random: () => 0,
    }),
  };
}

/** Everything that happens when each try fails as `how` says: ids, pauses as `+ms`, and why it is over. */
function told(course: Course, how: (id: string, nowMs: number) => CandidateFailure): string {
  const words: string[] = [];
  let nowMs = 0;
  for (;;) {
    const step = course.next(nowMs);
    words.push(wordOf(step));
    if (step.kind === 'over') return words.join(' ');
    if (step.kind === 'wait') nowMs += step.ms;
    else course.failed(step.candidate, how(step.candidate.deployment.id, nowMs), nowMs);
  }
}

function wordOf(step: CourseStep): string {
  if (step.kind === 'try') return step.candidate.deployment.id;
  return step.kind === 'wait' ? `+${step.ms}` : `(${step.why})`;
}

test('each candidate once, then in rounds those that may have recovered, after pauses that grow', () => {
  const { course } = courseOf(candidatesOf('m/a', 'm/b', 'm/c'));
  const how = (id: string) => ({ ...FAILED, retries: id === 'a' ? 2 : id === 'b' ? 1 : 0 });
  assert.equal(told(course, how), 'a b c +125 a b +250 a (tried)');
});

test('a stop skips the other deployments of its model, and no other model', () => {
  const { course } = courseOf(candidatesOf('m/a', 'n/b', 'm/c', 'n/d'));
  assert.equal(
    told(course, (id) => (id === 'a' ? STOPS : FAILED)),
    'a b d (tried)',
  );
  const retried = courseOf(candidatesOf('m/a', 'm/b'));
  assert.equal(
    told(retried.course, () => ({ ...STOPS, retries: 1 })),
    'a +125 a (tried)',
  );
});

test('no upstream is asked again before its time, none is waited for beyond patience', () => {
  const { course } = courseOf(candidatesOf('m/a', 'm/b', 'm/c'));
  const waits: Readonly<Record<string, number>> = { a: 1_000, b: 5_000, c: 10_001 };
  assert.equal(
    told(course, (id) => ({ ...FAILED, retries: 1, retryAfterMs: waits[id] ?? 0 })),
    'a b c +1000 a (tried)',
  );
  const slow = courseOf(candidatesOf('m/a'), { leastPauseMs: 3_000 });
  assert.equal(
    told(slow.course, () => ({ ...FAILED, retries: 1 })),
    'a +3000 a (tried)',
  );
});

test('a deployment that has come to rest meanwhile is not asked', () => {
  const standing = (id: string, nowMs: number): Standing =>
    (id === 'b' && nowMs < 200) || id === 'c' ? { state: 'open', untilMs: 300, cause: 'failures' } : CLOSED;
  const { course } = courseOf(candidatesOf('m/a', 'm/b', 'm/c'), { standing });
  assert.equal(
    told(course, () => ({ ...FAILED, retries: 2 })),
    'a +125 a +250 a (tried)',
  );
});

test('the first failover to a deployment that is well is free, what fails again costs a token', () => {
  const { course } = courseOf(candidatesOf('m/a', 'm/b', 'm/c'), { floor: 0 });
  assert.equal(
    told(course, () => FAILED),
    'a b (budget)',
  );
  const half = (): Standing => ({ state: 'half-open', untilMs: 0, cause: 'failures' });
  const probing = courseOf(candidatesOf('m/a', 'm/b'), { floor: 0, standing: half });
  assert.equal(
    told(probing.course, () => FAILED),
    'a (tried)',
    'a probe of one that may still be ill is not free',
  );
  const single = courseOf(candidatesOf('m/a'), { floor: 0 });
  assert.equal(
    told(single.course, () => ({ ...FAILED, retries: 5 })),
    'a (tried)',
  );
});

test('a failover to one whose last calls all failed costs a token, though it does not rest', () => {
  const all = candidatesOf('m/a', 'm/b', 'm/c');
  const fails = (): CandidateFailure => FAILED;
  assert.equal(told(courseOf(all, { floor: 0, failing: ['b', 'c'] }).course, fails), 'a (tried)');
  assert.equal(
    told(courseOf(all, { floor: 0, failing: ['b'] }).course, fails),
    'a c (tried)',
    'past it to the well one',
  );
  assert.equal(told(courseOf(all, { floor: 1, failing: ['b', 'c'] }).course, fails), 'a b (tried)');
  assert.equal(told(courseOf(all, { floor: 0, failing: ['a'] }).course, fails), 'a b (budget)', 'the first is free');
  const other = candidatesOf('m/a', 'm/b', 'n/c');
  assert.equal(
    told(courseOf(other, { floor: 0, failing: ['b'] }).course, fails),
    'a c (tried)',
    'of another model as well',
  );
});

test('attempts are bounded, but a further model has one in any case', () => {
  const { course } = courseOf(candidatesOf('m/a', 'm/b', 'n/c', 'n/d'), { maxAttempts: 1 });
  assert.deepEqual(
    told(course, () => FAILED),
    'a (attempts)',
  );
  const { allowance } = courseOf([], { maxAttempts: 1 });
  const follow = (names: readonly string[]) =>
    told(
      new Course({
        candidates: candidatesOf(...names),
        allowance,
        leastPauseMs: 0,
        standing: () => CLOSED,
        random: () => 0,
      }),
      () => FAILED,
    );
  assert.equal(follow(['m/a', 'm/b']), 'a (attempts)');
  assert.equal(follow(['n/c', 'n/d']), 'c (attempts)');
});

test('after the deadline nobody is asked, and no pause goes beyond it', () => {
  const { course } = courseOf(candidatesOf('m/a'), { untilMs: 300 });
  assert.equal(
    told(course, () => ({ ...FAILED, retries: 5 })),
    'a +125 a (tried)',
  );
  const late = courseOf(candidatesOf('m/a'), { untilMs: 0 });
  assert.equal(
    told(late.course, () => FAILED),
    '(deadline)',
  );
});

test('a candidate that is passed over costs nothing', () => {
  const { course } = courseOf(candidatesOf('m/a', 'm/b', 'm/c'), { floor: 0, maxAttempts: 2 });
  const first = course.next(0);
  assert.ok(first.kind === 'try');
  course.passedOver(first.leave, 0);
  assert.equal(
    told(course, () => FAILED),
    'b c (tried)',
  );
});

test('beside one under way goes the next that is well, for a token', () => {
  const standing = (id: string): Standing =>
    id === 'b' ? { state: 'half-open', untilMs: 0, cause: 'failures' } : CLOSED;
  const { course, allowance } = courseOf(candidatesOf('m/a', 'm/c', 'm/d'), { floor: 1, standing });
  assert.equal(wordOf(course.next(0)), 'a');
  const beside = course.beside(1);
  assert.equal(beside?.candidate.deployment.id, 'c');
  assert.equal(course.beside(2), null, 'the budget is empty');
  if (beside !== null) allowance.spare(beside.leave, 3);
  assert.equal(course.beside(4)?.candidate.deployment.id, 'd');
  assert.equal(wordOf(course.next(5)), '(tried)', 'nobody is left');
});

test('whatever fails, attempts stay within what is allowed, and every course ends', () => {
  const failure = fc.record({
    stops: fc.boolean(),
    retries: fc.nat(4),
    retryAfterMs: fc.oneof(fc.constant(null), fc.nat(12_000)),
  });
  const given = fc.record({
    names: fc.array(fc.constantFrom('m', 'n', 'o'), { minLength: 1, maxLength: 8 }),
    failures: fc.array(failure, { minLength: 1, maxLength: 40 }),
    maxAttempts: fc.integer({ min: 1, max: 9 }),
    floor: fc.nat(5),
  });
  fc.assert(
    fc.property(given, ({ names, failures, maxAttempts, floor }) => {
      const candidates = candidatesOf(...names.map((name, index) => `${name}/${name}${index}`));
      const { course } = courseOf(candidates, { maxAttempts, floor });
      let tries = 0;
      const words = told(course, () => failures[tries++ % failures.length] ?? FAILED);
      const models = new Set(names).size;
      assert.ok(tries >= 1 && tries <= maxAttempts + models - 1, words);
      // Pauses may reach into the next window, where the budget is whole again.
      if (failures.every(({ retryAfterMs }) => (retryAfterMs ?? 0) === 0))
        assert.ok(tries <= 2 + floor, `the first, one failover, and what the budget allows: ${words}`);
    }),
  );
});
