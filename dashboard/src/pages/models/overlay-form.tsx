import { useState } from 'react';
import { layOverlay, type NewOverlay, overlaysQuery } from '../../api/deployments.ts';
import { healthQuery } from '../../api/health.ts';
import { type Field, type FieldValues, newBody } from '../../form/field.ts';
import { FieldsForm } from '../../form/fields-form.tsx';
import { useChange } from '../../form/use-change.ts';
import { m } from '../../messages/index.ts';

const words = m.models.overlay;

type Props = {
  /** The id of the deployment that is otherwise for a while. */
  readonly id: string;
  readonly name: string;
  readonly onClose: () => void;
};

/** For the night it breaks: switched off, drained, switched on or weighed, with a reason and an end. */
export function OverlayForm({ id, name, onClose }: Props) {
  const [start] = useState({ set: 'drain', expires: '2h' });
  const lay = useChange<NewOverlay>({
    send: layOverlay,
    touches: [overlaysQuery.queryKey, healthQuery.queryKey],
    done: ({ set }) => words.laid(name, words.sets[set]),
  });
  const send = async (values: FieldValues): Promise<void> => {
    const { weight, ...body } = newBody(fields, values) as Omit<NewOverlay, 'kind' | 'id'>;
    const isWeight = body.set === 'weight';
    if (isWeight && weight === undefined) throw new Error(words.noWeight);
    await lay.mutateAsync({ ...body, kind: 'deployment', id, ...(isWeight ? { weight: Number(weight) } : {}) });
    onClose();
  };
  return (
    <FieldsForm
      title={words.title(name)}
      verb={words.lay}
      fields={fields}
      row={start}
      onClose={onClose}
      onSend={send}
    />
  );
}

const fields: readonly Field[] = [
  { id: 'set', kind: 'choice', label: words.set, choices: words.sets },
  { id: 'weight', kind: 'number', label: words.weight, hint: words.weightHint },
  { id: 'expires', kind: 'choice', label: words.expires, choices: words.ends },
  { id: 'reason', kind: 'text', label: words.reason, hint: words.reasonHint, isRequired: true },
];
