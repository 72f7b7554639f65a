import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { lockDataFolder } from '../../src/store/index.ts';

describe('the lock of the data folder', () => {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-lock-'));
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('is held by one, who is named, and can be taken after a release', () => {
    const lock = lockDataFolder(folder);
    assert.ok('release' in lock);
    const second = lockDataFolder(folder);
    assert.ok('heldBy' in second);
    assert.match(second.heldBy, new RegExp(`^process ${process.pid}, since \\d{4}-`));
    lock.release();
    const third = lockDataFolder(folder);
    assert.ok('release' in third);
    third.release();
  });

  it('is free again after its holder was killed', async () => {
    const program =
      `import { lockDataFolder } from ${JSON.stringify(new URL('../../src/store/index.ts', import.meta.url).href)};` +
      `const lock = lockDataFolder(${JSON.stringify(folder)}); console.log('release' in lock); setInterval(() => {}, 1000);`;
    const holder = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const said = await new Promise((resolve) => holder.stdout.once('data', (data) => resolve(String(data).trim())));
    assert.equal(said, 'true');
    const refused = lockDataFolder(folder);
    assert.ok('heldBy' in refused);
    assert.match(refused.heldBy, new RegExp(`^process ${holder.pid},`));
    holder.kill('SIGKILL');
    await new Promise((resolve) => holder.once('exit', resolve));
    const lock = lockDataFolder(folder);
    assert.ok('release' in lock);
    lock.release();
  });

  it('says what is wrong with a folder that is not there', () => {
    assert.throws(() => lockDataFolder(join(folder, 'missing')), /cannot be locked/);
  });
});
