/**
 * A process that journals exchanges until it is killed, and prints each when its settle is on disk. Arguments: the
 * data folder, a prefix for ids, the journal mode, and the address of a Postgres database if there is one.
 */
import { writeSync } from 'node:fs';
import { startGround } from '../../src/ground.ts';
import { randomId, systemClock } from '../../src/std/index.ts';
import { encodeHold, encodeSettle, openJournal, openRowJournal } from '../../src/telemetry/index.ts';
import { sampleEvent, sampleHold } from './sample-event.ts';

const [dataFolder = '', prefix = '', mode = 'local', databaseUrl = null] = process.argv.slice(2);
const ground = await startGround({ dataFolder, databaseUrl });
const writer = randomId('w');
await ground.lessor.renew(writer);
const syncFirst = mode === 'local-sync';
const journal =
  mode === 'db'
    ? await openRowJournal({
        database: ground.main,
        writer,
        instance: ground.instance,
        nowMs: systemClock.monotonicMs,
      })
    : openJournal({ root: ground.journalRoot, writer, segmentBytes: 100_000, syncFirst });
let count = 0;

function one(): void {
  const id = `${prefix}-${count++}`;
  journal.append(encodeHold(sampleHold(id)), () => {
    setTimeout(() => settle(id), 1);
  });
}

function settle(id: string): void {
  journal.append(encodeSettle(sampleEvent(id)), (error) => {
    if (error === null) writeSync(1, `${id}\n`);
    one();
  });
}

for (let parallel = 0; parallel < 20; parallel++) one();
setInterval(() => ground.drainNow().catch(() => undefined), 7);
