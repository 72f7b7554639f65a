import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Child, startChild } from './children.ts';
import { newFolder, type TestStand } from './test-stand.ts';

type NginxPlan = { readonly name: string; readonly core: number | null; readonly http: string };

/** Debian keeps it outside the search path of ordinary users. */
const CANDIDATES = ['nginx', '/usr/sbin/nginx', '/usr/local/sbin/nginx'];

let known: { program: string; version: string } | null | undefined;

function find(): { program: string; version: string } | null {
  for (const program of CANDIDATES) {
    try {
      const output = execFileSync('sh', ['-c', `"${program}" -v 2>&1`], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      return { program, version: /nginx\/(\S+)/.exec(output)?.[1] ?? 'unknown' };
    } catch {
      // Not there; the next place may have it.
    }
  }
  return null;
}

function installed(): { program: string; version: string } | null {
  if (known === undefined) known = find();
  return known;
}

export function nginxProgram(): string | null {
  return installed()?.program ?? null;
}

export function nginxVersion(): string | null {
  return installed()?.version ?? null;
}

function configuration(folder: string, http: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `  ${kind}_temp_path ${folder}/${kind};`,
  );
  return `worker_processes 1;
daemon off;
pid ${folder}/nginx.pid;
error_log stderr warn;
events { worker_connections 8192; }
http {
  access_log off;
  keepalive_timeout 300s;
  keepalive_requests 1000000000;
${temporary.join('\n')}
  ${http}
}
`;
}

/** One worker under a configuration that shares nothing with the system's. */
export function startNginx(stand: TestStand, plan: NginxPlan): Child {
  const program = nginxProgram();
  if (program === null) throw new Error('nginx is not installed');
  const folder = newFolder(stand, `${plan.name}-files`);
  const file = join(folder, 'nginx.conf');
  writeFileSync(file, configuration(folder, plan.http));
  return startChild(stand, {
    name: plan.name,
    core: plan.core,
    command: [program, '-p', folder, '-e', 'stderr', '-c', file],
  });
}
