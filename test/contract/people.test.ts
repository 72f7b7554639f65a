import assert from 'node:assert/strict';
import { createSecretKey } from 'node:crypto';
import { it } from 'node:test';
import { createKeyRing, createPartyAdministration, openPeople } from '../../src/access/index.ts';
import { GatewayError } from '../../src/inference/index.ts';
import type { Database } from '../../src/store/index.ts';
import { listAudit, openAuditTrail } from '../../src/telemetry/index.ts';
import { onBothDatabases } from './on-both-databases.ts';

const pepper = createSecretKey(Buffer.alloc(32, 7));
const MINUTE_MS = 60_000;
const client = { address: '192.0.2.7', agent: 'a browser' };
const PASSWORD = 'tangerine lampshade ferry';
const EMAIL = 'ann@example.com';

/** One process of an installation. */
async function openProcess(database: Database, now: { ms: number }, masterKey = 'sk-master') {
  const clock = { nowMs: () => now.ms, monotonicMs: () => now.ms };
  const { recording } = openAuditTrail(database, clock);
  const ring = await createKeyRing({ database, pepper, masterKey, clock });
  const changed = async (): Promise<void> => void (await ring.refresh());
  const parties = createPartyAdministration({ database, clock, changed, recording });
  const lifetimes = () => ({ idleMs: 30 * MINUTE_MS, absoluteMs: 120 * MINUTE_MS });
  return { ring, parties, ...openPeople({ database, clock, pepper, masterKey, ring, parties, recording, lifetimes }) };
}

type Opened = Awaited<ReturnType<typeof openProcess>>;

async function makeAnn({ parties, passwords }: Opened): Promise<void> {
  await parties.createParties([{ kind: 'user', id: 'ann', email: EMAIL, createdBy: 'test' }]);
  await passwords.set({ id: 'ann', email: EMAIL, alias: null }, PASSWORD);
}

function refusedWith(code: string) {
  return (error: unknown) => error instanceof GatewayError && error.code === code;
}

