import { mkdirSync, writeFileSync } from 'node:fs';
import { describeEnvironment, type Environment } from './environment.ts';
import { startGenerator } from './load/generator.ts';
import { type Contender, lanesOfDirect, type Measurement, measures, type Setting } from './measure/index.ts';
import { type Lane, type Options, readOptions, UsageError, usage } from './options.ts';
import { renderEnvironment, renderErrors, renderTable } from './report.ts';
import { type Sample, type Summary, summarise } from './summary.ts';
import { findTarget } from './targets/index.ts';
import type { Site } from './targets/target.ts';
import { openTestStand } from './test-stand.ts';
import { startUpstreams } from './upstream/index.ts';

const RESULTS = new URL('./results/', import.meta.url);
/** A lane after another target's: what that one still had to write or to free is not to fall into the next window. */
const REST_MS = 200;

function say(text: string): void {
  process.stdout.write(text);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Those that can be measured here; a target that should start and does not is reported as a failure. */
async function startContenders(options: Options, site: Site): Promise<{ contenders: Contender[]; failed: boolean }> {
  const contenders: Contender[] = [];
  let failed = false;
  for (const name of options.targets) {
    const target = await findTarget(name);
    const reason = target.unavailable();
    if (reason !== null) {
      say(`skipped: ${name}: ${reason}\n`);
      continue;
    }
    try {
      contenders.push({ target, running: await target.start(site) });
    } catch (error) {
      say(`failed: ${name}: ${messageOf(error)}\n`);
      failed = true;
    }
  }
  return { contenders, failed };
}

async function measureOnce(lane: Lane, contender: Contender, setting: Setting): Promise<Measurement> {
  try {
    return await measures[lane](contender, setting);
  } catch (error) {
    return { figures: {}, errors: [messageOf(error)] };
  }
}

async function runRound(round: number, contenders: readonly Contender[], setting: Setting): Promise<Sample[]> {
  const samples: Sample[] = [];
  const { only, memoryRounds } = setting.options;
  for (const lane of only) {
    if (lane === 'memory' && round > memoryRounds) continue;
    for (const contender of contenders) {
      if (contender.running.pid === null && !lanesOfDirect.includes(lane)) continue;
      const { name } = contender.target;
      const measurement = await measureOnce(lane, contender, setting);
      samples.push({ lane, target: name, round, ...measurement });
      await new Promise((resolve) => setTimeout(resolve, REST_MS));
    }
  }
  return samples;
}

function writeResults(environment: Environment, options: Options, summary: Summary, samples: readonly Sample[]): string {
  mkdirSync(RESULTS, { recursive: true });
  const stamp = new Date().toISOString().replaceAll(':', '-').slice(0, 19);
  const file = new URL(`${stamp}.json`, RESULTS);
  writeFileSync(file, `${JSON.stringify({ environment, options, summary, samples }, null, 2)}\n`);
  return file.pathname;
}

async function run(options: Options): Promise<number> {
  const began = performance.now();
  const seconds = () => ((performance.now() - began) / 1e3).toFixed(0);
  const stand = openTestStand();
  const upstreams = await startUpstreams(stand);
  const site = { stand, upstreams };
  const generator = startGenerator(stand);
  const environment = describeEnvironment(stand, upstreams.plainServer);
  say(`${renderEnvironment(environment)}\n`);

  const { contenders, failed } = await startContenders(options, site);
  const samples: Sample[] = [];
  for (let round = 1; round <= options.rounds; round += 1) {
    const ofRound = await runRound(round, contenders, { site, generator, options });
    samples.push(...ofRound);
    say(`round ${round} of ${options.rounds} done after ${seconds()} s\n${renderErrors(ofRound)}`);
  }
  await Promise.all(contenders.map(({ running }) => running.stop()));

  const summary = summarise(samples);
  const names = contenders.map(({ target }) => target.name);
  say(`\n${renderTable(names, summary)}\n`);
  say(`Medians of ${options.rounds} rounds${options.quick ? ', short windows: a look, not a measurement' : ''}. `);
  say(`Latencies at ${options.rps} requests/s, as added to those of direct, whose own are in brackets.\n`);
  say(`Written to ${writeResults(environment, options, summary, samples)}\n`);
  return failed || samples.some(({ errors }) => errors.length > 0) ? 1 : 0;
}

async function main(): Promise<number> {
  try {
    const options = readOptions(process.argv.slice(2));
    if (options !== null) return await run(options);
    say(usage);
    return 0;
  } catch (error) {
    say(
      error instanceof UsageError
        ? `${error.message}\n\n${usage}`
        : `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
    return error instanceof UsageError ? 2 : 1;
  }
}

process.exit(await main());
