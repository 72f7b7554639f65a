import cluster from 'node:cluster';
import type { Flags } from '../config/index.ts';

/** One process, or with `--workers` a primary that has the store and equal workers that share the port. */
export async function serveCommand(flags: Flags, watch: boolean): Promise<void> {
  if (cluster.isWorker) return (await import('./serving/serve-worker.ts')).serveAsWorker();
  const { prepare } = await import('./prepare.ts');
  const prepared = await prepare(flags);
  if (prepared.configuration.server.workers > 1)
    return (await import('./serving/serve-primary.ts')).serveAsPrimary(prepared, flags, watch);
  return (await import('./serving/serve-alone.ts')).serveAlone(prepared, flags, watch);
}
