import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FirstSteps, firstStepsKey, firstStepsQuery, saveFirstSteps } from '../../api/first-steps.ts';
import { tellFailure } from '../../app/toast.ts';
import { useMay, useSession } from '../../session/session.ts';

export const stepNames = ['administrator', 'provider', 'key', 'call', 'logs'] as const;
export type StepName = (typeof stepNames)[number];

export type StepState = 'done' | 'skipped' | 'open';

/** What the doors of all steps ask for. */
const NEEDED = ['model.create', 'credential.create', 'key.create', 'spend.read'];

/** How far the first steps are; the same in any browser of the person. */
export function useFirstSteps() {
  const session = useSession();
  const queries = useQueryClient();
  const may = useMay();
  const isTheirs = NEEDED.every(may);
  const { data, error } = useQuery({ ...firstStepsQuery(session), enabled: isTheirs });
  const refresh = (): Promise<void> => queries.invalidateQueries({ queryKey: firstStepsKey });
  const save = async (change: Partial<FirstSteps>): Promise<void> => {
    if (data === undefined) return;
    try {
      await saveFirstSteps(session, { ...data, ...change });
      await refresh();
    } catch (failure) {
      tellFailure(failure);
    }
  };
  const stateOf = (name: StepName): StepState => {
    const isDone = {
      administrator: true,
      provider: data?.hasProvider === true,
      key: data?.hasKey === true,
      call: data?.callId != null,
      logs: false,
    }[name];
    if (isDone) return 'done';
    return data?.skipped.includes(name) === true ? 'skipped' : 'open';
  };
  return {
    session,
    standing: data,
    error,
    refresh,
    stateOf,
    /** Whether somebody is to be led here: nothing was ever called, and nobody said no. */
    isDue: isTheirs && data !== undefined && !data.isClosed && data.callId === null,
    isTheirs,
    skip: (name: StepName) => save({ skipped: [...(data?.skipped ?? []), name] }),
    takeUp: (name: StepName) => save({ skipped: (data?.skipped ?? []).filter((each) => each !== name) }),
    close: () => save({ isClosed: true }),
  };
}
