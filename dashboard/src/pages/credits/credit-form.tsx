import { Select, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { type Booking, bookCredit, type CreditRow, creditsKey } from '../../api/credits.ts';
import { Confirm } from '../../form/confirm.tsx';
import { FormSheet } from '../../form/form-sheet.tsx';
import { useChange } from '../../form/use-change.ts';
import { exactUsd, nanoOf } from '../../format/money.ts';
import { m } from '../../messages/index.ts';

const words = m.credits;
const USD = /^\d{1,7}(?:\.\d{1,9})?$/;

type Props = {
  readonly kind: CreditRow['kind'];
  readonly organizationId: string;
  readonly name: string;
  readonly onClose: () => void;
};

type Errors = Readonly<Partial<Record<'amount' | 'expires' | 'expires_at' | 'note', string>>>;

/** Asks how much and why, then once more: what is booked stays booked. */
export function CreditForm({ kind, organizationId, name, onClose }: Props) {
  // One form is one booking, however often it is sent.
  const [booking, setBooking] = useState<Booking>(() => ({
    ...{ kind, organizationId, amount: '', category: 'paid', expires: '', note: '' },
    idempotencyKey: crypto.randomUUID(),
  }));
  const [errors, setErrors] = useState<Errors>({});
  const [isAsking, setAsking] = useState(false);
  const book = useChange({ send: bookCredit, touches: [creditsKey], done: () => words.done[kind] });
  const say = (changes: Partial<Booking>): void => setBooking((before) => ({ ...before, ...changes }));
  const check = async (): Promise<void> => {
    const found = faultsOf(booking);
    setErrors(found);
    if (Object.keys(found).length > 0) throw new Error(m.frame.mendFields);
    setAsking(true);
  };
  const amount = exactUsd(nanoOf(booking.amount));
  return (
    <>
      <FormSheet isOpen title={words[kind]} verb={words.next} onClose={onClose} onSubmit={check} setErrors={setErrors}>
        <Text size="sm" c="dimmed">
          {kind === 'grant' ? words.grantHint : words.refundHint}
        </Text>
        <TextInput
          data-autofocus
          withAsterisk
          inputMode="decimal"
          leftSection="$"
          label={words.amount}
          error={errors.amount}
          value={booking.amount}
          onChange={(event) => say({ amount: event.currentTarget.value.trim() })}
        />
        {kind === 'grant' ? (
          <Select
            label={words.category}
            allowDeselect={false}
            data={Object.entries(words.categories).map(([value, label]) => ({ value, label }))}
            value={booking.category}
            onChange={(value) => say({ category: value === 'promotional' ? 'promotional' : 'paid' })}
          />
        ) : null}
        {kind === 'grant' ? (
          <TextInput
            type="datetime-local"
            label={words.expires}
            description={words.expiresHint}
            error={errors.expires ?? errors.expires_at}
            value={booking.expires}
            onChange={(event) => say({ expires: event.currentTarget.value })}
          />
        ) : null}
        <TextInput
          withAsterisk
          maxLength={1_000}
          label={words.reason}
          description={words.reasonHint}
          error={errors.note}
          value={booking.note}
          onChange={(event) => say({ note: event.currentTarget.value })}
        />
      </FormSheet>
      <Confirm
        isOpen={isAsking}
        title={kind === 'grant' ? words.confirmGrant(amount, name) : words.confirmRefund(amount, name)}
        verb={words[kind]}
        isHarmless={kind === 'grant'}
        onClose={() => setAsking(false)}
        onConfirm={async () => {
          await book.mutateAsync(booking);
          onClose();
        }}
      >
        {words.confirmHint}
      </Confirm>
    </>
  );
}

function faultsOf({ amount, expires, note }: Booking): Errors {
  return {
    ...(USD.test(amount) && nanoOf(amount) > 0n ? {} : { amount: words.wrongAmount }),
    ...(expires === '' || Date.parse(expires) > Date.now() ? {} : { expires: words.wrongExpiry }),
    ...(note.trim() === '' ? { note: m.form.required } : {}),
  };
}
