import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { awake, type Circuit, type CircuitEvent, closedCircuit, LONGEST_REST_MS, mayPass, step } from './circuit.ts';
import { type FailureKind, type HealthPolicy, usualBreaker } from './health-policy.ts';

const POLICY = { allowedFails: 3, cooldownMs: 5_000 };
/** The time of a rest that is heard of, else what the upstream asks for; and how often it has doubled there. */
type At = readonly [
  nowMs: number,
  event: CircuitEvent['type'] | FailureKind | 'limit-rested',
  retryAfterMs?: number,
  doublings?: number,
];

/** Every call is as short as can be: it begins when it ends. */
function eventOf([nowMs, name, retryAfterMs = -1, doublings = 0]: At): CircuitEvent {
  if (name === 'claimed' || name === 'revived') return { type: name };
  if (name === 'answered' || name === 'spared' || name === 'content') return { type: name, startedMs: nowMs };
  if (name === 'rested' || name === 'limit-rested') {
    const cause = name === 'rested' ? 'failures' : 'rate_limit';
    return { type: 'rested', by: 'other', cause, openedMs: nowMs, untilMs: nowMs + retryAfterMs, doublings };
  }
  const kind = name === 'failed' ? 'error' : name;
  return { type: 'failed', kind, retryAfterMs: retryAfterMs < 0 ? null : retryAfterMs, startedMs: nowMs };
}

function after(events: readonly At[], policy: HealthPolicy = POLICY, alone = false): Circuit {
  return events.reduce((circuit, at) => step(circuit, eventOf(at), at[0], policy, alone), closedCircuit);
}

const FAILED_OUT: readonly At[] = [
  [0, 'error'],
  [1, 'timeout'],
  [2, 'error'],
];

