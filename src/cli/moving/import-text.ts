import { COUNTED_KINDS, type ImportReport, type Note } from '../../administration/moving-in/index.ts';
import { formatUsd, usdFromNano } from '../../std/index.ts';

const NAMES: Readonly<Record<(typeof COUNTED_KINDS)[number], string>> = {
  budget: 'budgets',
  organization: 'organizations',
  user: 'users',
  team: 'teams',
  project: 'projects',
  member: 'team members',
  organization_member: 'organization members',
  customer: 'customers',
  tag: 'tags',
  key: 'keys',
  credential: 'credentials',
  model: 'models',
};

const IDS_SHOWN = 5;

/** What an import came to, a line each. */
export function importLines({ applied, kinds, notBrought, losses }: ImportReport): readonly string[] {
  const [made, changed] = applied ? ['made', 'changed'] : ['to make', 'to change'];
  const counts = COUNTED_KINDS.filter((kind) => kinds[kind].read > 0).map((kind) => {
    const { read, created, updated, unchanged, kept, leftOut, openedNanoUsd } = kinds[kind];
    const spent = openedNanoUsd === 0n ? '' : `; ${formatUsd(openedNanoUsd)} USD spent there`;
    const parts = [
      `${created} ${made}`,
      `${updated} ${changed}`,
      `${unchanged} as they are`,
      ...(kept === 0 ? [] : [`${kept} kept as they are here`]),
      ...(leftOut === 0 ? [] : [`${leftOut} left out`]),
    ];
    return `${NAMES[kind]}: ${read} there; ${parts.join(', ')}${spent}`;
  });
  return [
    ...(counts.length === 0 ? ['There is nothing to bring over.'] : counts),
    ...section('Not brought over:', notBrought),
    ...section('Brought over without:', losses),
    ...(applied ? [] : ['', 'Nothing was written. To bring it over: --apply']),
  ];
}

function section(title: string, notes: readonly Note[]): readonly string[] {
  return notes.length === 0 ? [] : ['', title, ...notes.map(noteLine)];
}

function noteLine({ kind, field, reason, count, ids }: Note): string {
  const shown = ids.slice(0, IDS_SHOWN).join(', ');
  const more = count > IDS_SHOWN ? ` and ${count - IDS_SHOWN} more` : '';
  const what = field === '' ? kind.replace('_', ' ') : `${kind.replace('_', ' ')} ${field}`;
  return `  ${what}: ${reason}: ${shown}${more}`;
}

/** For programs: amounts in USD, names as LiteLLM writes them. */
export function importFacts({ applied, kinds, notBrought, losses }: ImportReport): Readonly<Record<string, unknown>> {
  return {
    applied,
    kinds: Object.fromEntries(
      COUNTED_KINDS.map((kind) => {
        const { leftOut, openedNanoUsd, ...counts } = kinds[kind];
        return [kind, { ...counts, left_out: leftOut, opened_usd: usdFromNano(openedNanoUsd) }];
      }),
    ),
    not_brought: notBrought,
    losses,
  };
}
