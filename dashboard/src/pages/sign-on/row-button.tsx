import { Button, Tooltip } from '@mantine/core';
import { m } from '../../messages/index.ts';
import { useMay } from '../../session/session.ts';

type Props = {
  /** What the person must be allowed to do; else the button stands there and says so. */
  readonly action: string;
  readonly verb: string;
  /** What it is done to, for who does not see the row around it. */
  readonly of: string;
  readonly onClick: () => void;
};

/** What is done to a row, at its end. */
export function RowButton({ action, verb, of, onClick }: Props) {
  const isAllowed = useMay()(action);
  return (
    <Tooltip label={m.signOn.mayNot(action)} disabled={isAllowed}>
      <Button
        size="compact-xs"
        variant="default"
        aria-label={`${verb}: ${of}`}
        {...(isAllowed ? { onClick } : { 'data-disabled': true, 'aria-disabled': true })}
      >
        {verb}
      </Button>
    </Tooltip>
  );
}
