import { Outlet } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { useStanding } from '../session/session.ts';
import { Failure } from './failure.tsx';
import { PageLoading } from './page-states.tsx';
import { Shell } from './shell.tsx';

const SignInPage = lazy(() => import('../session/sign-in-page.tsx'));

/** The pages for those who are signed in; for the others the way in, at the address that they asked for. */
export function Root() {
  const { data, error, refetch } = useStanding();
  if (data === undefined)
    return error === null ? <PageLoading /> : <Failure error={error} retry={() => void refetch()} />;
  if ('ways' in data) {
    return (
      <Suspense fallback={<PageLoading />}>
        <SignInPage ways={data.ways} />
      </Suspense>
    );
  }
  return (
    <Shell>
      <Outlet />
    </Shell>
  );
}
