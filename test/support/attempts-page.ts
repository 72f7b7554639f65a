import { readFileSync } from 'node:fs';
import { kindsByFailure, kindsByStatus } from '../../src/providers/refusals/classify.ts';
import { reasonsByCode } from '../../src/providers/refusals/error-facts.ts';
import { refusalKinds } from '../../src/providers/refusals/refusal-kinds.ts';

const PAGE = new URL('../../docs/routing-attempts.md', import.meta.url);

/** Keys by their value, each a row. */
function byKind(entries: readonly (readonly [string, string])[], head: string): string {
  const kinds = [...new Set(entries.map(([, kind]) => kind))];
  const rows = kinds.map((kind) => {
    const keys = entries.filter((entry) => entry[1] === kind).map(([key]) => `\`${key}\``);
    return `| \`${kind}\` | ${keys.join(', ')} |`;
  });
  return [`| Kind | ${head} |`, '| --- | --- |', ...rows].join('\n');
}

const tables: Readonly<Record<string, string>> = {
  kinds: [
    '| Kind | What follows | Cause | About | Counts against it |',
    '| --- | --- | --- | --- | --- |',
    ...Object.entries(refusalKinds).map(
      ([kind, { verdict, cause, about, cooldown }]) =>
        `| \`${kind}\` | ${verdict} | ${verdict === 'answered' ? '' : cause} | ${verdict === 'answered' ? '' : about} | ${cooldown ? 'yes' : 'no'} |`,
    ),
  ].join('\n'),
  statuses: byKind(Object.entries(kindsByStatus), 'Statuses'),
  codes: byKind(Object.entries(reasonsByCode), 'Codes'),
  failures: byKind(Object.entries(kindsByFailure), 'What the connection did'),
};

/** The page as it stands, with the tables that the code has in their places. */
export function attemptsPage(): string {
  let page = readFileSync(PAGE, 'utf8');
  for (const [name, table] of Object.entries(tables)) {
    const place = new RegExp(`<!-- ${name} -->\\n(?:\\n(?:\\|.*\\n)+)?`);
    if (!place.test(page)) throw new Error(`docs/routing-attempts.md has no place for ${name}`);
    page = page.replace(place, `<!-- ${name} -->\n\n${table}\n`);
  }
  return page;
}
