import { isJsonObject, type JsonObject } from '../std/index.ts';

/** An explanation for people: what was asked for, the candidates in their order, and why the others are left out. */
export function explanationText(explanation: JsonObject): string {
  const { model, candidates, excluded, refusal } = explanation;
  const lines = [
    `${textIn(model, 'requested')} is ${textIn(model, 'name')} (${textIn(model, 'resolved_by')}), ` +
      `${explanation['stream'] === true ? 'streamed' : 'plain'}, in ${explanation['dialect']}`,
    `strategy ${explanation['strategy']}; ${holdText(explanation['hold'])}`,
    ...saidText('preferences', explanation['preferences']),
    ...saidText('fallbacks', explanation['fallbacks']),
    '',
    ...table(CANDIDATE_COLUMNS, objectsIn(candidates)),
  ];
  const left = objectsIn(excluded);
  if (left.length > 0) lines.push('', 'left out', ...table(EXCLUDED_COLUMNS, left));
  if (isJsonObject(refusal)) lines.push('', `it would be refused with ${refusal['status']}: ${refusal['message']}`);
  const { assumed } = explanation;
  if (isJsonObject(assumed)) lines.push('', assumptionText(assumed), '', explanationText(assumed));
  return lines.join('\n');
}

function assumptionText({ down, prices }: JsonObject): string {
  const outages = Array.isArray(down) ? down.map((id) => `${id} were down`) : [];
  const priced = isJsonObject(prices)
    ? Object.entries(prices).map(([id, price]) => `${id} cost ${pairText(price)}`)
    : [];
  return `--- if ${[...outages, ...priced].join(', ')}`;
}

type Column = { readonly title: string; readonly of: (place: JsonObject) => string };

const WHO: readonly Column[] = [
  { title: 'deployment', of: (place) => textIn(place, 'deployment') },
  { title: 'provider', of: (place) => textIn(place, 'provider') },
  { title: 'credential', of: (place) => textIn(place, 'credential') },
  { title: 'upstream model', of: (place) => textIn(place, 'upstream_model') },
];

const CANDIDATE_COLUMNS: readonly Column[] = [
  { title: '#', of: (place) => textIn(place, 'position') },
  ...WHO,
  { title: 'weight', of: (place) => textIn(place, 'weight') },
  { title: 'in/out $ per Mtok', of: ({ price }) => pairText(price) },
  { title: 'this call $', of: (place) => textIn(place, 'expected_cost_usd') },
  { title: 'first byte p50', of: ({ stats }) => measuredText(stats, 'first_byte_ms', 'ms') },
  { title: 'tokens/s p50', of: ({ stats }) => measuredText(stats, 'throughput', '') },
  { title: 'in flight', of: (place) => textIn(place, 'in_flight') },
  { title: 'limits used', of: ({ limits }) => limitsText(limits) },
  { title: 'circuit', of: ({ standing }) => textIn(standing, 'state') },
  { title: 'why', of: (place) => textIn(place, 'reason') },
];

const EXCLUDED_COLUMNS: readonly Column[] = [
  ...WHO,
  { title: 'by', of: (place) => textIn(place, 'by') },
  { title: 'why', of: (place) => objectionsText(place) },
];

/** Columns as wide as what stands in them; those in which nothing stands are not shown. */
function table(columns: readonly Column[], rows: readonly JsonObject[]): readonly string[] {
  if (rows.length === 0) return ['no candidates'];
  const cells = columns
    .map(({ title, of }) => [title, ...rows.map(of)])
    .filter((column) => column.slice(1).some((text) => text !== '-' && text !== ''));
  const widths = cells.map((column) => Math.max(...column.map((text) => text.length)));
  return [undefined, ...rows].map((_, row) =>
    cells
      .map((column, index) => (column[row] ?? '').padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function holdText(hold: unknown): string {
  if (!isJsonObject(hold)) return '';
  const { budget, outcome } = hold;
  const asked = hold['asked_usd'] === null ? 'no price is known' : `at most ${hold['asked_usd']} USD`;
  if (!isJsonObject(budget)) return `${asked}, no budget`;
  const free = `${budget['rule']} has ${budget['free_usd']} of ${budget['limit_usd']} USD free`;
  const clamped = outcome === 'clamped' ? `, with at most ${hold['max_output_tokens']} output tokens` : '';
  return `${asked}; ${free}: ${outcome}${clamped}`;
}

function saidText(title: string, said: unknown): readonly string[] {
  return isJsonObject(said) && Object.keys(said).length > 0 ? [`${title} ${JSON.stringify(said)}`] : [];
}

/** All that stands against it, where the plan has the first alone. */
function objectionsText(place: JsonObject): string {
  const { objections } = place;
  return Array.isArray(objections) && objections.length > 0 ? objections.join('; ') : textIn(place, 'reason');
}

function limitsText(limits: unknown): string {
  if (!isJsonObject(limits)) return '-';
  const texts = Object.entries(limits).map(
    ([name, each]) => `${name} ${textIn(each, 'used')}/${textIn(each, 'limit')}`,
  );
  return texts.length === 0 ? '-' : texts.join(', ');
}

function measuredText(stats: unknown, name: string, unit: string): string {
  const percentiles = isJsonObject(stats) ? stats[name] : null;
  const p50 = isJsonObject(percentiles) ? percentiles['p50'] : null;
  return typeof p50 === 'number' ? `${Math.round(p50)}${unit === '' ? '' : ` ${unit}`}` : '-';
}

function pairText(price: unknown): string {
  return isJsonObject(price) ? `${price['input']} / ${price['output']}` : '-';
}

function textIn(value: unknown, name: string): string {
  const text = isJsonObject(value) ? value[name] : null;
  return text === null || text === undefined ? '-' : String(text);
}

function objectsIn(list: unknown): readonly JsonObject[] {
  return Array.isArray(list) ? list.filter(isJsonObject) : [];
}
