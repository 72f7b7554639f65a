import { createTheme, type MantineColorsTuple } from '@mantine/core';

/** The one accent: the petrol of carbon copies. */
const petrol: MantineColorsTuple = [
  '#e9f5f4',
  '#d3e8e7',
  '#a5d2d0',
  '#73bab8',
  '#4fa6a4',
  '#2f9492',
  '#16817f',
  '#0b6b70',
  '#08585c',
  '#044448',
];

/** Greys of paper, in the light and in the dark. */
const gray: MantineColorsTuple = [
  '#faf9f6',
  '#f4f2ed',
  '#e9e6df',
  '#dad6cc',
  '#c4bfb3',
  '#a39d90',
  '#7d776b',
  '#5f5a50',
  '#3b3832',
  '#1f1d1a',
];

const dark: MantineColorsTuple = [
  '#ece9e2',
  '#cfcbc1',
  '#aea99d',
  '#8b867b',
  '#4a4740',
  '#3a3731',
  '#2b2925',
  '#1d1c19',
  '#171614',
  '#100f0e',
];

/** Scroll locks write a `<style>` element, which the content security policy forbids; `app.css` does it by a class. */
const unlocked = { defaultProps: { lockScroll: false } };

/** The head of a sheet over another one is no banner of the page. */
const sheet = { defaultProps: { lockScroll: false, attributes: { header: { role: 'none' } } } };

export const theme = createTheme({
  primaryColor: 'petrol',
  primaryShade: { light: 7, dark: 6 },
  colors: { petrol, gray, dark },
  white: '#ffffff',
  black: '#1f1d1a',
  autoContrast: true,
  fontFamily: "ui-sans-serif, system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', sans-serif",
  fontFamilyMonospace: "ui-monospace, 'SF Mono', 'Cascadia Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace",
  defaultRadius: 'sm',
  radius: { xs: '4px', sm: '6px', md: '8px', lg: '12px', xl: '16px' },
  spacing: { xs: '8px', sm: '12px', md: '16px', lg: '24px', xl: '32px' },
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '20px' },
  lineHeights: { xs: '1.4', sm: '1.45', md: '1.5', lg: '1.5', xl: '1.4' },
  headings: {
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '22px', lineHeight: '1.3' },
      h2: { fontSize: '16px', lineHeight: '1.4' },
      h3: { fontSize: '14px', lineHeight: '1.4' },
    },
  },
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Modal: sheet,
    Drawer: sheet,
    Spotlight: unlocked,
    Tooltip: { defaultProps: { openDelay: 300, withArrow: true } },
    Button: { defaultProps: { size: 'sm' } },
    TextInput: { defaultProps: { size: 'sm' } },
    Select: { defaultProps: { size: 'sm', checkIconPosition: 'right' } },
  },
});
