import { Select, Stack, Textarea, TextInput } from '@mantine/core';
import { m } from '../../messages/index.ts';
import classes from './playground.module.css';
import { faultOf, type Parameter, parameterKinds, parameters } from './request-body.ts';
import type { Talk } from './use-conversation.ts';

const words = m.playground;

/** All that a call is given beside its messages. */
export function ParametersPanel({ talk: { conversation, change } }: { readonly talk: Talk }) {
  const set = (parameter: Parameter, typed: string): void =>
    change({ parameters: { ...conversation.parameters, [parameter]: typed } });
  return (
    <Stack gap="sm">
      <Textarea
        label={words.system}
        autosize
        minRows={2}
        maxRows={12}
        value={conversation.system}
        onChange={(event) => change({ system: event.currentTarget.value })}
      />
      {parameters.map((parameter) => (
        <ParameterInput
          key={parameter}
          parameter={parameter}
          value={conversation.parameters[parameter] ?? ''}
          onChange={(typed) => set(parameter, typed)}
        />
      ))}
    </Stack>
  );
}

type InputProps = {
  readonly parameter: Parameter;
  readonly value: string;
  readonly onChange: (typed: string) => void;
};

function ParameterInput({ parameter, value, onChange }: InputProps) {
  const fault = faultOf(parameter, value);
  const placeholders: Readonly<Record<string, string>> = words.placeholders;
  const common = {
    label: words.parameters[parameter],
    size: 'xs' as const,
    error: fault === null ? null : words.faults[fault],
    placeholder: placeholders[parameter] ?? words.byDefault,
  };
  if (parameter === 'reasoning_effort') {
    const data = Object.entries(words.efforts).map(([effort, label]) => ({ value: effort, label }));
    return (
      <Select
        {...common}
        data={data}
        value={value === '' ? null : value}
        clearable
        clearButtonProps={{ 'aria-label': m.frame.table.clear }}
        onChange={(effort) => onChange(effort ?? '')}
      />
    );
  }
  const text = {
    ...common,
    value,
    onChange: (event: { currentTarget: { value: string } }) => onChange(event.currentTarget.value),
  };
  if (parameterKinds[parameter] === 'number' || parameter === 'tool_choice')
    return <TextInput {...text} {...(parameter === 'tool_choice' ? {} : { inputMode: 'decimal' as const })} />;
  return (
    <Textarea
      {...text}
      autosize
      minRows={2}
      maxRows={14}
      spellCheck={false}
      classNames={{ input: classes['json'] ?? '' }}
    />
  );
}
