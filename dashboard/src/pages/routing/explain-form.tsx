import {
  Button,
  Checkbox,
  Fieldset,
  Group,
  MultiSelect,
  NumberInput,
  Select,
  Stack,
  Textarea,
  TextInput,
} from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { type DeploymentRow, deploymentsQuery } from '../../api/deployments.ts';
import { modelsQuery } from '../../api/models.ts';
import type { ExplainedCall } from '../../api/routing.ts';
import { m } from '../../messages/index.ts';
import { type Asked, callOf, faultsOf, nothingAsked } from './asked-call.ts';
import classes from './explain-panel.module.css';

const words = m.routing.explain;

type Props = {
  readonly isBusy: boolean;
  readonly onAsk: (call: ExplainedCall) => void;
};

/** A call that is not made, and what is taken to be otherwise when it is planned. */
export function ExplainForm({ isBusy, onAsk }: Props) {
  const { data: models = [] } = useQuery(modelsQuery);
  const { data: deployments = [] } = useQuery(deploymentsQuery);
  const form = useForm<Asked>({ initialValues: nothingAsked, validate: faultsOf, validateInputOnBlur: true });
  const choices = choicesOf(deployments, form.values.model);
  return (
    <form onSubmit={form.onSubmit((asked) => onAsk(callOf(asked)))} noValidate>
      <div className={classes['form']}>
        <Stack gap="sm">
          <Select
            label={words.model}
            withAsterisk
            searchable
            data={models.map(({ id }) => id)}
            {...form.getInputProps('model')}
            onChange={(model) => form.setValues({ model: model ?? '', down: [], priced: '' })}
          />
          <Textarea label={words.prompt} autosize minRows={2} maxRows={6} {...form.getInputProps('prompt')} />
          <Group grow align="flex-start">
            <NumberInput label={words.maxTokens} min={1} allowDecimal={false} {...form.getInputProps('maxTokens')} />
            <TextInput label={words.asKey} description={words.asKeyHint} {...form.getInputProps('asKey')} />
          </Group>
          <Checkbox label={words.stream} {...form.getInputProps('stream', { type: 'checkbox' })} />
          <Textarea
            label={words.more}
            description={words.moreHint}
            autosize
            minRows={1}
            maxRows={8}
            {...form.getInputProps('more')}
          />
        </Stack>
        <Fieldset legend={words.assume} className={classes['assume']}>
          <Stack gap="sm">
            <MultiSelect
              label={words.down}
              description={words.downHint}
              data={choices}
              searchable
              hidePickedOptions
              clearable
              {...form.getInputProps('down')}
            />
            <Select label={words.priced} data={choices} clearable {...form.getInputProps('priced')} />
            <Group grow align="flex-start">
              <TextInput label={words.input} leftSection="$" inputMode="decimal" {...form.getInputProps('input')} />
              <TextInput label={words.output} leftSection="$" inputMode="decimal" {...form.getInputProps('output')} />
            </Group>
          </Stack>
        </Fieldset>
      </div>
      <Group justify="flex-end" mt="md">
        <Button type="submit" loading={isBusy}>
          {words.ask}
        </Button>
      </Group>
    </form>
  );
}

function choicesOf(deployments: readonly DeploymentRow[], model: string) {
  return deployments.flatMap(({ model_name: name, litellm_params: params, model_info: { id } }) => {
    if (name !== model || id === null) return [];
    const credential = params['litellm_credential_name'];
    return [{ value: id, label: [credential, params['model'], id].filter((part) => part != null).join(' · ') }];
  });
}
