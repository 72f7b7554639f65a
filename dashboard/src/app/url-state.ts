import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';

export type UrlChanges = Readonly<Record<string, string | null>>;

/** Search parameters as plain text: `?q=123` is the text 123, and everything stays readable. */
export function readSearch(text: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(text));
}

export function writeSearch(search: Readonly<Record<string, unknown>>): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) {
    if (value !== null && value !== undefined && value !== '') parameters.set(name, String(value));
  }
  const text = parameters.toString();
  return text === '' ? '' : `?${text}`;
}

/**
 * What a page remembers in its address, so that a link shows what its sender saw. `push` makes a step that "back"
 * undoes; the rest replaces.
 */
export function useUrlState(): readonly [
  Readonly<Record<string, string | undefined>>,
  (changes: UrlChanges, how?: 'push' | 'replace') => void,
] {
  const search: Record<string, string | undefined> = useSearch({ strict: false });
  const navigate = useNavigate();
  const change = useCallback(
    (changes: UrlChanges, how: 'push' | 'replace' = 'replace') => {
      void navigate({
        to: '.',
        search: (before: Record<string, unknown>) => ({ ...before, ...changes }),
        replace: how === 'replace',
        resetScroll: false,
      } as never);
    },
    [navigate],
  );
  return [search, change];
}
