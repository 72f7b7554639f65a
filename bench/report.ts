import type { Environment } from './environment.ts';
import type { Sample, Summary } from './summary.ts';

type Column = { readonly title: readonly [string, string]; cell(target: string, summary: Summary): string };

const ABSENT = '-';
const GAP = '  ';

function median(summary: Summary, target: string, figure: string): number | null {
  return summary[target]?.[figure]?.median ?? null;
}

function absolute(title: readonly [string, string], figure: string, digits: number): Column {
  return { title, cell: (target, summary) => median(summary, target, figure)?.toFixed(digits) ?? ABSENT };
}

function ratioToNginx(figure: string): Column {
  return {
    title: ['x', 'nginx'],
    cell: (target, summary) => {
      const [own, floor] = [median(summary, target, figure), median(summary, 'nginx', figure)];
      return own === null || floor === null || floor === 0 ? ABSENT : (own / floor).toFixed(1);
    },
  };
}

/** Direct calls show what they took; every other target shows what it added to that. */
function added(title: readonly [string, string], lane: string, figure: string): Column {
  return {
    title,
    cell: (target, summary) => {
      if (target === 'direct') {
        const own = median(summary, target, `${lane}.${figure}`);
        return own === null ? ABSENT : `(${own.toFixed(0)})`;
      }
      const more = median(summary, target, `${lane}.added_${figure}`);
      return more === null ? ABSENT : `${more < 0 ? '' : '+'}${more.toFixed(0)}`;
    },
  };
}

const columns: readonly Column[] = [
  absolute(['CPU us', '/request'], 'cpu.cpu_us_per_request', 1),
  ratioToNginx('cpu.cpu_us_per_request'),
  absolute(['requests', '/s'], 'cpu.requests_per_second', 0),
  absolute(['CPU us', '/chunk'], 'stream.cpu_us_per_chunk', 1),
  ratioToNginx('stream.cpu_us_per_chunk'),
  added(['latency', 'p50 us'], 'latency', 'p50_us'),
  added(['latency', 'p99 us'], 'latency', 'p99_us'),
  added(['1st byte', 'p50 us'], 'first-byte', 'p50_us'),
  added(['1st byte', 'p99 us'], 'first-byte', 'p99_us'),
  absolute(['idle', 'MB'], 'memory.idle_mb', 0),
  absolute(['500 str.', 'MB'], 'memory.streams_mb', 0),
  absolute(['start ms', 'new'], 'start.new_ms', 0),
  absolute(['start ms', 'existing'], 'start.existing_ms', 0),
];

/** Columns in which no target has a figure are left out. */
export function renderTable(targets: readonly string[], summary: Summary): string {
  const shown = columns
    .map((column) => [...column.title, ...targets.map((target) => column.cell(target, summary))])
    .filter((cells) => cells.slice(2).some((cell) => cell !== ABSENT));
  const names = ['', 'target', ...targets];
  const nameWidth = Math.max(...names.map((name) => name.length));
  const lines = names.map((name, row) => {
    const cells = shown.map((column) => (column[row] ?? '').padStart(Math.max(...column.map((cell) => cell.length))));
    return [name.padEnd(nameWidth), ...cells].join(GAP).trimEnd();
  });
  return `${lines.join('\n')}\n`;
}

export function renderEnvironment(environment: Environment): string {
  const width = Math.max(...Object.keys(environment).map((name) => name.length));
  return Object.entries(environment)
    .map(([name, value]) => `${name.padEnd(width)}  ${value}\n`)
    .join('');
}

export function renderErrors(samples: readonly Sample[]): string {
  return samples
    .flatMap(({ lane, target, round, errors }) =>
      errors.map((error) => `void: ${target}, ${lane}, round ${round}: ${error}\n`),
    )
    .join('');
}
