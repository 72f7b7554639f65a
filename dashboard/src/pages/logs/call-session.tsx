import { UnstyledButton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type LoggedCall, sessionQuery } from '../../api/logs.ts';
import { IdText } from '../../app/id-text.tsx';
import { nanoOf } from '../../format/money.ts';
import { MoneyText } from '../../format/money-text.tsx';
import { TimeText } from '../../format/time-text.tsx';
import { m } from '../../messages/index.ts';
import classes from './call-sheet.module.css';

const words = m.logs.session;

type Props = { readonly call: LoggedCall; readonly session: string; readonly onOpen: (id: string) => void };

/** The other turns of the conversation that the call is one of, oldest first. */
export function CallSession({ call, session, onOpen }: Props) {
  const { data } = useQuery(sessionQuery(session));
  const turns = [...(data?.data ?? [])].reverse();
  return (
    <section aria-label={words.title}>
      <h3 className={classes['title']}>{words.title}</h3>
      <IdText id={session} />
      <ol className={classes['turns']}>
        {turns.map((turn) => (
          <li key={turn.id}>
            <UnstyledButton className={classes['turn']} disabled={turn.id === call.id} onClick={() => onOpen(turn.id)}>
              <TimeText at={turn.started_at} />
              <span className={classes['name']}>{turn.model}</span>
              <span>{turn.id === call.id ? words.here : m.logs.outcomes[turn.outcome]}</span>
              <MoneyText nano={nanoOf(turn.spend_usd)} />
            </UnstyledButton>
          </li>
        ))}
      </ol>
    </section>
  );
}
