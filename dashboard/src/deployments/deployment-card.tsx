import { Group } from '@mantine/core';
import type { ReactNode } from 'react';
import type { DeploymentHealth, LastFailure, Percentiles } from '../api/health.ts';
import { StatusDot } from '../app/status-dot.tsx';
import { formatCount, formatDuration, formatShare } from '../format/number.ts';
import { m } from '../messages/index.ts';
import classes from './deployment-card.module.css';
import { deploymentState, failureText, type Switched } from './deployment-state.ts';

const words = m.deployments;

type Props = {
  readonly health: DeploymentHealth;
  readonly switched?: Switched | null;
  /** Of what is sent to its model; null: nothing is. Left out: it is not shown. */
  readonly share?: number | null;
  readonly more?: readonly (readonly [name: string, value: ReactNode])[];
  readonly children?: ReactNode;
};

/** One deployment: how it stands, what it has done lately, and why it last failed. */
export function DeploymentCard({ health, switched = null, share, more = [], children }: Props) {
  const { credential, upstream_model: upstream, region, model_id: id, last_failure: failure } = health;
  const [tone, word] = deploymentState(health, switched);
  return (
    <article className={classes['card']} aria-label={id}>
      <Group justify="space-between" gap="xs">
        <h3 className={classes['name']}>{`${credential}/${upstream}`}</h3>
        <StatusDot tone={tone}>{word}</StatusDot>
      </Group>
      <p className={classes['sub']}>{[id, region].filter((part) => part !== null).join(' · ')}</p>
      <dl className={classes['figures']}>
        <Figure name={words.uptime} hint={words.windows}>
          {words.uptimes(
            shareOrNone(health.uptime_last_5m),
            shareOrNone(health.uptime_last_30m),
            shareOrNone(health.uptime_last_1d),
          )}
        </Figure>
        <Figure name={words.latency} hint={words.percentiles}>
          {spreadText(health.latency_ms_last_30m, formatDuration)}
        </Figure>
        <Figure name={words.throughput} hint={words.percentiles}>
          {spreadText(health.throughput_last_30m, (value) => formatCount(value))}
        </Figure>
        {share === undefined ? null : (
          <Figure name={words.share} hint={words.attempts(formatCount(health.attempts_last_30m))}>
            {shareOrNone(share)}
          </Figure>
        )}
        <Figure name={words.inFlight}>{formatCount(health.in_flight)}</Figure>
        {more.map(([name, value]) => (
          <Figure key={name} name={name}>
            {value}
          </Figure>
        ))}
      </dl>
      {failure === null ? null : <Failed failure={failure} />}
      {children}
    </article>
  );
}

type FigureProps = { readonly name: string; readonly hint?: string; readonly children: ReactNode };

function Figure({ name, hint, children }: FigureProps) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
      {hint === undefined ? null : (
        <dd>
          <small>{hint}</small>
        </dd>
      )}
    </div>
  );
}

function Failed({ failure }: { readonly failure: LastFailure }) {
  return (
    <div className={classes['failure']}>
      <strong>{words.lastFailure}</strong> {failureText(failure)}
      {failure.error === null ? null : <p>{failure.error}</p>}
    </div>
  );
}

function shareOrNone(share: number | null): string {
  return share === null ? '–' : formatShare(share);
}

function spreadText(spread: Percentiles | null, format: (value: number) => string): string {
  return spread === null ? '–' : words.spread(format(spread.p50), format(spread.p90), format(spread.p99));
}
