import { mkdirSync, writeFileSync } from 'node:fs';
import { stopAllChildren } from './children.ts';
import { describeEnvironment, type Environment } from './environment.ts';
import { startGenerator } from './load/generator.ts';
import {
  type Contender,
  lanesOfDirect,
  lanesOfFreshProcesses,
  type Measurement,
  measures,
  type Setting,
} from './measure/index.ts';
import { type Lane, type Options, readOptions, UsageError, usage } from './options.ts';
import { renderEnvironment, renderErrors, renderTable } from './report.ts';
import { type Sample, type Summary, summarise } from './summary.ts';
import { findTarget, UnknownTarget } from './targets/index.ts';
import type { Site, Target } from './targets/target.ts';
import { openTestStand } from './test-stand.ts';
import { startUpstreams } from './upstream/index.ts';

const RESULTS = new URL('./results/', import.meta.url);
/** What one target still has to write or to free is not to fall into the window of the next. */
const REST_MS = 200;

function say(text: string): void {
  process.stdout.write(text);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Those that can be measured here; a target that should start and does not is reported as a failure. */
async function startContenders(
  targets: readonly Target[],
  site: Site,
): Promise<{ contenders: Contender[]; failed: boolean }> {
  const contenders: Contender[] = [];
  let failed = false;
  for (const target of targets) {
    const { name } = target;
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

/** What is wrong with a target shows in its rounds; here only time passes. */
async function warmUp(contender: Contender, setting: Setting): Promise<void> {
  const { warmUpMs } = setting.options;
  const options = { ...setting.options, warmMs: 0, cpuWindowMs: warmUpMs };
  await measureOnce('cpu', contender, { ...setting, options });
  await measureOnce('stream', contender, { ...setting, options });
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
  const { only, freshRounds } = setting.options;
  for (const lane of only) {
    if (lanesOfFreshProcesses.includes(lane) && round > freshRounds) continue;
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

function writeResults(
  environment: Environment,
  options: Options,
  summary: Summary,
  samples: readonly Sample[],
): string {
  mkdirSync(RESULTS, { recursive: true });
  const stamp = new Date().toISOString().replaceAll(':', '-').slice(0, 19);
  const file = new URL(`${stamp}.json`, RESULTS);
  writeFileSync(file, `${JSON.stringify({ environment, options, summary, samples }, null, 2)}\n`);
  return file.pathname;
}

async function run(options: Options): Promise<number> {
  const began = performance.now();
  const seconds = () => ((performance.now() - began) / 1e3).toFixed(0);
  const targets = await Promise.all(options.targets.map(findTarget));
  const stand = openTestStand();
  const upstreams = await startUpstreams(stand);
  const site = { stand, upstreams };
  const generator = startGenerator(stand);
  const environment = describeEnvironment(stand, upstreams.plainServer);
  say(`${renderEnvironment(environment)}\n`);

  const { contenders, failed } = await startContenders(targets, site);
  for (const contender of contenders) await warmUp(contender, { site, generator, options });
  const samples: Sample[] = [];
  for (let round = 1; round <= options.rounds; round += 1) {
    const ofRound = await runRound(round, contenders, { site, generator, options });
    samples.push(...ofRound);
    say(`round ${round} of ${options.rounds} done after ${seconds()} s\n${renderErrors(ofRound)}`);
  }
  await Promise.all(contenders.map(({ running }) => running.stop()));
  await stopAllChildren();

  const summary = summarise(samples);
  const names = contenders.map(({ target }) => target.name);
  say(`\n${renderTable(names, summary)}\n`);
  say(`Medians of ${options.rounds} rounds${options.quick ? ', short windows: a look, not a measurement' : ''}. `);
  if (lanesOfDirect.some((lane) => options.only.includes(lane))) {
    say(`Latencies at ${options.rps} requests/s, as added to those of direct, whose own are in brackets. `);
  }
  say(`\nWritten to ${writeResults(environment, options, summary, samples)}\n`);
  return failed || samples.some(({ errors }) => errors.length > 0) ? 1 : 0;
}

async function main(): Promise<number> {
  try {
    const options = readOptions(process.argv.slice(2));
    if (options !== null) return await run(options);
    say(usage);
    return 0;
  } catch (error) {
    const misused = error instanceof UsageError || error instanceof UnknownTarget;
    say(misused ? `${error.message}\n\n${usage}` : `${messageOf(error)}\n`);
    return misused ? 2 : 1;
  }
}

process.exit(await main());
