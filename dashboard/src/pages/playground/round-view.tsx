import { ActionIcon, Tooltip } from '@mantine/core';
import { IconPencil } from '@tabler/icons-react';
import { useState } from 'react';
import { m } from '../../messages/index.ts';
import { AnswerView, EditText } from './answer-view.tsx';
import type { Round } from './conversation.ts';
import classes from './playground.module.css';
import type { Talk } from './use-conversation.ts';

const words = m.playground;

type Props = { readonly round: Round; readonly at: number; readonly talk: Talk };

/** What was said, and below it the answers side by side. */
export function RoundView({ round: { prompt, answers }, at, talk }: Props) {
  const [isEditing, setEditing] = useState(false);
  return (
    <div className={classes['round']}>
      <div className={classes['prompt']}>
        {isEditing ? (
          <EditText
            label={words.prompt}
            verb={words.sendAgain}
            text={prompt.text}
            onClose={() => setEditing(false)}
            onSave={(text) => talk.sayAgain(at, { ...prompt, text })}
          />
        ) : (
          <div className={classes['promptLine']}>
            <p className={classes['words']}>{prompt.text}</p>
            <Tooltip label={words.editPrompt}>
              <ActionIcon
                variant="subtle"
                color="gray"
                size={26}
                disabled={talk.isRunning}
                aria-label={words.editPrompt}
                onClick={() => setEditing(true)}
              >
                <IconPencil size={15} />
              </ActionIcon>
            </Tooltip>
          </div>
        )}
        <Pictures images={prompt.images} />
      </div>
      <div className={classes['lanes']}>
        {talk.conversation.lanes.map((model, lane) => (
          <AnswerView
            // biome-ignore lint/suspicious/noArrayIndexKey: the same model may stand there twice
            key={lane}
            model={model}
            steps={answers[lane] ?? []}
            place={{ round: at, lane }}
            talk={talk}
          />
        ))}
      </div>
    </div>
  );
}

export function Pictures({ images }: { readonly images: readonly string[] }) {
  if (images.length === 0) return null;
  return (
    <div className={classes['pictures']}>
      {images.map((url, index) => (
        <img key={url} src={url} alt={words.image(index + 1)} />
      ))}
    </div>
  );
}
