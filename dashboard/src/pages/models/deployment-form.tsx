import { useQuery } from '@tanstack/react-query';
import { changeModel, createModel, type DeploymentRow, deploymentsQuery, type Told } from '../../api/deployments.ts';
import { healthQuery } from '../../api/health.ts';
import { modelsQuery } from '../../api/models.ts';
import { credentialsQuery } from '../../api/providers.ts';
import { tellNotice } from '../../app/toast.ts';
import { type FieldValues, valuesFrom } from '../../form/field.ts';
import { FieldsForm } from '../../form/fields-form.tsx';
import { useChange } from '../../form/use-change.ts';
import { m } from '../../messages/index.ts';
import { useMay } from '../../session/session.ts';
import { changedModelOf, deploymentFields, formRow, newModelOf } from './deployment-fields.ts';

const words = m.models;

type Props = {
  /** Of a new one: what callers ask for; left out: it is asked for. */
  readonly model?: string;
  /** That is changed; left out: a new one is made. */
  readonly row?: DeploymentRow;
  readonly onClose: () => void;
  readonly onTold?: (notices: readonly string[]) => void;
};

export function DeploymentForm({ model, row, onClose, onTold }: Props) {
  const { data: credentials = [] } = useQuery({ ...credentialsQuery, enabled: useMay()('credential.list') });
  const fields = deploymentFields(credentials.map(({ credential_name: name }) => name)).map((field) =>
    field.id === 'model_name' && row === undefined && model === undefined ? { ...field, isFixed: false } : field,
  );
  const before = row === undefined ? { model_name: model ?? '' } : formRow(row);
  const save = useChange<() => Promise<Told>>({
    send: async (send) => {
      const { notices = [] } = await send();
      if (notices.length === 0) return;
      if (onTold === undefined) tellNotice(words.told, notices.join(' '));
      else onTold(notices);
    },
    touches: [modelsQuery.queryKey, deploymentsQuery.queryKey, healthQuery.queryKey],
    done: () => (row === undefined ? words.made : words.changed),
  });
  const send = async (values: FieldValues): Promise<void> => {
    const id = row?.model_info.id ?? null;
    await save.mutateAsync(() =>
      id === null
        ? createModel(newModelOf(fields, values))
        : changeModel(id, changedModelOf(fields, valuesFrom(fields, before), values)),
    );
    onClose();
  };
  const title = row === undefined ? words.addDeployment : words.changeOf(row.model_name);
  const verb = row === undefined ? words.add : m.frame.save;
  return <FieldsForm title={title} verb={verb} fields={fields} row={before} onClose={onClose} onSend={send} />;
}
