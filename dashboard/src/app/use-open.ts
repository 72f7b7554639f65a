import { useNavigate, useParams } from '@tanstack/react-router';

/** What is open in a page, by the rest of its address: `/keys/abc` is `abc`, `/keys` is null. */
export function useOpen(page: string): readonly [string | null, (id: string | null) => void] {
  const { _splat: rest = '' } = useParams({ strict: false });
  const navigate = useNavigate();
  const open = (id: string | null): void => {
    const to = id === null ? page : `${page}/${id.split('/').map(encodeURIComponent).join('/')}`;
    void navigate({ to, search: (before: Record<string, unknown>) => before } as never);
  };
  return [rest === '' ? null : rest, open];
}
