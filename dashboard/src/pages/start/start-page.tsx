import { Anchor, Badge, Button, Group, Space, Stack, Text } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Failure } from '../../app/failure.tsx';
import { PageFrame } from '../../app/page-frame.tsx';
import { PageLoading } from '../../app/page-states.tsx';
import { Panel } from '../../app/panel.tsx';
import { m } from '../../messages/index.ts';
import { pages } from '../index.ts';
import { CallStep } from './call-step.tsx';
import { KeyStep } from './key-step.tsx';
import { ProviderStep } from './provider-step.tsx';
import { type StepName, type StepState, stepNames, useFirstSteps } from './use-first-steps.ts';

const words = m.start;

type FirstSteps = ReturnType<typeof useFirstSteps>;

/** From an empty gateway to the first call in its log. */
export default function StartPage() {
  const steps = useFirstSteps();
  const navigate = useNavigate();
  const { standing, error } = steps;
  if (error !== null && standing === undefined) {
    return (
      <PageFrame title={words.title}>
        <Failure error={error} retry={() => void steps.refresh()} />
      </PageFrame>
    );
  }
  if (standing === undefined) return <PageLoading />;
  const close = async (): Promise<void> => {
    await steps.close();
    await navigate({ to: '/' });
  };
  const current = stepNames.find((name) => steps.stateOf(name) === 'open');
  const isLast = current === 'logs';
  return (
    <PageFrame
      title={words.title}
      lead={words.lead}
      actions={
        <Button size="xs" variant={isLast ? 'filled' : 'default'} onClick={() => void close()}>
          {isLast ? words.finish : words.close}
        </Button>
      }
    >
      <Stack gap="sm" maw={720}>
        {stepNames.map((name, index) => {
          const isOpen = name === current || name === 'administrator';
          return (
            <Panel
              key={name}
              flush={!isOpen}
              title={`${index + 1}. ${words.steps[name]}`}
              aside={<StateOf name={name} state={steps.stateOf(name)} isCurrent={name === current} steps={steps} />}
            >
              {isOpen ? <StepBody name={name} steps={steps} /> : <Space h={12} />}
            </Panel>
          );
        })}
      </Stack>
    </PageFrame>
  );
}

type StateProps = {
  readonly name: StepName;
  readonly state: StepState;
  readonly isCurrent: boolean;
  readonly steps: FirstSteps;
};

function StateOf({ name, state, isCurrent, steps }: StateProps) {
  if (state === 'done') return <Badge variant="light">{words.done}</Badge>;
  if (state === 'skipped') {
    return (
      <Group gap="xs">
        <Badge variant="light" color="gray">
          {words.skipped}
        </Badge>
        <Anchor component="button" size="xs" onClick={() => void steps.takeUp(name)}>
          {words.again}
        </Anchor>
      </Group>
    );
  }
  if (!isCurrent || name === 'logs') return null;
  return (
    <Button size="xs" variant="subtle" color="gray" onClick={() => void steps.skip(name)}>
      {words.skip}
    </Button>
  );
}

function StepBody({ name, steps }: { readonly name: StepName; readonly steps: FirstSteps }) {
  const bodies: Readonly<Record<StepName, () => ReactNode>> = {
    administrator: () => <Text size="sm">{words.administrator}</Text>,
    provider: () => <ProviderStep onDone={steps.refresh} />,
    key: () => <KeyStep onDone={steps.refresh} />,
    call: () => <CallStep onDone={steps.refresh} />,
    logs: () => <LogsStep callId={steps.standing?.callId ?? null} />,
  };
  return bodies[name]();
}

function LogsStep({ callId }: { readonly callId: string | null }) {
  const hasLogs = pages.some(({ path }) => path === '/logs');
  return (
    <Stack gap="sm">
      <Text size="sm">{callId === null ? words.logs.none : words.logs.lead}</Text>
      {callId === null ? null : <code>{words.logs.call(callId)}</code>}
      <Group gap="xs">
        {callId === null ? null : (
          <Button component={Link} to={hasLogs ? `/logs/${callId}` : '/'} variant="light">
            {hasLogs ? words.logs.open : m.overview.title}
          </Button>
        )}
        <Button component={Link} to="/playground" variant="default">
          {words.logs.playground}
        </Button>
      </Group>
    </Stack>
  );
}
