import { Avatar, Menu, UnstyledButton } from '@mantine/core';
import { IconBook, IconLogout, IconSelector } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { m } from '../messages/index.ts';
import { useSession } from '../session/session.ts';
import { signOut } from '../session/sign-in.ts';
import classes from './account-menu.module.css';
import { ColorSchemeItems } from './color-scheme.tsx';

export function AccountMenu() {
  const { user, master } = useSession();
  const queries = useQueryClient();
  const name = master ? m.frame.masterKey : (user.alias ?? user.email ?? user.user_id ?? '');
  return (
    <Menu position="top-start" width={208} shadow="md" withinPortal={false} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <UnstyledButton className={classes['account']}>
          <Avatar size={28} radius="xl" color="petrol" name={name} />
          <span className={classes['who']}>
            <b>{name}</b>
            <small>{roleName(user.role)}</small>
          </span>
          <IconSelector size={16} aria-hidden="true" />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <ColorSchemeItems />
        <Menu.Divider />
        <Menu.Item component="a" href="/docs" target="_blank" leftSection={<IconBook size={16} />}>
          {m.frame.apiReference}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => void signOut(queries)}>
          {m.frame.signOut}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** "Administrator", of "Administrator: may do everything". */
function roleName(role: string | null): string | null {
  const names: Readonly<Record<string, string>> = m.parties.fields.roles;
  return role === null ? null : (names[role]?.split(':')[0] ?? role);
}
