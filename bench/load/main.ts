import { closedLoop } from './closed-loop.ts';
import type { Job, ResultOf } from './job.ts';
import { openLoop } from './open-loop.ts';
import { streams } from './streams.ts';

/** The load generator is a process of its own: it takes one job at a time and answers with its result. */
function perform(job: Job): Promise<ResultOf[Job['kind']]> {
  switch (job.kind) {
    case 'closed-loop':
      return closedLoop(job);
    case 'streams':
      return streams(job);
    case 'open-loop':
      return openLoop(job);
  }
}

process.on('message', (job: Job) => {
  perform(job).then(
    (result) => process.send?.({ result }),
    (error: unknown) =>
      process.send?.({ fault: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  );
});
process.on('disconnect', () => process.exit());
