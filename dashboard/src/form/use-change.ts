import { type QueryKey, useMutation, useQueryClient } from '@tanstack/react-query';
import { tellDone, tellFailure, tellUndoable } from '../app/toast.ts';

type Change<Input, Data> = {
  readonly send: (input: Input) => Promise<unknown>;
  /** What is shown until the answer is there, made from what was shown before. */
  readonly shown?: { readonly queryKey: QueryKey; readonly expect: (before: Data, input: Input) => Data };
  /** What is asked for anew afterwards. */
  readonly touches: readonly QueryKey[];
  readonly done: (input: Input) => string;
  /** What takes it back, where one change does. */
  readonly undo?: (input: Input) => Input;
};

/** A change that is seen at once; where it is refused, what was seen before comes back and the reason is told. */
export function useChange<Input, Data = unknown>({ send, shown, touches, done, undo }: Change<Input, Data>) {
  const queries = useQueryClient();
  const change = useMutation<unknown, Error, Input, Data | undefined>({
    mutationFn: send,
    onMutate: async (input: Input) => {
      if (shown === undefined) return undefined;
      await queries.cancelQueries({ queryKey: shown.queryKey });
      const before = queries.getQueryData<Data>(shown.queryKey);
      if (before !== undefined) queries.setQueryData(shown.queryKey, shown.expect(before, input));
      return before;
    },
    onSuccess: (_, input) =>
      undo === undefined
        ? tellDone(done(input))
        : tellUndoable(done(input), () => void change.mutateAsync(undo(input)).catch(tellFailure)),
    onError: (_, __, before) => {
      if (shown !== undefined && before !== undefined) queries.setQueryData(shown.queryKey, before);
    },
    onSettled: () => Promise.all(touches.map((queryKey) => queries.invalidateQueries({ queryKey }))),
  });
  return {
    isPending: change.isPending,
    /** Tells by itself where it is refused. */
    mutate: (input: Input): void => void change.mutateAsync(input).catch(tellFailure),
    /** For a form or a question, which says itself what was refused. */
    mutateAsync: change.mutateAsync,
  };
}
