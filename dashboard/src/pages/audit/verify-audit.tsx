import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconShieldCheck } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { type AuditVerdict, verifyAudit } from '../../api/audit.ts';
import { CopyButton } from '../../app/copy-button.tsx';
import { Failure } from '../../app/failure.tsx';
import { formatCount } from '../../format/number.ts';
import { m } from '../../messages/index.ts';

const words = m.audit;

/** A button that has the whole chain read, and what came of it, which stays until it is asked for again. */
export function useVerifyAudit() {
  const { mutate, data, error, isPending } = useMutation({ mutationFn: verifyAudit });
  const button = (
    <Button
      size="xs"
      variant="default"
      leftSection={<IconShieldCheck size={15} />}
      loading={isPending}
      loaderProps={{ 'aria-label': words.verifying }}
      onClick={() => mutate()}
    >
      {words.verify}
    </Button>
  );
  const outcome = (
    <div role="status">
      {error === null ? null : <Failure error={error} retry={() => mutate()} />}
      {data === undefined ? null : <Verdict verdict={data} />}
    </div>
  );
  return { button, outcome };
}

function Verdict({ verdict: { entries, hash, broken_at: broken } }: { readonly verdict: AuditVerdict }) {
  const isSound = broken === null;
  return (
    <Alert
      color={isSound ? 'petrol' : 'red'}
      variant="light"
      icon={isSound ? <IconShieldCheck size={18} /> : <IconAlertTriangle size={18} />}
    >
      <Stack gap={4}>
        <Text size="sm" fw={550}>
          {isSound ? words.sound(formatCount(entries)) : words.broken(formatCount(broken), formatCount(entries))}
        </Text>
        {isSound ? (
          <Group gap={4}>
            <Text size="xs">
              {words.last}: <code>{hash.slice(0, 16)}…</code>
            </Text>
            <CopyButton text={hash} />
            <Text size="xs">{words.lastHint}</Text>
          </Group>
        ) : null}
      </Stack>
    </Alert>
  );
}
