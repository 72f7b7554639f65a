import { type Flags, formatFault } from '../../config/index.ts';
import { credentialFaults } from '../../policies.ts';
import { exitCode } from '../exit-code.ts';
import { load } from '../load.ts';
import { print, printError, printJson } from '../output.ts';

/** Says what of a LiteLLM file is honoured: it is taken as it is. Exit code 2: something in it keeps the gateway from starting. */
export async function importConfigCommand(flags: Flags, json: boolean): Promise<void> {
  const loaded = await load(flags);
  const faults = loaded.ok
    ? credentialFaults(loaded.configuration).map((message) => ({ file: null, line: null, column: null, message }))
    : loaded.faults;
  if (!loaded.ok || faults.length > 0) {
    if (json) printJson({ ok: false, faults });
    else for (const fault of faults) printError(formatFault(fault));
    process.exitCode = exitCode.configuration;
    return;
  }
  const { source, models, notices } = loaded.configuration;
  if (json) {
    printJson({
      ok: true,
      schema: source.schema,
      files: source.files,
      models: models.map(({ name }) => name),
      notices,
    });
    return;
  }
  const deployments = models.reduce((sum, model) => sum + model.deployments.length, 0);
  if (source.schema === 'litellm') {
    print(`${source.files.join(', ')} is taken as it is: start the gateway with --config ${source.files[0]}`);
  } else print(`${source.files.join(', ') || 'No file'} is in no language of LiteLLM's; it is read as Waybill's own`);
  print(`models: ${models.length}, with ${deployments} deployments`);
  if (notices.length > 0) print('\nWhat is not honoured, or is done otherwise:');
  for (const notice of notices) print(`  ${notice}`);
}
