import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startGround } from '../src/ground.ts';
import { verifyLedger } from '../src/ledger/index.ts';
import type { Database } from '../src/store/index.ts';
import { encodeHold, encodeSettle, openJournal } from '../src/telemetry/index.ts';
import { sampleEvent, sampleHold } from '../test/contract/sample-event.ts';
import { postgresMissing, startPostgres } from '../test/support/postgres.ts';

/** `npm run bench:flush`: how fast settled exchanges go from the journal into Postgres, and what the loop feels of it. */
const EXCHANGES = Number(process.env['TEST_EXCHANGES'] ?? 100_000);
const WARM_UP = 20_000;
const KEYS = 500;
const ROUNDS = 3;
/** A loop that is not held up at all looks at the clock every millisecond. */
const TICK_MS = 1;

async function writeJournal(root: string, writer: string, exchanges: number): Promise<void> {
  const journal = openJournal({ root, writer });
  const nowMs = Date.now();
  for (let nth = 0; nth < exchanges; nth++) {
    const id = `${writer}-${nth}`;
    const keyId = `k${nth % KEYS}`;
    const pots = [`key:${keyId}/2026-11`, 'team:t1/2026-11', 'gateway/2026-11-25'];
    journal.append(encodeHold(sampleHold(id, { keyId, pots, startedAtMs: nowMs })), () => undefined);
    const settle = encodeSettle(sampleEvent(id, { keyId, startedAtMs: nowMs }), pots);
    await new Promise((resolve) => {
      journal.append(settle, nth % 64 === 63 ? resolve : () => undefined);
      if (nth % 64 !== 63) resolve(null);
    });
  }
  await new Promise(setImmediate);
  journal.close();
}

/** How late the loop came to each of its turns, while `run` runs; milliseconds, ascending. */
async function lateness(run: () => Promise<void>): Promise<readonly number[]> {
  const late: number[] = [];
  let dueMs = performance.now() + TICK_MS;
  const timer = setInterval(() => {
    const nowMs = performance.now();
    late.push(Math.max(0, nowMs - dueMs));
    dueMs = nowMs + TICK_MS;
  }, TICK_MS);
  await run();
  clearInterval(timer);
  return late.sort((one, other) => one - other);
}

const TICKS_PER_SECOND = 100;

/** Processor time that Postgres' connections have spent for us, microseconds; from Linux's own accounts. */
async function spentByPostgres(database: Database): Promise<number> {
  const rows = await database.query("SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'waybill%'");
  return rows.reduce((sum, row) => {
    const fields = readFileSync(`/proc/${row['pid']}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ');
    return sum + ((Number(fields[11]) + Number(fields[12])) * 1e6) / TICKS_PER_SECOND;
  }, 0);
}

function spentHere(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

async function measure(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-flush-'));
  const server = await startPostgres({ durable: true });
  try {
    const ground = await startGround({ dataFolder: folder, databaseUrl: await server.createDatabase() });
    mkdirSync(ground.journalRoot, { recursive: true });
    process.stdout.write(
      'Settled exchanges from the journal into Postgres: a row of the request log, two transfers, four pots each.\n\n' +
        '| exchanges | a second | loop late, p99 ms | most ms | processor time, gateway us | Postgres us |\n' +
        '| --- | --- | --- | --- | --- | --- |\n',
    );
    for (let round = 0; round <= ROUNDS; round++) {
      const exchanges = round === 0 ? WARM_UP : EXCHANGES;
      const [staged, writer] = [join(folder, 'staged'), `w${round}`];
      await writeJournal(staged, writer, exchanges);
      renameSync(join(staged, writer), join(ground.journalRoot, writer));
      const [gatewayUs, postgresUs] = [spentHere(), await spentByPostgres(ground.main)];
      const begunMs = performance.now();
      const late = await lateness(ground.drainNow);
      const seconds = (performance.now() - begunMs) / 1_000;
      if (round === 0) continue;
      const each = (us: number): string => (us / exchanges).toFixed(1);
      const spent = [each(spentHere() - gatewayUs), each((await spentByPostgres(ground.main)) - postgresUs)];
      const p99 = late[Math.floor(late.length * 0.99)] ?? 0;
      const cells = [
        exchanges,
        Math.round(exchanges / seconds),
        p99.toFixed(2),
        (late.at(-1) ?? 0).toFixed(2),
        ...spent,
      ];
      process.stdout.write(`| ${cells.join(' | ')} |\n`);
    }
    const facts = await verifyLedger(ground.main);
    const booked = 2 * (WARM_UP + ROUNDS * EXCHANGES);
    if (!facts.sound || facts.transfers !== booked) throw new Error(`${facts.transfers} of ${booked} transfers booked`);
    await ground.stop();
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

const missing = postgresMissing();
if (missing === false) await measure();
else process.stderr.write(`${missing}\n`);
