import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Pair } from './pairs.ts';

export type Outcome = {
  readonly pair: Pair;
  /** null: the conversation was as it should be. */
  readonly fault: string | null;
};

const PAGE = fileURLToPath(new URL('../../docs/clients.md', import.meta.url));
const BETWEEN_MARKERS = /(<!-- clients:begin -->\n)[\s\S]*(<!-- clients:end -->)/;

export function printOutcome(name: string, fault: string | null): void {
  process.stdout.write(fault === null ? `ok   ${name}\n` : `FAIL ${name}\n     ${fault.replaceAll('\n', '\n     ')}\n`);
}

/** A row for each client, a column for each upstream. */
export function writeTable(outcomes: readonly Outcome[]): void {
  const upstreams = [...new Set(outcomes.map(({ pair }) => pair.dialect.name))];
  const clients = Map.groupBy(outcomes, ({ pair }) => `${pair.program.name} | ${versionOf(pair)}`);
  const rows = [...clients].map(([client, of]) => {
    const cells = upstreams.map((name) => cellOf(of.find(({ pair }) => pair.dialect.name === name)));
    return `| ${client} | ${cells.join(' | ')} |`;
  });
  const head = `| Client | Version | ${upstreams.join(' | ')} |\n| --- | --- |${' --- |'.repeat(upstreams.length)}`;
  const page = readFileSync(PAGE, 'utf8');
  writeFileSync(PAGE, page.replace(BETWEEN_MARKERS, `$1\n${head}\n${rows.join('\n')}\n\n$2`));
}

function versionOf({ program }: Pair): string {
  return Object.values(program.installation.packages).join(', ');
}

function cellOf(outcome: Outcome | undefined): string {
  if (outcome === undefined) return '';
  return outcome.fault === null ? 'ok' : `fails: ${outcome.fault.split('\n')[0]?.replaceAll('|', '\\|') ?? ''}`;
}
