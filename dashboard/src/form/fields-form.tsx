import { useForm } from '@mantine/form';
import type { ReactNode } from 'react';
import { m } from '../messages/index.ts';
import { checkFields, type Field, Fields, type FieldValues, valuesFrom } from './fields.tsx';
import { FormSheet } from './form-sheet.tsx';

type Props = {
  readonly title: string;
  readonly verb: string;
  readonly fields: readonly Field[];
  /** The row that is changed; left out: something new is made. */
  readonly row?: Readonly<Record<string, unknown>>;
  /** What something new begins with. */
  readonly beginning?: Readonly<Record<string, unknown>>;
  /** What came of what was sent, where the form stays open. */
  readonly outcome?: ReactNode;
  readonly onClose: () => void;
  readonly onSend: (values: FieldValues) => Promise<void>;
};

/** A form of fields that are data. What was typed stays where it is refused. */
export function FieldsForm({ title, verb, fields, row, beginning, outcome, onClose, onSend }: Props) {
  const form = useForm<FieldValues>({
    initialValues: valuesFrom(fields, row ?? beginning),
    validate: (values) => checkFields(fields, values),
    validateInputOnBlur: true,
  });
  const submit = async (): Promise<void> => {
    if (form.validate().hasErrors) throw new Error(m.frame.mendFields);
    await onSend(form.values);
  };
  // The gateway names a member by the way to it: `credential_values.api_base`.
  const setErrors = (errors: Record<string, string>): void =>
    form.setErrors(
      Object.fromEntries(Object.entries(errors).map(([name, error]) => [fieldNamed(fields, name), error])),
    );
  return (
    <FormSheet isOpen title={title} verb={verb} onClose={onClose} onSubmit={submit} setErrors={setErrors}>
      <Fields fields={fields} form={form} isChange={row !== undefined} />
      {outcome}
    </FormSheet>
  );
}

function fieldNamed(fields: readonly Field[], name: string): string {
  if (fields.some(({ id }) => id === name)) return name;
  return name.slice(name.lastIndexOf('.') + 1);
}