const TABLE: readonly {
  readonly title: string;
  readonly events: readonly At[];
  readonly expect: Partial<Circuit>;
  readonly policy?: HealthPolicy;
  readonly alone?: boolean;
}[] = [
  { title: 'two failures in a row are allowed', events: FAILED_OUT.slice(0, 2), expect: { state: 'closed' } },
  {
    title: 'the third opens',
    events: FAILED_OUT,
    expect: { state: 'open', cause: 'failures', untilMs: 5_002, openings: 0 },
  },
  {
    title: 'an answer between them begins a new row',
    events: [
      [0, 'error'],
      [1, 'error'],
      [2, 'answered'],
      [3, 'error'],
      [4, 'error'],
    ],
    expect: { state: 'closed' },
  },
  {
    title: 'what is spared is neither',
    events: [
      [0, 'error'],
      [1, 'error'],
      [2, 'spared'],
      [3, 'error'],
    ],
    expect: { state: 'open' },
  },
  {
    title: 'a failure that names a time rests at once',
    events: [[0, 'error', 700]],
    expect: { state: 'open', untilMs: 700 },
  },
  { title: 'no longer than five minutes', events: [[0, 'error', 3_600_000]], expect: { untilMs: LONGEST_REST_MS } },
  {
    title: 'a rate limit names its time',
    events: [[0, 'rate_limit', 30_000]],
    expect: { cause: 'rate_limit', untilMs: 30_000 },
  },
  { title: 'or it is learned', events: [[0, 'rate_limit']], expect: { untilMs: 500, pace: 1 } },
  {
    title: 'twice as long the next time, though a call was answered in between',
    events: [
      [0, 'rate_limit'],
      [600, 'claimed'],
      [601, 'answered'],
      [700, 'rate_limit'],
    ],
    expect: { state: 'open', untilMs: 1_700, pace: 2 },
  },
  {
    title: 'what was learned fades',
    events: [
      [0, 'rate_limit'],
      [600, 'claimed'],
      [601, 'answered'],
      [31_000, 'rate_limit'],
    ],
    expect: { untilMs: 31_500, pace: 1 },
  },
  { title: 'a credential rests longer', events: [[0, 'credential']], expect: { cause: 'credential', untilMs: 10_000 } },
  {
    title: 'a probe that fails doubles the rest',
    events: [...FAILED_OUT, [5_002, 'claimed'], [5_003, 'error']],
    expect: { state: 'open', untilMs: 15_003, openings: 1 },
  },
  {
    title: 'a probe that answers closes',
    events: [...FAILED_OUT, [5_002, 'claimed'], [5_003, 'answered']],
    expect: { state: 'closed', closedMs: 5_003 },
  },
  {
    title: 'an opening soon after rests twice as long',
    events: [
      ...FAILED_OUT,
      [5_002, 'claimed'],
      [5_003, 'answered'],
      [5_004, 'error'],
      [5_005, 'error'],
      [5_006, 'error'],
    ],
    expect: { state: 'open', untilMs: 15_006, openings: 1 },
  },
  {
    title: 'an opening long after begins anew',
    events: [
      ...FAILED_OUT,
      [5_002, 'claimed'],
      [5_003, 'answered'],
      [90_000, 'error'],
      [90_001, 'error'],
      [90_002, 'error'],
    ],
    expect: { untilMs: 95_002, openings: 0 },
  },
  {
    title: 'a probe that was spared leaves its place to the next',
    events: [...FAILED_OUT, [5_002, 'claimed'], [5_003, 'spared']],
    expect: { state: 'half-open', untilMs: 0 },
  },
  {
    title: 'and so does one that has brought content',
    events: [...FAILED_OUT, [5_002, 'claimed'], [5_003, 'content']],
    expect: { state: 'half-open', untilMs: 0 },
  },
  {
    title: 'an active probe that answers ends the rest, not the doubt',
    events: [...FAILED_OUT, [100, 'revived']],
    expect: { state: 'half-open', untilMs: 0 },
  },
  {
    title: 'an opening elsewhere rests here',
    events: [[1_000, 'rested', 4_000]],
    expect: { state: 'open', untilMs: 5_000 },
  },
  {
    title: 'an opening elsewhere that is older than the own is no news',
    events: [...FAILED_OUT, [400, 'rested', 60_000]],
    expect: { untilMs: 5_002 },
  },
  {
    title: 'after a rest that was told of the next one is as long as it would be there',
    events: [
      [1_000, 'limit-rested', 4_000, 4],
      [5_001, 'claimed'],
      [5_002, 'rate_limit'],
    ],
    expect: { state: 'open', cause: 'rate_limit', untilMs: 13_002, pace: 5 },
  },
  {
    title: 'and so is one for failures',
    events: [
      [1_000, 'rested', 4_000, 2],
      [5_001, 'claimed'],
      [5_002, 'error'],
    ],
    expect: { state: 'open', untilMs: 45_002, openings: 3 },
  },
  {
    title: 'less than what is known here changes nothing',
    events: [
      [0, 'rate_limit'],
      [501, 'claimed'],
      [502, 'rate_limit'],
      [1_503, 'claimed'],
      [1_504, 'answered'],
      [3_000, 'limit-rested', 500, 1],
    ],
    expect: { state: 'open', pace: 2 },
  },
  {
    title: 'without anybody to take over, rests are short',
    events: FAILED_OUT,
    alone: true,
    expect: { untilMs: 1_002 },
  },
  {
    title: 'without cooldowns nothing rests',
    events: [...FAILED_OUT, [3, 'rate_limit', 900]],
    policy: { ...POLICY, cooldownMs: 0 },
    expect: { state: 'closed' },
  },
];

for (const { title, events, expect, policy, alone } of TABLE) {
  test(title, () => {
    const circuit = after(events, policy, alone);
    const seen = Object.fromEntries(Object.keys(expect).map((key) => [key, circuit[key as keyof Circuit]]));
    assert.deepEqual(seen, expect);
  });
}

test('half of the last twenty open, wherever the answers stand between them, if they are of one minute', () => {
  const mixed = (everyMs: number): readonly At[] =>
    Array.from({ length: 20 }, (_, index) => [index * everyMs, index % 2 === 0 ? 'answered' : 'error'] as const);
  assert.equal(after(mixed(100).slice(0, -1)).state, 'closed');
  assert.equal(after(mixed(100)).state, 'open');
  assert.equal(after(mixed(4_000)).state, 'closed');
  const fewer: readonly At[] = Array.from({ length: 60 }, (_, index) => [
    index,
    index % 3 === 0 ? 'error' : 'answered',
  ]);
  assert.equal(after(fewer).state, 'closed');
});

