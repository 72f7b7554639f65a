import { Group } from '@mantine/core';
import type { ReactNode } from 'react';
import type { DeploymentHealth, LastFailure, Percentiles } from '../api/health.ts';
import { StatusDot } from '../app/status-dot.tsx';
import { formatCount, formatDuration, formatShare } from '../format/number.ts';
import { m } from '../messages/index.ts';
import classes from './deployment-card.module.css';
import { deploymentState, failureText, type Switched } from './deployment-state.ts';

const words = m.deployments;

/** What a card shows of a deployment; what only operators are told may be missing. */
export type CardHealth = Pick<
  DeploymentHealth,
  | 'state'
  | 'put_last'
  | 'rests_for_ms'
  | 'last_failure'
  | 'uptime_last_5m'
  | 'uptime_last_30m'
  | 'uptime_last_1d'
  | 'latency_ms_last_30m'
  | 'throughput_last_30m'
> & { readonly in_flight: number | null; readonly attempts_last_30m: number | null };

type Props = {
  readonly name: string;
  /** Below the name: what tells it from others of that name. */
  readonly sub: string;
  /** null: nothing is known of how it does. */
  readonly health: CardHealth | null;
  /** In place of the state, where it is off for good. */
  readonly off?: string | null;
  readonly switched?: Switched | null;
  /** Of what is sent to its model; null: nothing is. Left out: it is not shown. */
  readonly share?: number | null;
  readonly more?: readonly (readonly [name: string, value: ReactNode])[];
  readonly children?: ReactNode;
};

/** One deployment: how it stands, what it has done lately, and why it last failed. */
export function DeploymentCard({ name, sub, health, off = null, switched = null, share, more = [], children }: Props) {
  const [tone, word] = health === null ? (['quiet', words.states.off] as const) : deploymentState(health, switched);
  return (
    <article className={classes['card']} aria-label={name}>
      <Group justify="space-between" gap="xs">
        <h3 className={classes['name']}>{name}</h3>
        <StatusDot tone={tone}>{word}</StatusDot>
      </Group>
      <p className={classes['sub']}>{sub}</p>
      {off === null ? null : (
        <div className={classes['failure']}>
          <strong>{words.off}</strong> {off}
        </div>
      )}
      {health === null ? null : <Figures health={health} share={share} more={more} />}
      {health === null || health.last_failure === null ? null : <Failed failure={health.last_failure} />}
      {children}
    </article>
  );
}

type FiguresProps = { readonly health: CardHealth } & Pick<Props, 'more'> & {
    readonly share: Props['share'] | undefined;
  };

function Figures({ health, share, more = [] }: FiguresProps) {
  const { attempts_last_30m: attempts, in_flight: inFlight } = health;
  return (
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
      {share === undefined || attempts === null ? null : (
        <Figure name={words.share} hint={words.attempts(formatCount(attempts))}>
          {shareOrNone(share)}
        </Figure>
      )}
      {inFlight === null ? null : <Figure name={words.inFlight}>{formatCount(inFlight)}</Figure>}
      {more.map(([name, value]) => (
        <Figure key={name} name={name}>
          {value}
        </Figure>
      ))}
    </dl>
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
