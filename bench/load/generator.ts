import { type Child, startChild } from '../children.ts';
import type { TestStand } from '../test-stand.ts';
import type { Job, ResultOf } from './job.ts';

/** The load generator as seen from outside: a process that takes one job at a time. */
export type Generator = {
  run<J extends Job>(job: J): Promise<ResultOf[J['kind']]>;
};

type Reply<J extends Job> = { readonly result?: ResultOf[J['kind']]; readonly fault?: string };

/** Beyond its own time, for connecting, draining and a busy machine. */
const PATIENCE_MS = 30_000;

function ask<J extends Job>(child: Child, job: J): Promise<ResultOf[J['kind']]> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => {
      clearTimeout(timer);
      child.process.off('message', onMessage);
      child.process.off('exit', onExit);
      act();
    };
    const onMessage = ({ result, fault }: Reply<J>) => {
      settle(() =>
        result === undefined ? reject(new Error(fault ?? 'the load generator sent nothing')) : resolve(result),
      );
    };
    const onExit = () => settle(() => reject(new Error(`the load generator ended:\n${child.lastWords()}`)));
    const onTimeout = () => settle(() => reject(new Error('the load generator did not finish in time')));
    const timer = setTimeout(onTimeout, job.warmMs + job.windowMs + PATIENCE_MS);
    child.process.on('message', onMessage);
    child.process.on('exit', onExit);
    child.process.send(job);
  });
}

export function startGenerator(stand: TestStand): Generator {
  const child = startChild(stand, {
    name: 'load-generator',
    core: stand.cores.load,
    command: [process.execPath, new URL('./main.ts', import.meta.url).pathname],
    channel: true,
  });
  return { run: (job) => ask(child, job) };
}
