import { useCallback, useEffect, useRef, useState } from 'react';
import { useSession } from '../../session/session.ts';
import { ask } from './ask.ts';
import {
  type Conversation,
  newConversation,
  newStep,
  type Place,
  type Prompt,
  settled,
  withLastStep,
  withSteps,
} from './conversation.ts';
import { bodyOf } from './request-body.ts';

/** The conversation of this browser and person, its calls, and what may be done with them. */
export function useConversation() {
  const session = useSession();
  const name = `waybill.playground.${session.user.user_id ?? 'master'}`;
  const [conversation, setConversation] = useState(() => read(name));
  const calls = useRef(new Set<AbortController>());
  const isRunning = conversation.rounds.some(({ answers }) =>
    answers.some((steps) => steps.some(({ state }) => state === 'running')),
  );
  useEffect(() => {
    // Words by the hundred a second are not written down one by one.
    const timer = setTimeout(() => keep(name, conversation), 300);
    return () => clearTimeout(timer);
  }, [name, conversation]);
  const stop = useCallback(() => {
    for (const call of calls.current) call.abort();
  }, []);
  useEffect(() => stop, [stop]);

  /** Asks the models of the lanes to go on from the round; each on its own. */
  const run = (from: Conversation, round: number, lanes: readonly number[], isMore = false): void => {
    let shown = from;
    for (const lane of lanes) {
      const place: Place = { round, lane };
      const asked = isMore ? from : withSteps(from, place, () => []);
      const body = bodyOf(asked, place);
      shown = withSteps(shown, place, (steps) => [...(isMore ? steps : []), newStep]);
      const call = new AbortController();
      calls.current.add(call);
      void ask({
        session,
        body,
        signal: call.signal,
        onStep: (step) => setConversation((now) => withLastStep(now, place, () => step)),
      }).finally(() => calls.current.delete(call));
    }
    setConversation(shown);
  };
  const everyLane = conversation.lanes.map((_, lane) => lane);

  return {
    conversation,
    isRunning,
    stop,
    change: (part: Partial<Conversation>) => setConversation((now) => ({ ...now, ...part })),
    set: setConversation,
    say: (prompt: Prompt) => {
      const rounds = [...conversation.rounds, { prompt, answers: [] }];
      run({ ...conversation, rounds }, rounds.length - 1, everyLane);
    },
    /** Said otherwise: what followed is gone. */
    sayAgain: (round: number, prompt: Prompt) => {
      const rounds = [...conversation.rounds.slice(0, round), { prompt, answers: [] }];
      run({ ...conversation, rounds }, round, everyLane);
    },
    retry: ({ round, lane }: Place) => run(conversation, round, [lane]),
    answerTools: (place: Place, results: Readonly<Record<string, string>>) =>
      run(
        withLastStep(conversation, place, () => ({ results })),
        place.round,
        [place.lane],
        true,
      ),
    rewrite: (place: Place, text: string) => setConversation((now) => withLastStep(now, place, () => ({ text }))),
    clear: () => {
      stop();
      setConversation((now) => ({ ...now, rounds: [] }));
    },
  };
}

export type Talk = ReturnType<typeof useConversation>;

function read(name: string): Conversation {
  try {
    const kept = JSON.parse(localStorage.getItem(name) ?? 'null') as Conversation | null;
    return kept === null ? newConversation : settled({ ...newConversation, ...kept });
  } catch {
    return newConversation;
  }
}

/** Pictures may be more than a browser keeps: then the words alone. */
function keep(name: string, conversation: Conversation): void {
  try {
    localStorage.setItem(name, JSON.stringify(conversation));
  } catch {
    const rounds = conversation.rounds.map((round) => ({ ...round, prompt: { ...round.prompt, images: [] } }));
    try {
      localStorage.setItem(name, JSON.stringify({ ...conversation, rounds }));
    } catch {
      localStorage.removeItem(name);
    }
  }
}
