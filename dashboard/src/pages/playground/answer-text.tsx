import classes from './playground.module.css';

type Part = { readonly isCode: boolean; readonly text: string };

/** What stands between lines of three backticks is code; a block that is still being written as well. */
export function partsOf(text: string): readonly Part[] {
  const parts = text.split(/^```[^\n]*\n?/m).map((part, index) => ({ isCode: index % 2 === 1, text: part }));
  return parts.filter((part) => part.text !== '');
}

/** What a model said, as text: nothing in it is ever read as HTML. */
export function AnswerText({ text }: { readonly text: string }) {
  return partsOf(text).map((part, index) =>
    part.isCode ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: parts only grow at the end
      <pre key={index} className={classes['code']}>
        {part.text}
      </pre>
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: parts only grow at the end
      <p key={index} className={classes['words']}>
        {part.text.trim()}
      </p>
    ),
  );
}
