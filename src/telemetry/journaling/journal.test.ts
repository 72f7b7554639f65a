import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { FRAME_HEADER_BYTES, readFrame } from './journal-frame.ts';
import { journalStart, readJournal, unreadBytes } from './journal-reader.ts';
import { listSegments, segmentFile } from './journal-segment.ts';
import { type Journal, openJournal } from './journal-writer.ts';

const root = mkdtempSync(join(tmpdir(), 'waybill-journal-'));
let writers = 0;

function open(segmentBytes?: number): { journal: Journal; folder: string } {
  const writer = `w${++writers}`;
  const options = segmentBytes === undefined ? { root, writer } : { root, writer, segmentBytes };
  return { journal: openJournal(options), folder: join(root, writer) };
}

function append(journal: Journal, record: string): Promise<Error | null> {
  return new Promise((resolve) => journal.append(record, resolve));
}

function recordsOf(folder: string): string[] {
  return readJournal(folder, journalStart, 1_000_000).entries.map(({ record }) => record);
}

describe('the journal', () => {
  after(() => rmSync(root, { recursive: true, force: true }));

  it('has a record on disk when it says so, and gives records back in order', async () => {
    const { journal, folder } = open();
    for (const record of ['{"a":1}', '{"b":"\u{1F600} \u00fc"}', '{"c":"\\n"}']) {
      assert.equal(await append(journal, record), null);
      assert.equal(recordsOf(folder).at(-1), record);
    }
    assert.equal(recordsOf(folder).length, 3);
    journal.close();
  });

  it('puts all records of a moment into one frame', async () => {
    const { journal, folder } = open();
    const records = Array.from({ length: 500 }, (_, index) => `{"n":${index}}`);
    await Promise.all(records.map((record) => append(journal, record)));
    const bytes = readFileSync(segmentFile(folder, 1));
    const frame = readFrame(bytes, 0);
    assert.ok(typeof frame === 'object');
    assert.equal(frame.end, bytes.length);
    assert.deepEqual(recordsOf(folder), records);
    journal.close();
  });

  it('tells of records when they are on the disk, one sync for all of a moment, over segments', async () => {
    const writer = `w${++writers}`;
    const journal = openJournal({ root, writer, segmentBytes: 2_000, syncFirst: true });
    const records = Array.from({ length: 300 }, (_, index) => `{"n":${index},"text":"${'x'.repeat(30)}"}`);
    const told: number[] = [];
    for (let start = 0; start < records.length; start += 30) {
      const some = records.slice(start, start + 30);
      const all = some.map(async (record, nth) => {
        assert.equal(await append(journal, record), null);
        told.push(start + nth);
      });
      // Half of the moments begin while the sync of the one before them runs.
      if (start % 60 === 0) await Promise.all(all);
      else await new Promise(setImmediate);
    }
    assert.equal(await append(journal, '{"last":true}'), null);
    assert.deepEqual(told, Array.from(records.keys()));
    assert.deepEqual(recordsOf(join(root, writer)), [...records, '{"last":true}']);
    assert.ok(listSegments(join(root, writer)).length > 3);
    journal.close();
    assert.match(String(await append(journal, '{}')), /closed/);
  });

  it('begins a new segment when one is full, and after those of an earlier run', async () => {
    const { journal, folder } = open(100);
    for (let index = 0; index < 6; index++) await append(journal, `{"n":${index},"text":"${'x'.repeat(40)}"}`);
    assert.deepEqual(listSegments(folder), [1, 2, 3]);
    journal.close();
    const again = openJournal({ root, writer: `w${writers}` });
    await append(again, '{"n":6}');
    again.close();
    assert.deepEqual(listSegments(folder), [1, 2, 3, 4]);
    assert.equal(recordsOf(folder).length, 7);
  });

  it('takes records larger than its buffer', async () => {
    const { journal, folder } = open();
    const record = JSON.stringify({ text: '\u20ac'.repeat(3_000_000) });
    await append(journal, record);
    await append(journal, '{"after":true}');
    assert.deepEqual(recordsOf(folder), [record, '{"after":true}']);
    journal.close();
  });

  it('writes what waits when it is closed, and refuses afterwards', async () => {
    const { journal, folder } = open();
    const waiting = append(journal, '{"last":true}');
    journal.close();
    assert.equal(await waiting, null);
    assert.deepEqual(recordsOf(folder), ['{"last":true}']);
    assert.match(String(await append(journal, '{"late":true}')), /closed/);
  });

  it('is read on from where reading stopped', async () => {
    const { journal, folder } = open(200);
    for (let index = 0; index < 20; index++) await append(journal, `{"n":${index},"text":"${'x'.repeat(40)}"}`);
    const read: string[] = [];
    let cursor = journalStart;
    for (;;) {
      const part = readJournal(folder, cursor, 3);
      assert.ok(part.entries.length <= 3);
      read.push(...part.entries.map(({ record }) => record));
      cursor = part.cursor;
      if (part.atEnd) break;
    }
    assert.deepEqual(read, recordsOf(folder));
    assert.equal(unreadBytes(folder, cursor), 0);
    await append(journal, '{"n":20}');
    assert.ok(unreadBytes(folder, cursor) > 0);
    assert.deepEqual(
      readJournal(folder, cursor, 3).entries.map(({ record }) => record),
      ['{"n":20}'],
    );
    journal.close();
  });

  it('cut off anywhere, gives the records of the frames that are whole, and no damage', async () => {
    const { journal, folder } = open();
    const ends: number[] = [];
    for (let index = 0; index < 8; index++) {
      await append(journal, `{"n":${index},"text":"${'\u00fc'.repeat(index * 5)}"}`);
      ends.push(readFileSync(segmentFile(folder, 1)).length);
    }
    journal.close();
    const whole = readFileSync(segmentFile(folder, 1));
    for (let length = 0; length <= whole.length; length++) {
      writeFileSync(segmentFile(folder, 1), whole.subarray(0, length));
      const reading = readJournal(folder, journalStart, 100);
      assert.equal(reading.entries.length, ends.filter((end) => end <= length).length, `cut at ${length}`);
      assert.deepEqual(reading.damage, []);
    }
  });

  it('with a byte changed anywhere, gives what is before it and reports the rest', async () => {
    const { journal, folder } = open();
    for (let index = 0; index < 4; index++) await append(journal, `{"n":${index}}`);
    journal.close();
    const next = openJournal({ root, writer: `w${writers}` });
    await append(next, '{"next":"segment"}');
    next.close();
    const whole = readFileSync(segmentFile(folder, 1));
    const frameBytes = whole.length / 4;
    for (let at = 0; at < whole.length; at++) {
      const changed = Buffer.from(whole);
      changed[at] = (whole[at] ?? 0) ^ 0x10;
      writeFileSync(segmentFile(folder, 1), changed);
      const records = recordsOf(folder);
      assert.equal(records.length, Math.floor(at / frameBytes) + 1, `changed at ${at}`);
      assert.equal(records.at(-1), '{"next":"segment"}');
    }
    const inFirst = Buffer.from(whole);
    inFirst[FRAME_HEADER_BYTES] = 0;
    writeFileSync(segmentFile(folder, 1), inFirst);
    assert.deepEqual(readJournal(folder, journalStart, 100).damage, [{ segment: 1, bytes: whole.length }]);
  });

  it('says that a record could not be written, and goes on when it can again', () => {
    const file = (name: string): string => JSON.stringify(new URL(name, import.meta.url).href);
    // The files may grow to 8 KiB: what goes beyond is cut short by the system, as on a full disk.
    const program = `
      import { openJournal } from ${file('./journal-writer.ts')};
      import { readJournal, journalStart } from ${file('./journal-reader.ts')};
      const root = process.argv[1];
      const journal = openJournal({ root, writer: 'full' });
      const append = (text) => new Promise((resolve) => journal.append(JSON.stringify({ text }), resolve));
      const results = [];
      for (const size of [4000, 9000, 3000, 3000, 500]) results.push((await append('x'.repeat(size)))?.code ?? null);
      const { entries, damage } = readJournal(root + '/full', journalStart, 100);
      console.log(JSON.stringify({ results, sizes: entries.map(({ record }) => record.length - 11), damage }));`;
    const script = 'trap "" XFSZ; ulimit -f 8; exec "$0" --input-type=module -e "$1" "$2"';
    const said = execFileSync('bash', ['-c', script, process.execPath, program, root], { encoding: 'utf8' });
    assert.deepEqual(JSON.parse(said), {
      results: [null, 'EFBIG', null, 'EFBIG', null],
      sizes: [4000, 3000, 500],
      damage: [],
    });
  });
});
