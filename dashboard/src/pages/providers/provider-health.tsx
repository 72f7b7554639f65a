import { useQuery } from '@tanstack/react-query';
import { healthQuery } from '../../api/providers.ts';
import { Failure } from '../../app/failure.tsx';
import { Panel } from '../../app/panel.tsx';
import { StatusDot } from '../../app/status-dot.tsx';
import { formatCount } from '../../format/number.ts';
import { m } from '../../messages/index.ts';
import { useMay } from '../../session/session.ts';
import classes from './provider-health.module.css';
import { type ProviderStanding, standingsOf } from './provider-standings.ts';

const words = m.providers;

export function ProviderHealth() {
  const isAllowed = useMay()('health.details');
  const { data, error, refetch } = useQuery({ ...healthQuery, enabled: isAllowed });
  if (!isAllowed || data?.length === 0) return null;
  return (
    <Panel title={words.inUse}>
      {error === null ? null : <Failure error={error} retry={() => void refetch()} />}
      <ul className={classes['providers']}>
        {standingsOf(data ?? []).map((standing) => (
          <Provider key={standing.provider} standing={standing} />
        ))}
      </ul>
    </Panel>
  );
}

function Provider({ standing }: { readonly standing: ProviderStanding }) {
  const { provider, deployments, well, inFlight, attempts, uptime } = standing;
  const tone = well === deployments ? 'good' : well === 0 ? 'bad' : 'warn';
  return (
    <li>
      <strong>{provider}</strong>
      <StatusDot tone={tone}>{words.well(well, deployments)}</StatusDot>
      <small>{uptime === null ? words.quiet : words.uptime(uptime.toFixed(1), formatCount(attempts))}</small>
      <small>{words.inFlight(inFlight)}</small>
    </li>
  );
}
