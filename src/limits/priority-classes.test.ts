import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { openDeploymentSlots } from './deployment-slots.ts';
import type { PriorityClass, PriorityClasses } from './priority-classes.ts';

const NONE = { rpm: null, tpm: null, parallel: null };
const [prod, batch, usual] = [classOf('prod', 0.7), classOf('batch', 0.1), classOf('', 0)];
const ALL: PriorityClasses = { saturatedAt: 0.5, classes: [prod, batch, usual] };

function classOf(name: string, part: number): PriorityClass {
  return { name, reserved: { of: 'part', part } };
}

function taking(own: PriorityClass, limits: { rpm?: number; tpm?: number }, tokens = 1, all = ALL) {
  return { deployment: 'd', circuit: 'c', limits: { ...NONE, ...limits }, tokens, reservation: { own, all } };
}

test('below saturation everybody may use everything; above it, what the others have reserved is left to them', () => {
  const slots = openDeploymentSlots(() => false);
  const limits = { rpm: 100 };
  let got = 0;
  while (slots.reserve(taking(batch, limits), 0) === null) got++;
  assert.equal(got, 50, 'half of it, for the other half may be wanted');
  for (let nth = 0; nth < 50; nth++) assert.equal(slots.reserve(taking(prod, limits), 0), null, `prod ${nth}`);
  const refused = slots.reserve(taking(prod, limits), 0);
  assert.ok(refused?.limit === 'rpm' && refused.waitMs !== null && refused.waitMs <= 60_000);
});

test('what nobody has reserved is everybody’s, and a class beyond its part may use it', () => {
  const slots = openDeploymentSlots(() => false);
  for (let nth = 0; nth < 90; nth++) assert.equal(slots.reserve(taking(prod, { rpm: 100 }), 0), null, `${nth}`);
  assert.ok(slots.reserve(taking(prod, { rpm: 100 }), 0) !== null, 'the rest is the batch’s');
  for (let nth = 0; nth < 10; nth++) assert.equal(slots.reserve(taking(batch, { rpm: 100 }), 0), null);
});

test('tokens are given back to the class that has used fewer, and a number instead of a part is kept, too', () => {
  const slots = openDeploymentSlots(() => false);
  const absolute: PriorityClass = { name: 'prod', reserved: { of: 'tpm', amount: 800 } };
  const all = { saturatedAt: 0.1, classes: [absolute, usual] };
  const big = taking(usual, { tpm: 1_000 }, 200, all);
  assert.equal(slots.reserve(big, 0), null);
  assert.equal(slots.reserve(taking(usual, { tpm: 1_000 }, 1, all), 0)?.limit, 'tpm');
  slots.release(big, 50, 0);
  assert.equal(slots.reserve(taking(usual, { tpm: 1_000 }, 150, all), 0), null);
  assert.equal(slots.reserve(taking(absolute, { tpm: 1_000 }, 800, all), 0), null);
});

test('a class gets its part in the minute after a saturated one, whatever the others do', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom(prod, batch, usual), fc.nat(400)), { maxLength: 300 }), (calls) => {
      const slots = openDeploymentSlots(() => false);
      const limits = { rpm: 40 };
      let nowMs = 0;
      for (const [own, gap] of calls) {
        nowMs += gap;
        slots.reserve(taking(own, limits), nowMs);
        // Half is open to all: so much of the part is there in any case, and all of it once that has left the window.
        assert.ok(slots.used('d', nowMs).requests <= 40);
      }
      const own = classOf('batch', 0.1);
      const later = nowMs + 62_000;
      for (let nth = 0; nth < 60; nth++) slots.reserve(taking(usual, limits), later);
      for (let nth = 0; nth < 4; nth++) assert.equal(slots.reserve(taking(own, limits), later), null);
    }),
    { numRuns: 200, seed: 31 },
  );
});
