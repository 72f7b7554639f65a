import { Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQueryClient } from '@tanstack/react-query';
import { api } from '../api/client.ts';
import { Refusal } from '../form/refusal.tsx';
import { m } from '../messages/index.ts';
import { standingQuery } from './session.ts';
import { useSending } from './use-sending.ts';

const words = m.frame.signIn;

/** A link for one use: `/setup` makes the first administrator, `/invitation` lets somebody choose a password. */
export type Link = { readonly kind: 'setup' | 'invitation'; readonly token: string };

/** The link that the address is; null: it is none. */
export function linkIn({ pathname, search }: Pick<Location, 'pathname' | 'search'>): Link | null {
  const [, kind] = /\/(setup|invitation)\/?$/.exec(pathname) ?? [];
  const token = new URLSearchParams(search).get('token');
  return token === null || (kind !== 'setup' && kind !== 'invitation') ? null : { kind, token };
}

export function FirstPasswordForm({ link: { kind, token } }: { readonly link: Link }) {
  const queries = useQueryClient();
  const form = useForm({ initialValues: { email: '', password: '' } });
  const { failure, isBusy, submit } = useSending(async () => {
    const { email, password } = form.values;
    if (kind === 'setup') await api('/auth/setup', { method: 'POST', body: { token, email: email.trim(), password } });
    else await api('/auth/invitation/accept', { method: 'POST', body: { token, password } });
    // The link is used up: what is in the address must not be asked for again.
    history.replaceState(null, '', '/ui/');
    await queries.invalidateQueries(standingQuery);
  });
  return (
    <form onSubmit={form.onSubmit(() => void submit())}>
      <Stack gap="sm">
        {kind === 'setup' ? (
          <TextInput
            label={words.email}
            type="email"
            autoComplete="username"
            required
            {...form.getInputProps('email')}
          />
        ) : null}
        <PasswordInput
          label={words.newPassword}
          description={words.newPasswordHint}
          autoComplete="new-password"
          required
          {...form.getInputProps('password')}
        />
        <Refusal reason={failure} />
        <Button type="submit" loading={isBusy} fullWidth>
          {words.begin}
        </Button>
      </Stack>
    </form>
  );
}