onBothDatabases('people', (open) => {
  it('are signed in until they go, are gone for long, or have been there for long', async () => {
    const { main } = await open();
    const now = { ms: 1_000_000_000 };
    const here = await openProcess(main, now);
    await makeAnn(here);
    const { token, person } = await here.signInByPassword(EMAIL, PASSWORD, client);
    assert.equal(person.user?.id, 'ann');
    const rows = JSON.stringify(await main.query('SELECT * FROM access_session'));
    assert.ok(!rows.includes(token), 'the secret is not in the database');
    for (let used = 0; used < 3; used++) {
      now.ms += 29 * MINUTE_MS;
      assert.ok(await here.find(token), 'it is used');
    }
    now.ms += 30 * MINUTE_MS;
    assert.equal(await here.find(token), null, 'half an hour without use');
    const second = await here.signInByPassword(EMAIL, PASSWORD, client);
    assert.notEqual(second.token, token);
    for (let used = 0; used < 5; used++) {
      now.ms += 20 * MINUTE_MS;
      assert.ok(await here.find(second.token));
    }
    now.ms += 20 * MINUTE_MS;
    assert.equal(await here.find(second.token), null, 'two hours in all');
    assert.equal(await here.find('wbs_'), null);
    assert.equal(await here.find(`wbs_${'a'.repeat(43)}`), null);
  });

  it('are out everywhere within half a second of the end of their session', async () => {
    const { main, reopen } = await open();
    const now = { ms: 1_000_000_000 };
    const [here, there] = [await openProcess(main, now), await openProcess(await reopen(), now)];
    await makeAnn(here);
    const { token, person } = await here.signInByPassword(EMAIL, PASSWORD, client);
    await there.ring.refresh();
    assert.ok(await there.find(token));
    await here.sessions.end({ id: person.session.id });
    assert.equal(await here.find(token), null);
    now.ms += 500;
    assert.equal(await there.find(token), null);
  });

  it('are out when they are blocked or removed, and not in again when that is taken back', async () => {
    const { main } = await open();
    const now = { ms: 1_000_000_000 };
    const here = await openProcess(main, now);
    await makeAnn(here);
    const { token } = await here.signInByPassword(EMAIL, PASSWORD, client);
    await here.parties.changeParty('user', 'ann', 'test', () => ({ blocked: true }));
    assert.equal(await here.find(token), null);
    await assert.rejects(here.signInByPassword(EMAIL, PASSWORD, client), refusedWith('invalid_credentials'));
    await here.parties.changeParty('user', 'ann', 'test', () => ({ blocked: false }));
    now.ms += 500;
    assert.equal(await here.find(token), null);
    const again = await here.signInByPassword(EMAIL, PASSWORD, client);
    await here.parties.removeParties('user', ['ann']);
    assert.equal(await here.find(again.token), null);
    now.ms += 500;
    await here.parties.createParties([{ kind: 'user', id: 'ann', email: EMAIL, createdBy: 'test' }]);
    assert.equal(await here.find(again.token), null, 'another of the same id');
    await assert.rejects(here.signInByPassword(EMAIL, PASSWORD, client), refusedWith('invalid_credentials'));
  });

  it('wait longer and longer after failures, which all processes count and no restart forgets', async () => {
    const { main, reopen } = await open();
    const now = { ms: 1_000_000_000 };
    // SQLite has one writer, whatever number of processes there is.
    const other = main.kind === 'sqlite' ? main : await reopen();
    const [here, there] = [await openProcess(main, now), await openProcess(other, now)];
    await makeAnn(here);
    const fail = (at: Opened) => at.signInByPassword(EMAIL, 'wrong wrong wrong', client);
    const tries = [here, there, here, there, here, there, here, there].map((at) =>
      fail(at).then(
        () => 'in',
        (error: GatewayError) => error.code,
      ),
    );
    const answers = await Promise.all(tries);
    assert.equal(answers.filter((answer) => answer === 'invalid_credentials').length, 5, `${answers}`);
    assert.equal(answers.filter((answer) => answer === 'rate_limit_exceeded').length, 3, `${answers}`);
    const restarted = await openProcess(main, now);
    for (const seconds of [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]) {
      now.ms += seconds * 1000 - 1;
      await assert.rejects(restarted.signInByPassword(EMAIL, PASSWORD, client), (error: GatewayError) => {
        assert.equal(error.code, 'rate_limit_exceeded');
        assert.equal(error.details.retryAfterMs, 1, `${seconds} s`);
        return true;
      });
      now.ms += 1;
      if (seconds < 900) await assert.rejects(fail(restarted), refusedWith('invalid_credentials'));
      else break;
    }
    assert.ok(await restarted.signInByPassword(EMAIL, PASSWORD, client), 'the right one after the wait');
    await assert.rejects(fail(here), refusedWith('invalid_credentials'));
    assert.ok(await here.signInByPassword(EMAIL, PASSWORD, client), 'and all is as before');
  });

  it('are locked out by name where somebody has it, and let in again', async () => {
    const { main } = await open();
    const now = { ms: 1_000_000_000 };
    const here = await openProcess(main, now);
    await makeAnn(here);
    for (const email of [EMAIL, 'what a stranger typed'])
      for (let failed = 0; failed < 5; failed++)
        await assert.rejects(here.signInByPassword(email, 'wrong', { ...client, address: null }));
    const { lockouts, strangers } = await here.lockouts.list();
    assert.deepEqual(
      lockouts.map((lockout) => [
        lockout.kind === 'account' && lockout.user.id,
        lockout.failures,
        lockout.closedUntilMs,
      ]),
      [['ann', 5, now.ms + 1_000]],
    );
    assert.equal(strangers, 1);
    assert.equal(await here.lockouts.end('account:nobody'), false);
    assert.equal(await here.lockouts.end(lockouts[0]?.id ?? ''), true);
    assert.ok(await here.signInByPassword(EMAIL, PASSWORD, client));
    assert.deepEqual(await here.lockouts.list(), { lockouts: [], strangers: 1 });
    const [told] = (await listAudit(main, { kind: 'lockout' }, { page: 1, size: 1 })).entries;
    assert.deepEqual([told?.action, told?.target], ['lockout.delete', 'ann']);
  });

  it('are invited in a list, newest first', async () => {
    const { main } = await open();
    const now = { ms: 1_000_000_000 };
    const { links } = await openProcess(main, now);
    const ids: string[] = [];
    for (const user of ['ann', 'bob']) {
      now.ms += 1;
      ids.unshift((await links.make('invitation', user, 'test')).link.id);
    }
    await links.make('recovery', null, 'test');
    assert.deepEqual(
      (await links.invitations(null)).map(({ id }) => id),
      ids,
    );
    assert.deepEqual(
      (await links.invitations('bob')).map(({ userId }) => userId),
      ['bob'],
    );
  });

  it('share the patience of their address, whatever accounts are tried', async () => {
    const { main } = await open();
    const now = { ms: 1_000_000_000 };
    const here = await openProcess(main, now);
    const guess = (index: number, address: string) =>
      here.signInByMasterKey(`sk-guess-${index}`, { ...client, address }).then(
        () => 'in',
        (error: GatewayError) => error.code,
      );
    for (let index = 1; index <= 50; index++)
      assert.equal(await guess(index, `2001:db8:1:2::${index}`), 'invalid_credentials');
    assert.equal(await guess(51, '2001:db8:1:2:ffff::1'), 'rate_limit_exceeded', 'the same network');
    assert.equal(await guess(51, '2001:db8:1:3::1'), 'invalid_credentials', 'another one');
    assert.equal(await guess(51, '192.0.2.9'), 'invalid_credentials');
    now.ms += 1000;
    assert.equal(await guess(52, '2001:db8:1:2::1'), 'invalid_credentials');
    now.ms += 25 * 60 * MINUTE_MS;
    assert.equal(await guess(53, '2001:db8:1:2::1'), 'invalid_credentials');
    assert.equal(await guess(54, '2001:db8:1:2::1'), 'invalid_credentials', 'a day later it is forgotten');
  });

  it('with the master key are out when there is another master key', async () => {
    const { main, reopen } = await open();
    const now = { ms: 1_000_000_000 };
    const here = await openProcess(main, now);
    const { token } = await here.signInByMasterKey('sk-master', client);
    assert.equal((await here.find(token))?.user, null);
    const other = await openProcess(await reopen(), now, 'sk-another-master');
    assert.equal(await other.find(token), null);
  });

  it('come by a link once, and by that of the first start only while there is no administrator', async () => {
    const { main } = await open();
    const now = { ms: 1_000_000_000 };
    const { links, parties } = await openProcess(main, now);
    const [first, second] = [await links.make('setup', null, 'test'), await links.make('setup', null, 'test')];
    assert.equal((await links.peek(first.token))?.id, first.link.id);
    const uses = await Promise.all([links.use(first.token), links.use(first.token), links.use(first.token)]);
    assert.deepEqual(uses.toSorted(), [false, false, true]);
    assert.equal(await links.peek(first.token), null);
    await parties.createParties([{ kind: 'user', id: 'ada', role: 'proxy_admin', createdBy: 'test' }]);
    assert.equal(await links.peek(second.token), null);
    assert.equal(await links.use(second.token), false);
    const invitation = await links.make('invitation', 'ada', 'test');
    now.ms += 7 * 24 * 60 * MINUTE_MS - 1;
    assert.ok(await links.peek(invitation.token));
    now.ms += 1;
    assert.equal(await links.peek(invitation.token), null);
    assert.equal(await links.use(invitation.token), false);
    assert.equal((await links.find(invitation.link.id))?.usedAtMs, null);
  });

  it('are in the audit log with what they did, and without secrets', async () => {
    const { main } = await open();
    const here = await openProcess(main, { ms: 1_000_000_000 });
    await makeAnn(here);
    await assert.rejects(here.signInByPassword(EMAIL, 'wrong wrong wrong', client));
    await assert.rejects(here.signInByPassword('my own secret', 'wrong wrong wrong', client));
    const { person, token } = await here.signInByPassword(EMAIL, PASSWORD, client);
    await here.sessions.end({ userId: 'ann' });
    const { entries } = await listAudit(main, {}, { page: 1, size: 100 });
    assert.deepEqual(
      entries.map(({ action, target }) => [action, target]),
      [
        ['session.delete', person.session.id],
        ['session.create', person.session.id],
        ['sign_in.fail', 'unknown'],
        ['sign_in.fail', 'ann'],
        ['password.change', 'ann'],
        ['user.create', 'ann'],
      ],
    );
    const text = JSON.stringify(entries);
    for (const secret of [token, PASSWORD, 'wrong wrong wrong', 'my own secret', 'argon2'])
      assert.ok(!text.includes(secret), secret);
  });
});
