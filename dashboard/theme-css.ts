import { convertCssVariables, DEFAULT_THEME, defaultCssVariablesResolver, mergeMantineTheme } from '@mantine/core';
import type { Plugin } from 'vite';
import { theme } from './src/app/theme.ts';

const ID = 'virtual:theme.css';

/**
 * Mantine writes a theme's variables and its classes of visibility into `<style>` elements at run time, which the
 * content security policy forbids. Here they become a file like any other.
 */
export function themeCss(): Plugin {
  return {
    name: 'theme-css',
    resolveId: (id) => (id === ID ? `\0${ID}` : null),
    load: (id) => (id === `\0${ID}` ? cssOf() : null),
  };
}

function cssOf(): string {
  const whole = mergeMantineTheme(DEFAULT_THEME, theme);
  const resolved = defaultCssVariablesResolver(whole);
  const css = convertCssVariables({
    variables: resolved.variables,
    dark: { ...resolved.dark, '--mantine-color-scheme': 'dark' },
    light: { ...resolved.light, '--mantine-color-scheme': 'light' },
  });
  const classes = Object.entries(whole.breakpoints).map(
    ([name, width]) =>
      `@media (max-width: calc(${width} - 0.1px)) { .mantine-visible-from-${name} { display: none !important; } }
@media (min-width: ${width}) { .mantine-hidden-from-${name} { display: none !important; } }`,
  );
  return [css, ...classes].join('\n');
}
