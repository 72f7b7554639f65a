import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { openAiChat } from './openai-chat/index.ts';
import { withMembers, withoutMembers } from './splice.ts';

const VERTEX = { anthropic_version: 'vertex-2023-10-16', model: null };

function spliced(text: string, wanted: Readonly<Record<string, string | null>> = VERTEX): string {
  return withMembers(Buffer.from(text), wanted).toString();
}

test('members are put in, put right and left out; every other byte stays', () => {
  const version = '"anthropic_version":"vertex-2023-10-16"';
  const cases = [
    ['{ "model" : "m" , "a":[1, 2] }', `{${version}, "a":[1, 2] }`],
    ['{"a":{"model":"inner"}, "model":"m"}', `{${version},"a":{"model":"inner"}}`],
    ['{"a":1,"model":"m", "b":2}', `{${version},"a":1, "b":2}`],
    ['{"model":"m"}', `{${version}}`],
    ['{}', `{${version}}`],
    ['{"anthropic_version" : "bedrock-2023-05-31", "b":2}', '{"anthropic_version" : "vertex-2023-10-16", "b":2}'],
  ] as const;
  for (const [given, expected] of cases) assert.equal(spliced(given), expected);
});

test('the same buffer where all is as it is wanted', () => {
  const bytes = Buffer.from('{ "b":2,\n"anthropic_version": "vertex-2023-10-16"}');
  assert.equal(withMembers(bytes, VERTEX), bytes);
});

test('whatever the body holds, it says the same but for those members', () => {
  const names = fc.constantFrom('model', 'anthropic_version', 'a', 'b', '__proto__', 'c,"d');
  const body = fc.dictionary(names, fc.jsonValue({ maxDepth: 2 }), { noNullPrototype: true });
  const space = fc.constantFrom(undefined, 1, '\n\t');
  const wanted = fc.dictionary(fc.constantFrom('model', 'anthropic_version', 'a'), fc.option(fc.string()));
  fc.assert(
    fc.property(body, space, wanted, (given, indent, members) => {
      const told = JSON.parse(spliced(JSON.stringify(given, null, indent), members)) as object;
      const rest = Object.entries(given).filter(([name]) => !Object.hasOwn(members, name));
      const put = Object.entries(members).filter(([, value]) => value !== null);
      assert.deepEqual(
        Object.entries(told).sort(([one], [other]) => (one < other ? -1 : 1)),
        [...rest, ...put].map(plain).sort(([one], [other]) => (one < other ? -1 : 1)),
      );
    }),
  );
});

const HELLO = '"messages":[{"role":"user","content":"hi"}]';

function received(text: string) {
  return openAiChat.readRequest(Buffer.from(text), { model: 'm', stream: null, framing: 'sse' });
}

test('members are left out with one of their commas, wherever they stand', () => {
  const cases = [
    [`{"tags":[","], ${HELLO} , "x":1}`, `{ ${HELLO} , "x":1}`],
    [`{ ${HELLO}, "tags" : ["}"] , "x":1 }`, `{ ${HELLO}, "x":1 }`],
    [`{${HELLO},"timeout":1,"tags":["a"]\n}`, `{${HELLO}\n}`],
    [`{"timeout":1,"tags":[],${HELLO},"timeout":2,"a":3}`, `{${HELLO},"a":3}`],
  ] as const;
  for (const [given, expected] of cases) {
    const request = withoutMembers(received(given), ['tags', 'timeout']);
    assert.equal(request.bytes.toString(), expected);
    assert.deepEqual(request.body, JSON.parse(expected));
    for (const { name, start, end } of request.members)
      assert.deepEqual(JSON.parse(request.bytes.toString('utf8', start, end)), request.body[name]);
  }
  const plain = received(`{${HELLO}}`);
  assert.equal(withoutMembers(plain, ['tags']), plain);
});

test('whatever else a body holds, it stays when members are left out', () => {
  const rest = fc.dictionary(fc.constantFrom('a', 'b', 'c,"d', '__proto__'), fc.jsonValue({ maxDepth: 2 }));
  const own = fc.dictionary(fc.constantFrom('tags', 'timeout', 'provider'), fc.jsonValue({ maxDepth: 2 }));
  const seed = fc.integer({ min: 0, max: 5 });
  fc.assert(
    fc.property(rest, own, seed, fc.constantFrom(undefined, 1, '\n\t'), (others, ours, turn, indent) => {
      const all = [...Object.entries(others), ['messages', [{ role: 'user', content: 'x' }]], ...Object.entries(ours)];
      const turned = [...all.slice(turn), ...all.slice(0, turn)];
      const text = JSON.stringify(Object.fromEntries(turned), null, indent);
      const request = withoutMembers(received(text), ['tags', 'timeout', 'provider']);
      const left = turned.filter(([name]) => !Object.hasOwn(ours, String(name)));
      assert.equal(JSON.stringify(JSON.parse(request.bytes.toString())), JSON.stringify(Object.fromEntries(left)));
    }),
  );
});

/** As JSON says it: -0 is 0. */
function plain([name, value]: readonly [string, unknown]): readonly [string, unknown] {
  return [name, JSON.parse(JSON.stringify(value))];
}
