import { useUrlState } from '../../app/url-state.ts';
import { m } from '../../messages/index.ts';
import { FilterChip } from '../../table/filter-chip.tsx';

const names = { team: m.keys.columns.team, user: m.keys.columns.user } as const;

/** Whose keys are listed, where another page leads here. */
export function KeyFilters() {
  const [url, change] = useUrlState();
  return Object.entries(names).map(([id, name]) => {
    const value = url[id];
    if (value === undefined) return null;
    return <FilterChip key={id} name={name} value={value} onRemove={() => change({ [id]: null }, 'push')} />;
  });
}