test('kinds of failures may be allowed apart', () => {
  const breaker = { ...usualBreaker, allowedFails: { rate_limit: 2, timeout: 1 } };
  const policy = { ...POLICY, breaker };
  assert.equal(after([[0, 'rate_limit', 9_000]], policy).state, 'closed');
  assert.equal(
    after(
      [
        [0, 'rate_limit', 9_000],
        [1, 'rate_limit', 9_000],
      ],
      policy,
    ).untilMs,
    9_001,
  );
  assert.equal(after([[0, 'timeout']], policy).state, 'open');
  assert.equal(
    after(
      [
        [0, 'error'],
        [1, 'error'],
      ],
      policy,
    ).state,
    'closed',
  );
});

test('what began before the last opening changes nothing', () => {
  const open = after(FAILED_OUT);
  const early = { retryAfterMs: null, startedMs: -50 } as const;
  for (const nowMs of [10, 6_000]) {
    assert.deepEqual(
      step(open, { type: 'answered', startedMs: -50 }, nowMs, POLICY, false).state,
      awake(open, nowMs).state,
    );
    assert.equal(
      step(open, { type: 'failed', kind: 'error', ...early }, nowMs, POLICY, false).untilMs,
      awake(open, nowMs).untilMs,
    );
  }
  const later = step(
    open,
    { type: 'failed', kind: 'rate_limit', retryAfterMs: 20_000, startedMs: -50 },
    10,
    POLICY,
    false,
  );
  assert.equal(later.untilMs, 20_010);
});

/** Calls that go out only when they may, and end in any way, or never. */
const world = fc.array(
  fc.record({
    waitMs: fc.integer({ min: 0, max: 3_000 }),
    ends: fc.constantFrom('answered', 'error', 'timeout', 'rate_limit', 'credential', 'spared', 'never', 'content'),
    afterMs: fc.integer({ min: 0, max: 12_000 }),
    retryAfterMs: fc.option(fc.integer({ min: 0, max: 400_000 })),
  }),
  { minLength: 1, maxLength: 60 },
);

test('never two probes at once, no rest without an end, no negative count', () => {
  fc.assert(
    fc.property(world, fc.boolean(), (calls, alone) => {
      let circuit = closedCircuit;
      let nowMs = 0;
      let probeFreeMs = 0;
      const pending: { atMs: number; event: CircuitEvent }[] = [];
      const settle = (untilMs: number): void => {
        pending.sort((a, b) => a.atMs - b.atMs);
        while ((pending[0]?.atMs ?? Number.POSITIVE_INFINITY) <= untilMs) {
          const next = pending.shift();
          if (next === undefined) return;
          const { openedMs } = circuit;
          circuit = step(circuit, next.event, next.atMs, POLICY, alone);
          // A probe that is out when it opens anew, by the late report of one before it, began too early to count.
          if (circuit.openedMs !== openedMs) probeFreeMs = 0;
          check(next.atMs);
        }
      };
      const check = (atMs: number): void => {
        assert.ok(circuit.calls >= 0 && circuit.openings >= 0 && circuit.pace >= 0);
        assert.ok(Object.values(circuit.inARow).every((count) => count >= 0));
        assert.ok(circuit.untilMs <= atMs + LONGEST_REST_MS, 'bounded');
        assert.ok(mayPass(awake(circuit, circuit.untilMs), circuit.untilMs), 'back when its window is over');
      };
      for (const { waitMs, ends, afterMs, retryAfterMs } of calls) {
        nowMs += waitMs;
        settle(nowMs);
        if (!mayPass(circuit, nowMs)) continue;
        const isProbe = awake(circuit, nowMs).state === 'half-open';
        circuit = step(circuit, { type: 'claimed' }, nowMs, POLICY, alone);
        if (isProbe) {
          assert.ok(!mayPass(circuit, nowMs), 'the next one has to wait');
          assert.ok(nowMs >= probeFreeMs, 'the last probe is over');
          probeFreeMs = ends === 'never' ? nowMs + 10_000 : Math.min(nowMs + afterMs, nowMs + 10_000);
        }
        check(nowMs);
        if (ends === 'never') continue;
        const startedMs = nowMs;
        const event: CircuitEvent =
          ends === 'answered' || ends === 'spared' || ends === 'content'
            ? { type: ends, startedMs }
            : { type: 'failed', kind: ends, retryAfterMs, startedMs };
        pending.push({ atMs: nowMs + afterMs, event });
      }
    }),
    { numRuns: 2_000 },
  );
});
