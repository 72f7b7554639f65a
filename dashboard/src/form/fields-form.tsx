import { useForm } from '@mantine/form';
import { m } from '../messages/index.ts';
import { checkFields, type Field, Fields, type FieldValues, valuesFrom } from './fields.tsx';
import { FormSheet } from './form-sheet.tsx';

type Props = {
  readonly title: string;
  readonly verb: string;
  readonly fields: readonly Field[];
  /** The row that is changed; left out: something new is made. */
  readonly row?: Readonly<Record<string, unknown>>;
  readonly onClose: () => void;
  readonly onSend: (values: FieldValues) => Promise<void>;
};

/** A form of fields that are data. What was typed stays where it is refused. */
export function FieldsForm({ title, verb, fields, row, onClose, onSend }: Props) {
  const form = useForm<FieldValues>({
    initialValues: valuesFrom(fields, row),
    validate: (values) => checkFields(fields, values),
    validateInputOnBlur: true,
  });
  const submit = async (): Promise<void> => {
    if (form.validate().hasErrors) throw new Error(m.frame.mendFields);
    await onSend(form.values);
  };
  return (
    <FormSheet isOpen title={title} verb={verb} onClose={onClose} onSubmit={submit} setErrors={form.setErrors}>
      <Fields fields={fields} form={form} isChange={row !== undefined} />
    </FormSheet>
  );
}
