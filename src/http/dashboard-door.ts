import type { Incoming, PlainOutgoing } from './message.ts';

const ROOT = '/ui';

/** Whether the dashboard is meant: its files, or the front door as a browser knocks at it. */
export function isDashboard({ method, headers }: Incoming, path: string): boolean {
  if (path === ROOT || path.startsWith(`${ROOT}/`)) return true;
  return path === '/' && method === 'GET' && String(headers.accept ?? '').includes('text/html');
}

/** Loaded by the first request for it: a gateway that serves calls alone never reads a file of it. */
export async function openDashboard(request: Incoming, response: PlainOutgoing, path: string): Promise<void> {
  if (path === '/' || path === ROOT) {
    response.writeHead(302, { location: `${ROOT}/`, 'content-length': 0 });
    response.end('');
    return;
  }
  const { answerDashboard } = await import('./dashboard/index.ts');
  answerDashboard(request, response, path.slice(ROOT.length));
}
