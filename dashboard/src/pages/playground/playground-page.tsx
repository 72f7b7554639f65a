import { Alert, Anchor, Button, MultiSelect } from '@mantine/core';
import { IconCode, IconEraser } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { type CallContent, contentQuery } from '../../api/contents.ts';
import { callQuery, type LoggedCall } from '../../api/logs.ts';
import { modelsQuery } from '../../api/models.ts';
import { Failure } from '../../app/failure.tsx';
import { PageFrame } from '../../app/page-frame.tsx';
import { EmptyState } from '../../app/page-states.tsx';
import { Panel } from '../../app/panel.tsx';
import { useUrlState } from '../../app/url-state.ts';
import { m } from '../../messages/index.ts';
import { CodeSheet } from './code-sheet.tsx';
import { Composer } from './composer.tsx';
import { type Conversation, MOST_LANES, newConversation, withoutLane } from './conversation.ts';
import { ParametersPanel } from './parameters-panel.tsx';
import classes from './playground.module.css';
import { replayedOf } from './replayed.ts';
import { faultOf, parameters } from './request-body.ts';
import { RoundView } from './round-view.tsx';
import { type Talk, useConversation } from './use-conversation.ts';

const words = m.playground;

export default function PlaygroundPage() {
  const talk = useConversation();
  const [isCodeOpen, setCodeOpen] = useState(false);
  const { conversation } = talk;
  const { failure, replayed } = useStart(talk);
  const isRight = parameters.every((each) => faultOf(each, conversation.parameters[each] ?? '') === null);
  return (
    <PageFrame
      title={words.title}
      lead={words.lead}
      actions={
        <>
          <Button size="xs" variant="default" leftSection={<IconCode size={15} />} onClick={() => setCodeOpen(true)}>
            {words.code}
          </Button>
          <Button size="xs" variant="default" leftSection={<IconEraser size={15} />} onClick={talk.clear}>
            {words.clear}
          </Button>
        </>
      }
    >
      {failure === null ? null : <Failure error={failure} />}
      {replayed === null ? null : (
        <Alert variant="light" title={words.replay(replayed.model ?? '')}>
          {replayed.hint}{' '}
          <Anchor component={Link} to={`/logs/${replayed.id}`} size="sm" underline="always">
            {words.toCall}
          </Anchor>
        </Alert>
      )}
      <div className={classes['desk']}>
        <div className={classes['talk']}>
          <LanesInput talk={talk} />
          {conversation.rounds.length === 0 ? (
            <Panel>
              <EmptyState title={words.empty}>{words.emptyHint}</EmptyState>
            </Panel>
          ) : (
            conversation.rounds.map((round, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: rounds are only added and cut off at the end
              <RoundView key={at} round={round} at={at} talk={talk} />
            ))
          )}
          <Composer
            isRunning={talk.isRunning}
            canSend={conversation.lanes.length > 0 && isRight}
            onSend={talk.say}
            onStop={talk.stop}
          />
        </div>
        <Panel title={words.settings}>
          <ParametersPanel talk={talk} />
        </Panel>
      </div>
      {isCodeOpen ? <CodeSheet conversation={conversation} onClose={() => setCodeOpen(false)} /> : null}
    </PageFrame>
  );
}

type Start = { readonly failure: Error | null; readonly replayed: (LoggedCall & { readonly hint: string }) | null };

/** `?model=` begins with that model, `?from=` with a logged call, all that is kept of it; else with the first there is. */
function useStart({ conversation, set }: Talk): Start {
  const [{ model, from }, change] = useUrlState();
  const { data: models } = useQuery(modelsQuery);
  const logged = useQuery({ ...callQuery(from ?? ''), enabled: from !== undefined });
  const kept = useQuery({ ...contentQuery(from ?? ''), enabled: from !== undefined && logged.data !== undefined });
  const [replayed, setReplayed] = useState<Start['replayed']>(null);
  const call = from === undefined || kept.isPending ? undefined : logged.data;
  const content = call === undefined ? undefined : kept.data;
  const asked = model ?? call?.model ?? undefined;
  const first = models?.[0]?.id;
  useEffect(() => {
    if (asked === undefined) return;
    const { conversation: begun, hint } = beginning(asked, content);
    set(begun);
    setReplayed(call === undefined ? null : { ...call, hint });
    change({ model: null, from: null });
  }, [asked, call, content, set, change]);
  useEffect(() => {
    if (asked !== undefined || from !== undefined || first === undefined || conversation.lanes.length > 0) return;
    set((now) => ({ ...now, lanes: [first] }));
  }, [asked, from, first, set, conversation.lanes.length]);
  return { failure: logged.error, replayed };
}

/** What is kept without its words, or cut, would be another request. */
function beginning(
  model: string,
  content: CallContent | undefined,
): { readonly conversation: Conversation; readonly hint: string } {
  const alone = { ...newConversation, lanes: [model] };
  if (content?.state !== 'kept') return { conversation: alone, hint: words.replayHint };
  if (content.mode === 'redacted') return { conversation: alone, hint: words.replayRedacted };
  const replayed = replayedOf(content.as_chat.request, content.as_chat.answer, model);
  if (replayed === null) return { conversation: alone, hint: words.replayUnread };
  const isWhole = replayed.isWhole && !content.request.cut;
  return { conversation: replayed.conversation, hint: isWhole ? words.replayWhole : words.replayCut };
}

function LanesInput({ talk: { conversation, set, isRunning } }: { readonly talk: Talk }) {
  const { data: models = [], isFetched } = useQuery(modelsQuery);
  const { lanes } = conversation;
  const choose = (chosen: readonly string[]): void =>
    set((now) => {
      const gone = now.lanes.findIndex((model) => !chosen.includes(model));
      if (gone >= 0 && chosen.length > 0) return withoutLane(now, gone);
      return { ...now, lanes: chosen };
    });
  if (isFetched && models.length === 0) {
    return (
      <EmptyState
        title={words.noModels}
        action={
          <Button component={Link} to="/models" variant="light">
            {m.models.title}
          </Button>
        }
      >
        {words.noModelsHint}
      </EmptyState>
    );
  }
  return (
    <MultiSelect
      label={words.models}
      placeholder={lanes.length === 0 ? words.chooseModel : ''}
      data={[...new Set([...models.map(({ id }) => id), ...lanes])]}
      value={[...lanes]}
      disabled={isRunning}
      searchable
      hidePickedOptions
      maxValues={MOST_LANES}
      onChange={choose}
    />
  );
}
