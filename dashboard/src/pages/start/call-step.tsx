import { Alert, Button, Group, Select, Stack, Text, Textarea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { callQuery } from '../../api/logs.ts';
import { modelsQuery } from '../../api/models.ts';
import { m } from '../../messages/index.ts';
import { useSession } from '../../session/session.ts';
import { AnswerFacts } from '../playground/answer-facts.tsx';
import { AnswerText } from '../playground/answer-text.tsx';
import { ask } from '../playground/ask.ts';
import { newConversation, type Step } from '../playground/conversation.ts';
import { bodyOf } from '../playground/request-body.ts';

const words = m.start.call;

/** One call, answered before the person's eyes; done when it stands in the log. */
export function CallStep({ onDone }: { readonly onDone: () => Promise<void> }) {
  const session = useSession();
  const { data: models = [] } = useQuery(modelsQuery);
  const names = models.map(({ id }) => id);
  const [chosen, setChosen] = useState<string | null>(null);
  const [text, setText] = useState(words.first);
  const [step, setStep] = useState<Step | null>(null);
  const model = chosen ?? firstOf(names);
  const isAnswered = step?.state === 'done' && step.callId !== null;
  const logged = useQuery({ ...callQuery(step?.callId ?? ''), enabled: isAnswered });
  const send = (): void => {
    const rounds = [{ prompt: { text, images: [] }, answers: [] }];
    const body = bodyOf({ ...newConversation, lanes: [model ?? ''], rounds }, { round: 0, lane: 0 });
    void ask({ session, body, signal: new AbortController().signal, onStep: setStep });
  };
  return (
    <Stack gap="sm">
      <Text size="sm">{words.lead}</Text>
      <Select
        label={words.model}
        data={names}
        value={model}
        searchable={names.length > 8}
        allowDeselect={false}
        onChange={setChosen}
      />
      <Textarea label={words.prompt} autosize value={text} onChange={(event) => setText(event.currentTarget.value)} />
      {step === null ? null : <AnswerText text={step.text} />}
      {step?.state === 'failed' ? (
        <Alert color="red" variant="light" role="alert">
          {step.error}
        </Alert>
      ) : null}
      {step === null ? null : <AnswerFacts step={step} />}
      <Group gap="xs">
        <Button
          variant={isAnswered ? 'default' : 'filled'}
          loading={step?.state === 'running'}
          disabled={model === null}
          onClick={send}
        >
          {words.send}
        </Button>
        {logged.data === undefined ? null : <Button onClick={() => void onDone()}>{m.start.steps.logs}</Button>}
      </Group>
    </Stack>
  );
}

/** What was added before what answers by itself. */
function firstOf(names: readonly string[]): string | null {
  return names.find((name) => !name.startsWith('sandbox/')) ?? names[0] ?? null;
}
