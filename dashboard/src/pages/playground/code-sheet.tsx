import { Select, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { CodeTabs } from '../../code/code-tabs.tsx';
import { SideSheet } from '../../form/side-sheet.tsx';
import { m } from '../../messages/index.ts';
import type { Conversation } from './conversation.ts';
import { bodyOf } from './request-body.ts';

const words = m.playground;

type Props = { readonly conversation: Conversation; readonly onClose: () => void };

/** The conversation as it stands, as a call of a program. The key of this page is no part of it. */
export function CodeSheet({ conversation, onClose }: Props) {
  const [lane, setLane] = useState(0);
  const round = Math.max(0, conversation.rounds.length - 1);
  const { model, messages = [], ...parameters } = bodyOf(requested(conversation), { round, lane });
  return (
    <SideSheet isOpen title={words.code} size={680} onClose={onClose}>
      <Stack gap="md">
        <Text size="sm" c="dimmed">
          {words.codeLead}
        </Text>
        {conversation.lanes.length < 2 ? null : (
          <Select
            label={words.codeModel}
            data={conversation.lanes.map((name, index) => ({ value: String(index), label: name }))}
            value={String(lane)}
            allowDeselect={false}
            onChange={(value) => setLane(Number(value))}
          />
        )}
        <CodeTabs call={{ baseUrl: `${location.origin}/v1`, key: null, model: String(model), messages, parameters }} />
      </Stack>
    </SideSheet>
  );
}

/** Up to the last prompt: its answer is what the call is to bring. */
function requested(conversation: Conversation): Conversation {
  const rounds = conversation.rounds.map((round, index) =>
    index === conversation.rounds.length - 1
      ? { ...round, answers: round.answers.map((steps) => steps.slice(0, -1)) }
      : round,
  );
  return { ...conversation, rounds };
}
