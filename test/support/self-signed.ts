import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

export type Certificate = { readonly key: string; readonly cert: string };

/** A certificate for this name and this machine, and its key. null: no openssl here. */
export function selfSigned(t: TestContext, name: string): Certificate | null {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-tls-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const options = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', `/CN=${name}`];
  const names = `subjectAltName=DNS:${name},DNS:localhost,IP:127.0.0.1`;
  const made = spawnSync('openssl', [...options, '-addext', names, '-keyout', key, '-out', cert]);
  return made.status === 0 ? { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') } : null;
}
