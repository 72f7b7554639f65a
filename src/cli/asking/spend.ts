import type { OptionValues } from 'commander';
import type { Flags } from '../../config/index.ts';
import { isJsonObject, type JsonObject } from '../../std/index.ts';
import { exitCode } from '../exit-code.ts';
import { print, printError } from '../output.ts';
import { asTable } from './as-table.ts';
import { callGateway, numberOf, showAnswer } from './call-gateway.ts';
import { SPEND_GROUPS } from './spend-groups.ts';

/** The sums that `/reports/usage` tells, as a table: a line for each group or day, and one for all. */
export async function spendCommand(flags: Flags, options: OptionValues): Promise<void> {
  const by = typeof options['by'] === 'string' ? options['by'] : 'day';
  if (!SPEND_GROUPS.some((group) => group === by)) {
    printError(`--by: expected one of ${SPEND_GROUPS.join(', ')}, got '${by}'.`);
    process.exitCode = exitCode.failed;
    return;
  }
  numberOf('--limit', options['limit']);
  const asked = new URLSearchParams(by === 'day' ? { bucket: 'day' } : { by, bucket: 'none' });
  for (const name of ['from', 'to', 'limit']) if (typeof options[name] === 'string') asked.set(name, options[name]);
  const answer = await callGateway(flags, options, 'GET', `/reports/usage?${asked}`);
  showAnswer(answer, options, (report) => {
    const lines: readonly JsonObject[] =
      by === 'day' ? objectsIn(report['series']) : objectsIn(report['groups']).map(lineOfGroup);
    const total: JsonObject = { ...objectIn(report['totals']), label: 'total' };
    const rows = [...lines, total].map((line) => [
      String(line['label'] ?? line['start']),
      ...COLUMNS.map((column) => String(line[column] ?? 0)),
    ]);
    print(asTable([by, ...COLUMNS], rows));
    if (report['has_more'] === true) print('There are more: ask for them with --limit.');
  });
}

const COLUMNS = ['spend_usd', 'requests', 'failed_requests', 'prompt_tokens', 'completion_tokens'] as const;

/** By the alias, where there is one; what is nobody's has no name. */
function lineOfGroup(group: JsonObject): JsonObject {
  const { name, alias, totals } = group;
  const shown = name === '' ? '(none)' : alias === null ? name : `${alias} (${name})`;
  return { ...objectIn(totals), label: String(shown) };
}

function objectIn(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {};
}

function objectsIn(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}
