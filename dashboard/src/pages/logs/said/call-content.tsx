import { Alert, Badge, Group, SegmentedControl, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type ContentSide, contentQuery, type KeptContent, type PromptsMode } from '../../../api/contents.ts';
import { CopyButton } from '../../../app/copy-button.tsx';
import { Failure } from '../../../app/failure.tsx';
import { EmptyState, PageLoading } from '../../../app/page-states.tsx';
import { formatCount } from '../../../format/number.ts';
import { m } from '../../../messages/index.ts';
import classes from './call-content.module.css';
import { answersOf, messagesOf, parametersOf, pretty, toolsOf } from './said.ts';
import { SaidMessages, SaidParameters, SaidTools } from './said-messages.tsx';

const words = m.logs.content;

type Props = { readonly id: string; readonly side: 'request' | 'answer' };

/** What a call said, or was answered: to be read, and as it came. */
export function CallContent({ id, side }: Props) {
  const { data, error, refetch } = useQuery(contentQuery(id));
  if (error !== null) return <Failure error={error} retry={() => void refetch()} />;
  if (data === undefined) return <PageLoading />;
  if (data.state === 'withheld') return <EmptyState title={words.withheld}>{words.withheldHint}</EmptyState>;
  if (data.state !== 'kept') return <NotKept prompts={data.prompts} />;
  const kept = side === 'request' ? data.request : data.answer;
  if (kept === null) return <EmptyState title={words.noAnswer}>{words.noAnswerHint}</EmptyState>;
  return <Side content={data} side={side} kept={kept} />;
}

/** How to have it kept from now on, or why this one is not. */
function NotKept({ prompts }: { readonly prompts: PromptsMode }) {
  if (prompts !== 'off') return <EmptyState title={words.notThisOne}>{words.notThisOneHint}</EmptyState>;
  return (
    <EmptyState title={words.off} action={<pre className={classes['json']}>{words.offConfiguration}</pre>}>
      {words.offHint}
    </EmptyState>
  );
}

type SideProps = { readonly content: KeptContent; readonly side: Props['side']; readonly kept: ContentSide };

function Side({ content, side, kept }: SideProps) {
  const read = side === 'request' ? content.as_chat.request : content.as_chat.answer;
  const messages = side === 'request' ? messagesOf(read) : answersOf(read ?? kept.body);
  const isReadable = messages.some(({ parts }) => parts.length > 0);
  const [view, setView] = useState<'read' | 'json'>('read');
  const json = pretty(kept.body);
  return (
    <Stack gap="md">
      <Group justify="space-between" gap="xs">
        <Group gap="xs">
          <Badge variant="light" tt="none" {...(content.mode === 'full' ? {} : { color: 'gray' })}>
            {words.modes[content.mode]}
          </Badge>
          <Text size="xs" c="dimmed">
            {words.sizeOf(formatCount(kept.bytes), content.dialect)}
          </Text>
        </Group>
        {isReadable ? (
          <SegmentedControl
            size="xs"
            transitionDuration={0}
            aria-label={words.view}
            value={view}
            data={[
              { value: 'read', label: words.read },
              { value: 'json', label: words.json },
            ]}
            onChange={(chosen) => setView(chosen === 'json' ? 'json' : 'read')}
          />
        ) : null}
      </Group>
      {kept.cut ? (
        <Alert color="yellow" variant="light" p="xs">
          {words.cut}
        </Alert>
      ) : null}
      {isReadable && view === 'read' ? (
        <>
          <SaidMessages messages={messages} />
          {side === 'request' ? (
            <>
              <SaidTools tools={toolsOf(read)} />
              <SaidParameters parameters={parametersOf(read)} />
            </>
          ) : null}
        </>
      ) : (
        <div className={classes['code']}>
          <pre className={classes['json']}>{json}</pre>
          <span className={classes['copy']}>
            <CopyButton text={json} />
          </span>
        </div>
      )}
    </Stack>
  );
}
