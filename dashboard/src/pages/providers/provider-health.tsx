import { Stack, UnstyledButton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { healthQuery } from '../../api/health.ts';
import { Failure } from '../../app/failure.tsx';
import { Panel } from '../../app/panel.tsx';
import { StatusDot } from '../../app/status-dot.tsx';
import { useUrlState } from '../../app/url-state.ts';
import { DeploymentCard } from '../../deployments/deployment-card.tsx';
import { failureText } from '../../deployments/deployment-state.ts';
import { SideSheet } from '../../form/side-sheet.tsx';
import { formatCount, formatShare } from '../../format/number.ts';
import { m } from '../../messages/index.ts';
import { useMay } from '../../session/session.ts';
import classes from './provider-health.module.css';
import { type ProviderStanding, standingsOf } from './provider-standings.ts';

const words = m.providers;

/** Whom calls go to and how they do; one of them opens with its deployments. */
export function ProviderHealth() {
  const isAllowed = useMay()('health.details');
  const { data, error, refetch } = useQuery({ ...healthQuery, enabled: isAllowed });
  const [url, change] = useUrlState();
  if (!isAllowed || data?.length === 0) return null;
  const standings = standingsOf(data ?? []);
  const opened = standings.find(({ provider }) => provider === url['provider']);
  return (
    <Panel title={words.inUse}>
      {error === null ? null : <Failure error={error} retry={() => void refetch()} />}
      <ul className={classes['providers']}>
        {standings.map((standing) => (
          <li key={standing.provider}>
            <Provider standing={standing} onOpen={() => change({ provider: standing.provider }, 'push')} />
          </li>
        ))}
      </ul>
      <SideSheet isOpen={opened !== undefined} title={opened?.provider} onClose={() => change({ provider: null })}>
        <Stack gap="sm">
          {opened?.deployments.map((each) => (
            <DeploymentCard
              key={each.model_id}
              name={`${each.credential}/${each.upstream_model}`}
              sub={[each.model_id, each.region].filter((part) => part !== null).join(' · ')}
              health={each}
              more={[[words.ofModel, each.model]]}
            />
          ))}
        </Stack>
      </SideSheet>
    </Panel>
  );
}

function Provider({ standing, onOpen }: { readonly standing: ProviderStanding; readonly onOpen: () => void }) {
  const { provider, deployments, well, resting, inFlight, attempts, lastFailure } = standing;
  const tone = well === deployments.length ? 'good' : well === 0 ? 'bad' : 'warn';
  const { uptime5m, uptime30m, uptime1d } = standing;
  const text = (share: number | null): string => (share === null ? '–' : formatShare(share));
  return (
    <UnstyledButton className={classes['provider']} onClick={onOpen}>
      <span className={classes['head']}>
        <strong>{provider}</strong>
        <StatusDot tone={tone}>{words.well(well, deployments.length)}</StatusDot>
      </span>
      {uptime1d === null ? (
        <small>{words.quiet}</small>
      ) : (
        <small>{words.uptime(text(uptime5m), text(uptime30m), text(uptime1d))}</small>
      )}
      <small>{words.load(formatCount(attempts), formatCount(inFlight))}</small>
      {resting === 0 ? null : <StatusDot tone="bad">{words.resting(resting)}</StatusDot>}
      {lastFailure === null ? null : (
        <small className={classes['failure']}>
          {[words.lastFailure, failureText(lastFailure)].join(' ')}
          {lastFailure.error === null ? '' : ` (${lastFailure.error})`}
        </small>
      )}
    </UnstyledButton>
  );
}
