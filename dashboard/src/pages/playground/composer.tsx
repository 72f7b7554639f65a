import { ActionIcon, Button, FileButton, Group, Textarea, Tooltip } from '@mantine/core';
import { IconPhoto, IconPlayerStop, IconSend, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { tellFailure } from '../../app/toast.ts';
import { m } from '../../messages/index.ts';
import type { Prompt } from './conversation.ts';
import classes from './playground.module.css';

const words = m.playground;
const MOST_BYTES = 10 * 1024 * 1024;

type Props = {
  readonly isRunning: boolean;
  readonly canSend: boolean;
  readonly onSend: (prompt: Prompt) => void;
  readonly onStop: () => void;
};

/** Where the person writes; pictures are chosen or pasted. */
export function Composer({ isRunning, canSend, onSend, onStop }: Props) {
  const [text, setText] = useState('');
  const [images, setImages] = useState<readonly string[]>([]);
  const isReady = canSend && !isRunning && (text.trim() !== '' || images.length > 0);
  const send = (): void => {
    if (!isReady) return;
    onSend({ text, images });
    setText('');
    setImages([]);
  };
  const add = async (files: readonly File[]): Promise<void> => {
    if (files.some(({ size }) => size > MOST_BYTES)) return tellFailure(new Error(words.imageTooLarge));
    const urls = await Promise.all(files.map(dataUrlOf));
    setImages((now) => [...new Set([...now, ...urls])]);
  };
  return (
    <div className={classes['composer']}>
      <Textarea
        aria-label={words.prompt}
        placeholder={words.promptPlaceholder}
        autosize
        minRows={2}
        maxRows={12}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
          event.preventDefault();
          send();
        }}
        onPaste={(event) => {
          const pictures = [...event.clipboardData.files].filter(({ type }) => type.startsWith('image/'));
          if (pictures.length === 0) return;
          event.preventDefault();
          void add(pictures);
        }}
      />
      <Group justify="space-between" mt="xs" gap="xs">
        <Group gap="xs">
          <FileButton accept="image/*" multiple onChange={(files) => void add(files)}>
            {(props) => (
              <Tooltip label={words.addImage}>
                <ActionIcon {...props} variant="default" size={30} aria-label={words.addImage}>
                  <IconPhoto size={16} />
                </ActionIcon>
              </Tooltip>
            )}
          </FileButton>
          {images.map((url, index) => (
            <span key={url} className={classes['picked']}>
              <img src={url} alt={words.image(index + 1)} />
              <ActionIcon
                variant="default"
                size={24}
                aria-label={words.removeImage(index + 1)}
                onClick={() => setImages((now) => now.filter((each) => each !== url))}
              >
                <IconX size={14} />
              </ActionIcon>
            </span>
          ))}
        </Group>
        {isRunning ? (
          <Button variant="default" leftSection={<IconPlayerStop size={16} />} onClick={onStop}>
            {words.stop}
          </Button>
        ) : (
          <Button leftSection={<IconSend size={16} />} disabled={!isReady} onClick={send}>
            {words.send}
          </Button>
        )}
      </Group>
    </div>
  );
}

function dataUrlOf(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener('load', () => resolve(String(reader.result)));
    reader.addEventListener('error', () => reject(reader.error ?? new Error(file.name)));
    reader.readAsDataURL(file);
  });
}
