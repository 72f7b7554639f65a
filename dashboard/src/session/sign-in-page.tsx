import { Anchor, Button, Divider, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { Logo } from '../app/logo.tsx';
import { Refusal } from '../form/refusal.tsx';
import { m } from '../messages/index.ts';
import { FirstPasswordForm, type Link, linkIn } from './first-password-form.tsx';
import type { SignInWays } from './session.ts';
import { type Credentials, signIn } from './sign-in.ts';
import classes from './sign-in-page.module.css';
import { useSending } from './use-sending.ts';

const words = m.frame.signIn;

/** Stands at whatever address was asked for, so that signing in leads there. */
export default function SignInPage({ ways }: { readonly ways: SignInWays }) {
  const [link] = useState(() => linkIn(location));
  return link === null ? <SignIn ways={ways} /> : <FirstTime link={link} />;
}

function FirstTime({ link }: { readonly link: Link }) {
  const title = words.first[link.kind];
  useEffect(() => {
    document.title = `${title} · ${m.frame.product}`;
  }, [title]);
  return (
    <main className={classes['page']}>
      <div className={classes['sheet']}>
        <Logo size={40} />
        <div>
          <Title order={1}>{title}</Title>
          <Text c="dimmed" size="sm">
            {words.lead}
          </Text>
        </div>
        <FirstPasswordForm link={link} />
      </div>
    </main>
  );
}

function SignIn({ ways }: { readonly ways: SignInWays }) {
  const [way, setWay] = useState<'password' | 'key'>(ways.password && !ways.setup_required ? 'password' : 'key');
  useEffect(() => {
    document.title = `${words.title} · ${m.frame.product}`;
  }, []);
  return (
    <main className={classes['page']}>
      <div className={classes['sheet']}>
        <Logo size={40} />
        <div>
          <Title order={1}>{words.title}</Title>
          <Text c="dimmed" size="sm">
            {words.lead}
          </Text>
        </div>
        {ways.setup_required ? <Text size="sm">{words.setup}</Text> : null}
        {ways.sign_on.map(({ id, name, start }) => (
          <Button key={id} component="a" href={withReturn(start)} variant="default" fullWidth>
            {words.with(name)}
          </Button>
        ))}
        {ways.sign_on.length === 0 ? null : <Divider label={words.or} />}
        <SignInForm key={way} way={way} />
        {ways.password ? (
          <Anchor component="button" size="sm" onClick={() => setWay(way === 'key' ? 'password' : 'key')}>
            {way === 'key' ? words.withPassword : words.withKey}
          </Anchor>
        ) : null}
      </div>
    </main>
  );
}

/** The provider sends the person back to where they wanted to go. */
function withReturn(start: string): string {
  const url = new URL(start, location.origin);
  url.searchParams.set('return_to', location.pathname + location.search);
  return url.pathname + url.search;
}

function SignInForm({ way }: { readonly way: 'password' | 'key' }) {
  const queries = useQueryClient();
  const form = useForm({ initialValues: { email: '', password: '', masterKey: '' } });
  const { failure, isBusy, submit } = useSending(() => {
    const { email, password, masterKey } = form.values;
    const credentials: Credentials = way === 'key' ? { master_key: masterKey.trim() } : { email, password };
    return signIn(credentials, queries);
  });
  return (
    <form onSubmit={form.onSubmit(() => void submit())}>
      <Stack gap="sm">
        {way === 'password' ? (
          <>
            <TextInput
              label={words.email}
              type="email"
              autoComplete="username"
              required
              {...form.getInputProps('email')}
            />
            <PasswordInput
              label={words.password}
              autoComplete="current-password"
              required
              {...form.getInputProps('password')}
            />
          </>
        ) : (
          <PasswordInput
            label={words.masterKey}
            description={words.masterKeyHint}
            autoComplete="off"
            required
            {...form.getInputProps('masterKey')}
          />
        )}
        <Refusal reason={failure} />
        <Button type="submit" loading={isBusy} fullWidth>
          {words.submit}
        </Button>
      </Stack>
    </form>
  );
}
