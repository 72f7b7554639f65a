import { Tabs } from '@mantine/core';
import { CopyButton } from '../app/copy-button.tsx';
import { m } from '../messages/index.ts';
import classes from './code-tabs.module.css';
import { languages, type SnippetCall, snippetOf } from './snippets.ts';

/** One call in each language, ready to be pasted. */
export function CodeTabs({ call }: { readonly call: SnippetCall }) {
  return (
    <Tabs defaultValue="curl" classNames={{ list: classes['list'] ?? '' }}>
      <Tabs.List>
        {languages.map((language) => (
          <Tabs.Tab key={language} value={language}>
            {m.frame.languages[language]}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {languages.map((language) => {
        const text = snippetOf(language, call);
        return (
          <Tabs.Panel key={language} value={language}>
            <div className={classes['code']}>
              <pre>{text}</pre>
              <span className={classes['copy']}>
                <CopyButton text={text} />
              </span>
            </div>
          </Tabs.Panel>
        );
      })}
    </Tabs>
  );
}
