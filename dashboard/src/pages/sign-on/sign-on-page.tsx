import { Tabs } from '@mantine/core';
import { PageFrame } from '../../app/page-frame.tsx';
import { useUrlState } from '../../app/url-state.ts';
import { m } from '../../messages/index.ts';
import { useMay } from '../../session/session.ts';
import { InvitationsTab } from './invitations-tab.tsx';
import { LockoutsTab } from './lockouts-tab.tsx';
import { ProvidersTab } from './providers-tab.tsx';
import { SessionsTab } from './sessions-tab.tsx';

const words = m.signOn;

/** Each with the action of what it reads. */
const TABS = [
  { name: 'sessions', action: 'session.list', Body: SessionsTab },
  { name: 'invitations', action: 'invitation.read', Body: InvitationsTab },
  { name: 'lockouts', action: 'lockout.list', Body: LockoutsTab },
  { name: 'providers', action: 'settings.read', Body: ProvidersTab },
] as const;

export default function SignOnPage() {
  const [{ tab }, change] = useUrlState();
  const may = useMay();
  const shown = TABS.filter(({ action }) => may(action));
  const open = shown.find(({ name }) => name === tab) ?? shown[0];
  // Search, sorting and columns are those of one table.
  const choose = (name: string | null) => change({ tab: name, q: null, sort: null, cols: null }, 'push');
  return (
    <PageFrame title={words.title} lead={words.lead}>
      <Tabs value={open?.name ?? null} onChange={choose} keepMounted={false}>
        <Tabs.List mb="md">
          {shown.map(({ name }) => (
            <Tabs.Tab key={name} value={name}>
              {words.tabs[name]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {shown.map(({ name, Body }) => (
          <Tabs.Panel key={name} value={name}>
            <Body />
          </Tabs.Panel>
        ))}
      </Tabs>
    </PageFrame>
  );
}
