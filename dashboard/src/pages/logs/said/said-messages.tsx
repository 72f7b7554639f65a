import { IconPaperclip, IconTool } from '@tabler/icons-react';
import { Facts } from '../../../app/facts.tsx';
import { m } from '../../../messages/index.ts';
import classes from './call-content.module.css';
import type { SaidMessage, SaidPart, SaidTool } from './said.ts';

const words = m.logs.content;

/** Who said what, as text: nothing in it is ever read as HTML, and no picture is fetched. */
export function SaidMessages({ messages }: { readonly messages: readonly SaidMessage[] }) {
  return (
    <ol className={classes['messages']}>
      {messages.map(({ role, parts }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: what was said does not change
        <li key={index} className={classes['message']} data-role={role}>
          <span className={classes['role']}>{words.roles[role] ?? role}</span>
          {parts.map((part, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: what was said does not change
            <Part key={at} part={part} />
          ))}
        </li>
      ))}
    </ol>
  );
}

function Part({ part }: { readonly part: SaidPart }) {
  if (part.kind === 'text') return <p className={classes['words']}>{part.text}</p>;
  if (part.kind === 'media') {
    return (
      <p className={classes['media']}>
        <IconPaperclip size={14} aria-hidden="true" /> {words.media(words.mediaTypes[part.type] ?? part.type)}
      </p>
    );
  }
  if (part.kind === 'thought') {
    return (
      <details className={classes['thought']}>
        <summary>{words.thought}</summary>
        <p className={classes['words']}>{part.text}</p>
      </details>
    );
  }
  return (
    <div className={classes['tool']}>
      <span className={classes['toolName']}>
        <IconTool size={14} aria-hidden="true" />{' '}
        {part.kind === 'call' ? words.called(part.name) : words.said(part.name)}
      </span>
      <pre className={classes['json']}>{part.text}</pre>
    </div>
  );
}

export function SaidTools({ tools }: { readonly tools: readonly SaidTool[] }) {
  if (tools.length === 0) return null;
  return (
    <section aria-label={words.tools}>
      <h3 className={classes['title']}>{words.tools}</h3>
      {tools.map(({ name, description, schema }) => (
        <details key={name} className={classes['declared']}>
          <summary>
            <code>{name}</code>
          </summary>
          <p className={classes['words']}>{description}</p>
          <pre className={classes['json']}>{schema}</pre>
        </details>
      ))}
    </section>
  );
}

export function SaidParameters({ parameters }: { readonly parameters: readonly (readonly [string, string])[] }) {
  if (parameters.length === 0) return null;
  return (
    <section aria-label={words.parameters}>
      <h3 className={classes['title']}>{words.parameters}</h3>
      <Facts facts={parameters} />
    </section>
  );
}
