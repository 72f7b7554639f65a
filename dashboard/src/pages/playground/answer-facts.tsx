import { Anchor } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { callQuery } from '../../api/logs.ts';
import { nanoOf } from '../../format/money.ts';
import { MoneyText } from '../../format/money-text.tsx';
import { formatCount, formatDuration } from '../../format/number.ts';
import { m } from '../../messages/index.ts';
import { useMay } from '../../session/session.ts';
import { pages } from '../index.ts';
import type { Step } from './conversation.ts';
import classes from './playground.module.css';

const words = m.playground;

/** What one call took and cost. The amount is the log's own, which has the call a moment after it ended. */
export function AnswerFacts({ step }: { readonly step: Step }) {
  const may = useMay();
  const { data } = useQuery({
    ...callQuery(step.callId ?? ''),
    enabled: step.callId !== null && step.state !== 'running' && may('spend.read'),
  });
  const facts: readonly { readonly name: string; readonly value: ReactNode }[] = [
    { name: words.firstByte, value: step.firstByteMs === null ? null : formatDuration(step.firstByteMs) },
    { name: words.duration, value: step.durationMs === null ? null : formatDuration(step.durationMs) },
    { name: m.overview.metrics.tokens, value: tokensOf(step) },
    { name: words.cost, value: data === undefined ? null : <MoneyText nano={nanoOf(data.spend_usd)} /> },
    { name: words.call, value: step.callId === null ? null : <CallLink id={step.callId} /> },
  ];
  const known = facts.filter(({ value }) => value !== null);
  if (known.length === 0) return null;
  return (
    <dl className={classes['facts']}>
      {known.map(({ name, value }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function tokensOf({ inputTokens, outputTokens }: Step): string | null {
  return inputTokens === null ? null : words.tokens(formatCount(inputTokens), formatCount(outputTokens ?? 0));
}

function CallLink({ id }: { readonly id: string }) {
  if (!pages.some(({ path }) => path === '/logs')) return <code>{id}</code>;
  return (
    <Anchor component={Link} to={`/logs/${id}`} size="xs">
      <code>{id}</code>
    </Anchor>
  );
}
