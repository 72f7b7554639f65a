import { m } from '../messages/index.ts';
import { Confirm } from './confirm.tsx';
import type { Field, FieldValues } from './field.ts';
import { FieldsForm } from './fields-form.tsx';

type Props = {
  /** What is done with it now, of what can be. */
  readonly doing: string;
  readonly name: string;
  readonly fields: readonly Field[];
  readonly row: Readonly<Record<string, unknown>>;
  /** How its end is called: asked for by its name, because it cannot be taken back. */
  readonly removal: { readonly verb: string; readonly title: string; readonly hint: string };
  readonly onStop: () => void;
  readonly onChange: (values: FieldValues) => Promise<unknown>;
  readonly onRemove: () => Promise<unknown>;
};

/** The form that changes something, at `edit`, and the question before its end, at `remove`. */
export function ChangeAndRemove({ doing, name, fields, row, removal, onStop, onChange, onRemove }: Props) {
  return (
    <>
      {doing === 'edit' ? (
        <FieldsForm
          title={name}
          verb={m.frame.save}
          fields={fields}
          row={row}
          onClose={onStop}
          onSend={async (values) => {
            await onChange(values);
            onStop();
          }}
        />
      ) : null}
      <Confirm
        isOpen={doing === 'remove'}
        title={removal.title}
        verb={removal.verb}
        word={name}
        onClose={onStop}
        onConfirm={onRemove}
      >
        {removal.hint}
      </Confirm>
    </>
  );
}
