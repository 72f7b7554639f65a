import { useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import { pages } from '../pages/index.ts';
import { useMay } from '../session/session.ts';

/** After this, a `g` was only a `g`. */
const TOGETHER_MS = 1_200;

/** `g` and a page's letter go there; `/` goes to the search of the page. Nothing of it while somebody writes. */
export function useLetterKeys(): void {
  const navigate = useNavigate();
  const may = useMay();
  useEffect(() => {
    let lastG = Number.NEGATIVE_INFINITY;
    const listener = (event: KeyboardEvent): void => {
      if (event.metaKey || event.ctrlKey || event.altKey || isWriting(event.target)) return;
      if (document.querySelector('[aria-modal="true"]') !== null) return;
      if (event.key === '/') {
        const search = document.querySelector<HTMLInputElement>('[data-search]');
        if (search === null) return;
        event.preventDefault();
        search.focus();
        search.select();
        return;
      }
      if (event.timeStamp - lastG < TOGETHER_MS) {
        const page = pages.find(({ letter, action }) => letter === event.key && may(action));
        lastG = Number.NEGATIVE_INFINITY;
        if (page === undefined) return;
        event.preventDefault();
        void navigate({ to: page.path });
      } else if (event.key === 'g') lastG = event.timeStamp;
    };
    document.addEventListener('keydown', listener);
    return () => document.removeEventListener('keydown', listener);
  }, [navigate, may]);
}

function isWriting(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}
