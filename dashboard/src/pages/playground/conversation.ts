/** What a model asked for: a function of the caller's, with its arguments as it wrote them. */
export type ToolCall = { readonly id: string; readonly name: string; readonly arguments: string };

/** What a call came to, beside its words. */
export type StepFacts = {
  /** The gateway's id of the call; null: it was not let in. */
  readonly callId: string | null;
  readonly firstByteMs: number | null;
  readonly durationMs: number | null;
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
};

/** One call and its answer. An answer that asks for tools goes on with another step. */
export type Step = StepFacts & {
  readonly state: 'running' | 'done' | 'stopped' | 'failed';
  readonly text: string;
  readonly reasoning: string;
  readonly toolCalls: readonly ToolCall[];
  /** What the tools said, by the id of their call. */
  readonly results: Readonly<Record<string, string>>;
  readonly error: string | null;
};

export type Prompt = { readonly text: string; readonly images: readonly string[] };

/** What the person said, and what the model of each lane made of it. */
export type Round = { readonly prompt: Prompt; readonly answers: readonly (readonly Step[])[] };

export type Conversation = {
  /** The models, side by side. */
  readonly lanes: readonly string[];
  readonly system: string;
  readonly rounds: readonly Round[];
  /** As they were typed; what is empty is not sent. */
  readonly parameters: Readonly<Record<string, string>>;
};

export const MOST_LANES = 4;

export const newConversation: Conversation = { lanes: [], system: '', rounds: [], parameters: {} };

export const newStep: Step = {
  state: 'running',
  text: '',
  reasoning: '',
  toolCalls: [],
  results: {},
  error: null,
  callId: null,
  firstByteMs: null,
  durationMs: null,
  inputTokens: null,
  outputTokens: null,
};

/** A place in a conversation: the round, and the lane within it. */
export type Place = { readonly round: number; readonly lane: number };

/** With the steps of one place made anew from those that were there. */
export function withSteps(
  conversation: Conversation,
  { round: at, lane }: Place,
  change: (steps: readonly Step[]) => readonly Step[],
): Conversation {
  const rounds = conversation.rounds.map((round, index) => {
    if (index !== at) return round;
    const answers = conversation.lanes.map((_, each) => {
      const steps = round.answers[each] ?? [];
      return each === lane ? change(steps) : steps;
    });
    return { ...round, answers };
  });
  return { ...conversation, rounds };
}

export function withLastStep(
  conversation: Conversation,
  place: Place,
  change: (step: Step) => Partial<Step>,
): Conversation {
  return withSteps(conversation, place, (steps) =>
    steps.map((step, index) => (index === steps.length - 1 ? { ...step, ...change(step) } : step)),
  );
}

/** Without the lane: its model and all that it said. */
export function withoutLane(conversation: Conversation, lane: number): Conversation {
  const others = (_: unknown, index: number): boolean => index !== lane;
  return {
    ...conversation,
    lanes: conversation.lanes.filter(others),
    rounds: conversation.rounds.map((round) => ({ ...round, answers: round.answers.filter(others) })),
  };
}

/** A call that ended with its page is not running any more. */
export function settled(conversation: Conversation): Conversation {
  const ended = (step: Step): Step => (step.state === 'running' ? { ...step, state: 'stopped' } : step);
  return {
    ...conversation,
    rounds: conversation.rounds.map((round) => ({ ...round, answers: round.answers.map((each) => each.map(ended)) })),
  };
}
