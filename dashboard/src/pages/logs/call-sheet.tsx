import { Button, Group, Stack, Tabs } from '@mantine/core';
import { IconMessages } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { callQuery, type LoggedCall } from '../../api/logs.ts';
import { Facts } from '../../app/facts.tsx';
import { Failure } from '../../app/failure.tsx';
import { idFact } from '../../app/id-text.tsx';
import { PageLoading } from '../../app/page-states.tsx';
import { StatusDot } from '../../app/status-dot.tsx';
import { SideSheet } from '../../form/side-sheet.tsx';
import { nanoOf } from '../../format/money.ts';
import { MoneyText } from '../../format/money-text.tsx';
import { formatCount, formatDuration } from '../../format/number.ts';
import { TimeText } from '../../format/time-text.tsx';
import { m } from '../../messages/index.ts';
import { useMay } from '../../session/session.ts';
import { CallPlan } from './call-plan.tsx';
import { CallSession } from './call-session.tsx';
import { CallTimings } from './call-timings.tsx';
import { outcomeTones } from './log-columns.tsx';
import { CallContent } from './said/call-content.tsx';

const words = m.logs.call;
const { columns } = m.logs;

type Props = {
  /** The id of the call that is open; null: none. */
  readonly id: string | null;
  readonly onClose: () => void;
  readonly onOpen: (id: string) => void;
};

/** One call in full: what it was, every attempt, why there, and its neighbours. */
export function CallSheet({ id, onClose, onOpen }: Props) {
  const { data, error, refetch } = useQuery({ ...callQuery(id ?? ''), enabled: id !== null });
  return (
    <SideSheet isOpen={id !== null} title={data?.model ?? id} onClose={onClose} size={680}>
      {error === null ? null : <Failure error={error} retry={() => void refetch()} />}
      {data === undefined && error === null ? <PageLoading /> : null}
      {data === undefined ? null : (
        <Stack gap="lg">
          <Head call={data} />
          <CallTabs key={data.id} id={data.id}>
            <CallTimings call={data} />
            <CallFacts call={data} />
            <CallPlan plans={data.routing.plans} />
            {data.session === null ? null : <CallSession call={data} session={data.session} onOpen={onOpen} />}
          </CallTabs>
        </Stack>
      )}
    </SideSheet>
  );
}

/** What was said is asked for when its tab is opened: reading it may be on the record. */
function CallTabs({ id, children }: { readonly id: string; readonly children: React.ReactNode }) {
  return (
    <Tabs defaultValue="facts" keepMounted={false}>
      <Tabs.List mb="md">
        <Tabs.Tab value="facts">{words.tabs.facts}</Tabs.Tab>
        <Tabs.Tab value="request">{words.tabs.request}</Tabs.Tab>
        <Tabs.Tab value="answer">{words.tabs.answer}</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="facts">
        <Stack gap="lg">{children}</Stack>
      </Tabs.Panel>
      <Tabs.Panel value="request">
        <CallContent id={id} side="request" />
      </Tabs.Panel>
      <Tabs.Panel value="answer">
        <CallContent id={id} side="answer" />
      </Tabs.Panel>
    </Tabs>
  );
}

function Head({ call }: { readonly call: LoggedCall }) {
  const may = useMay();
  return (
    <Stack gap="xs">
      <Group justify="space-between">
        <StatusDot tone={outcomeTones[call.outcome]}>{`${m.logs.outcomes[call.outcome]} · ${call.status}`}</StatusDot>
        {may('key.create') ? (
          <Button
            component={Link}
            to="/playground"
            search={{ from: call.id } as never}
            size="xs"
            variant="default"
            leftSection={<IconMessages size={15} />}
          >
            {words.again}
          </Button>
        ) : null}
      </Group>
      {call.error_message === null ? null : (
        <Failure error={new Error(`${call.error_code ?? call.status}: ${call.error_message}`)} />
      )}
    </Stack>
  );
}

function CallFacts({ call }: { readonly call: LoggedCall }) {
  return (
    <Facts
      facts={[
        idFact(columns.id, call.id),
        [columns.time, <TimeText key="time" at={call.started_at} />],
        [columns.firstByte, call.first_byte_ms === null ? null : formatDuration(call.first_byte_ms)],
        [columns.duration, formatDuration(call.duration_ms)],
        [words.path, `${call.path}${call.streamed ? ` ${words.stream}` : ''}`],
        [words.upstreamModel, call.upstream_model],
        [words.answeredModel, call.answered_model === call.upstream_model ? null : call.answered_model],
        [words.finish, call.finish_reason?.unified],
        ...moneyFacts(call),
        [columns.key, call.key_alias],
        idFact(words.keyId, call.key),
        idFact(columns.user, call.user),
        idFact(columns.team, call.team),
        idFact(columns.project, call.project),
        idFact(columns.organization, call.organization),
        idFact(columns.customer, call.customer),
        [columns.tags, call.tags.join(', ')],
        [words.sizes, words.sizesOf(formatCount(call.request_bytes), formatCount(call.response_bytes))],
        idFact(words.upstreamId, call.upstream_id),
        idFact(words.clientId, call.client_request_id),
        idFact(words.ip, call.client_ip),
        [words.agent, call.user_agent],
      ]}
    />
  );
}

/** What was counted, and what it came to. */
function moneyFacts(call: LoggedCall): readonly (readonly [string, React.ReactNode])[] {
  const { cache_read_tokens: read, cache_creation_tokens: written, reasoning_tokens: reasoning } = call;
  const counts = [
    words.tokenCounts(formatCount(call.prompt_tokens), formatCount(call.completion_tokens)),
    ...(read + written > 0 ? [words.cachedOf(formatCount(read), formatCount(written))] : []),
    ...(reasoning > 0 ? [words.reasoningOf(formatCount(reasoning))] : []),
  ];
  return [
    [words.tokens, counts.join('; ')],
    [words.source, call.usage.source],
    [columns.spend, call.price.priced ? <MoneyText key="spend" nano={nanoOf(call.spend_usd)} /> : words.unpriced],
    [columns.cost, call.cost_usd === undefined ? null : <MoneyText key="cost" nano={nanoOf(call.cost_usd)} />],
    [words.price, call.price.version],
    ['', call.sandbox ? words.sandbox : null],
  ];
}
