import { useQuery } from '@tanstack/react-query';
import { modelsQuery } from '../../api/models.ts';
import { type Fallback, type FallbackType, putFallback, routerQuery } from '../../api/routing.ts';
import type { Field, FieldValues } from '../../form/field.ts';
import { FieldsForm } from '../../form/fields-form.tsx';
import { useChange } from '../../form/use-change.ts';
import { m } from '../../messages/index.ts';

const words = m.routing.fallbacks;

type Props = {
  /** That is changed; left out: a new one. */
  readonly fallback?: Fallback;
  readonly onClose: () => void;
};

export function FallbackForm({ fallback, onClose }: Props) {
  const { data: models = [] } = useQuery(modelsQuery);
  const fields = fieldsWith(
    models.map(({ id }) => id),
    fallback !== undefined,
  );
  const put = useChange<Fallback>({
    send: putFallback,
    touches: [routerQuery.queryKey],
    done: ({ model }) => words.saved(model),
  });
  const send = async ({ model, fallback_type: type, fallback_models: targets }: FieldValues): Promise<void> => {
    const names = typeof targets === 'object' ? targets : [];
    await put.mutateAsync({ model: String(model), type: type as FallbackType, targets: names });
    onClose();
  };
  const row =
    fallback === undefined
      ? undefined
      : { model: fallback.model, fallback_type: fallback.type, fallback_models: fallback.targets };
  return (
    <FieldsForm
      title={fallback === undefined ? words.add : words.editOf(fallback.model)}
      verb={m.frame.save}
      fields={fields}
      row={row ?? { fallback_type: 'general' }}
      onClose={onClose}
      onSend={send}
    />
  );
}

/** What falls back, and when, says which fallback it is: another one is another one. */
const fieldsWith = (models: readonly string[], isFixed: boolean): readonly Field[] => [
  {
    id: 'model',
    kind: 'choice',
    label: words.model,
    choices: Object.fromEntries(models.map((id) => [id, id])),
    isRequired: true,
    isFixed,
  },
  { id: 'fallback_type', kind: 'choice', label: words.when, choices: words.types, isFixed },
  { id: 'fallback_models', kind: 'models', label: words.targets, hint: words.targetsHint, isRequired: true },
];
