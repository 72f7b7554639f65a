import { ActionIcon, Alert, Button, Group, Text, Textarea, Tooltip } from '@mantine/core';
import { IconPencil, IconRefresh } from '@tabler/icons-react';
import { useState } from 'react';
import { m } from '../../messages/index.ts';
import { AnswerFacts } from './answer-facts.tsx';
import { AnswerText } from './answer-text.tsx';
import type { Place, Step } from './conversation.ts';
import classes from './playground.module.css';
import type { Talk } from './use-conversation.ts';

const words = m.playground;

type Props = {
  readonly model: string;
  readonly steps: readonly Step[];
  readonly place: Place;
  readonly talk: Talk;
};

/** What one model made of a prompt: its words, or what went wrong, in as many calls as its tools took. */
export function AnswerView({ model, steps, place, talk }: Props) {
  const [isEditing, setEditing] = useState(false);
  const last = steps.at(-1);
  return (
    <section className={classes['answer']} aria-label={words.answerOf(model)}>
      <header className={classes['answerHead']}>
        <Text size="xs" fw={600} truncate title={model}>
          {model}
        </Text>
        <Group gap={2} wrap="nowrap">
          {last === undefined || last.state === 'running' ? null : (
            <Act label={words.editAnswer(model)} onClick={() => setEditing(true)}>
              <IconPencil size={15} />
            </Act>
          )}
          <Act label={words.retry(model)} disabled={talk.isRunning} onClick={() => talk.retry(place)}>
            <IconRefresh size={15} />
          </Act>
        </Group>
      </header>
      {steps.map((step, index) => {
        const isLast = index === steps.length - 1;
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: steps are only added at the end
          <div key={index} className={classes['step']}>
            <Reasoning text={step.reasoning} />
            {isLast && isEditing ? (
              <EditText
                label={words.editAnswer(model)}
                verb={m.frame.save}
                text={step.text}
                onClose={() => setEditing(false)}
                onSave={(text) => talk.rewrite(place, text)}
              />
            ) : (
              <AnswerText text={step.text} />
            )}
            <ToolCalls step={step} isOpen={isLast && !talk.isRunning} onSend={(all) => talk.answerTools(place, all)} />
            <StateOf step={step} />
            <AnswerFacts step={step} />
          </div>
        );
      })}
    </section>
  );
}

function Act({
  label,
  children,
  ...rest
}: {
  readonly label: string;
  readonly children: React.ReactNode;
  readonly disabled?: boolean;
  readonly onClick: () => void;
}) {
  return (
    <Tooltip label={label}>
      <ActionIcon variant="subtle" color="gray" size={26} aria-label={label} {...rest}>
        {children}
      </ActionIcon>
    </Tooltip>
  );
}

function StateOf({ step: { state, error, text } }: { readonly step: Step }) {
  if (state === 'failed') {
    return (
      <Alert color="red" variant="light" role="alert" p="xs">
        <span className={classes['failure']}>{error}</span>
      </Alert>
    );
  }
  const told = state === 'stopped' ? words.stopped : state === 'running' && text === '' ? words.running : null;
  return told === null ? null : (
    <Text size="xs" c="dimmed" role="status">
      {told}
    </Text>
  );
}

function Reasoning({ text }: { readonly text: string }) {
  if (text === '') return null;
  return (
    <details className={classes['reasoning']}>
      <summary>{words.reasoning}</summary>
      <p className={classes['words']}>{text}</p>
    </details>
  );
}

type ToolProps = {
  readonly step: Step;
  /** Its results may be given. */
  readonly isOpen: boolean;
  readonly onSend: (results: Readonly<Record<string, string>>) => void;
};

function ToolCalls({ step, isOpen, onSend }: ToolProps) {
  const [typed, setTyped] = useState<Readonly<Record<string, string>>>({});
  if (step.toolCalls.length === 0) return null;
  return (
    <div className={classes['step']}>
      {step.toolCalls.map(({ id, name, arguments: given }) => (
        <div key={id} className={classes['tool']}>
          <Text size="xs" fw={600}>
            {words.tool(name)}
          </Text>
          <pre className={classes['code']}>{given}</pre>
          {isOpen ? (
            <Textarea
              label={words.toolResult(name)}
              size="xs"
              autosize
              minRows={1}
              maxRows={8}
              value={typed[id] ?? ''}
              onChange={(event) => {
                const { value } = event.currentTarget;
                setTyped((now) => ({ ...now, [id]: value }));
              }}
            />
          ) : (
            <pre className={classes['code']}>{step.results[id] ?? ''}</pre>
          )}
        </div>
      ))}
      {isOpen ? (
        <Group justify="flex-end">
          <Button size="xs" variant="light" onClick={() => onSend(typed)}>
            {words.sendResults}
          </Button>
        </Group>
      ) : null}
    </div>
  );
}

type EditProps = {
  readonly label: string;
  readonly verb: string;
  readonly text: string;
  readonly onClose: () => void;
  readonly onSave: (text: string) => void;
};

export function EditText({ label, verb, text, onClose, onSave }: EditProps) {
  const [typed, setTyped] = useState(text);
  return (
    <div className={classes['step']}>
      <Textarea
        aria-label={label}
        autosize
        minRows={2}
        maxRows={16}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      <Group justify="flex-end" gap="xs">
        <Button size="xs" variant="default" onClick={onClose}>
          {m.frame.cancel}
        </Button>
        <Button
          size="xs"
          onClick={() => {
            onSave(typed);
            onClose();
          }}
        >
          {verb}
        </Button>
      </Group>
    </div>
  );
}
