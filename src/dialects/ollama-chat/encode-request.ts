import type { ChatRequest, FunctionTool, ServerTool, Tool, ToolChoice, Warning } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import type { EncodedRequest, UpstreamTarget } from '../dialect.ts';
import { leftOut } from '../left-out.ts';
import { withoutServerChoice } from '../tools/server-choice.ts';
import { ANY_NAME } from '../tools/tool-name.ts';
import { type FunctionsRequest, withoutCustomTools } from '../tools/without-custom-tools.ts';
import { encodeMessages } from './encode-messages.ts';
import { writeLogprobs, writeOptions } from './options.ts';
import { warnings as warningsOf, writeFormat, writeThink } from './wishes.ts';

export function encodeRequest(asked: ChatRequest, target: UpstreamTarget): EncodedRequest {
  const { request: free, warnings: ofChoice } = withoutServerChoice(asked);
  const { request, renaming, warnings: ofTools } = withoutCustomTools(free, ANY_NAME);
  const warnings = [...warningsOf(request, target.facts), ...ofTools, ...ofChoice];
  const messages = encodeMessages(request.messages, warnings);
  const tools = encodeTools(request, warnings);
  const { options: _, ...own } = request.extensions?.['ollama-chat'] ?? {};
  const body = {
    model: target.model,
    messages,
    ...(tools.length === 0 ? {} : { tools }),
    ...writeFormat(request.output),
    options: writeOptions(request, target.maxOutputTokens, 'ollama-chat'),
    ...writeThink(request.reasoning, target.facts),
    ...writeLogprobs(request.sampling),
    // Without it Ollama streams.
    stream: request.stream,
    ...own,
  };
  return { body, headers: [], warnings, ...renaming };
}

const STRICT: Warning = {
  field: 'tools.strict',
  message: 'Ollama does not hold calls to their schemas: they are sent, not enforced.',
};

/** Ollama has no tool choice: what may not be called is not offered, that something must be called it cannot be told. */
function encodeTools({ tools, toolChoice }: FunctionsRequest, warnings: Warning[]): readonly JsonObject[] {
  if (toolChoice?.type === 'none') return [];
  const isForced = toolChoice?.type === 'required' || toolChoice?.type === 'tool';
  if (isForced || (toolChoice?.type === 'allowed' && toolChoice.mode === 'required'))
    warnings.push(leftOut('toolChoice', 'Ollama'));
  return tools.filter((tool) => isOffered(tool, toolChoice)).flatMap((tool) => encodeTool(tool, warnings));
}

function isOffered({ type, name }: Tool, choice: ToolChoice | null): boolean {
  if (type === 'server') return true;
  if (choice?.type === 'tool') return name === choice.name;
  return choice?.type === 'allowed' ? choice.names.includes(name) : true;
}

function encodeTool(tool: FunctionTool | ServerTool, warnings: Warning[]): readonly JsonObject[] {
  if (tool.type !== 'function') {
    warnings.push({ field: 'tools', message: `Ollama knows functions only: the tool '${tool.name}' was left out.` });
    return [];
  }
  const { name, description, parameters, strict } = tool;
  if (strict === true && !warnings.includes(STRICT)) warnings.push(STRICT);
  return [
    {
      type: 'function',
      function: {
        name,
        ...(description === null ? {} : { description }),
        parameters: parameters ?? { type: 'object', properties: {} },
      },
    },
  ];
}
