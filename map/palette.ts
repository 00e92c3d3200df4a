import type { Markup } from './markup.ts';
import { styleSheet } from './markup.ts';

/** `auto`: as whoever looks at it has set their system. */
export type Theme = 'light' | 'dark' | 'auto';

// Text and signs on their grounds have a contrast of 4.5 or more, lines and marks of 3 or more (WCAG 2.2, 1.4.3 and 1.4.11).
const light = {
  ground: '#ffffff',
  sea: '#eef4fa',
  land: '#d7e0ea',
  coast: '#c2cedb',
  ink: '#101c2c',
  faint: '#51617a',
  line: '#dbe3ec',
  sign: '#ffffff',
  well: '#0f7b55',
  sick: '#c62f1d',
  drained: '#9a5b00',
  dark: '#3a4150',
  joining: '#1d5fc4',
  leaving: '#6a55b8',
  unheard: '#66758a',
  link: '#4f7f9f',
  steered: '#a86400',
  cut: '#c62f1d',
  repairing: '#7a3fd0',
  callers: '#0a6f86',
} as const;

const dark: Record<keyof typeof light, string> = {
  ground: '#0e1621',
  sea: '#121f2d',
  land: '#26384b',
  coast: '#35495e',
  ink: '#e8eff7',
  faint: '#a3b3c6',
  line: '#24344a',
  sign: '#0b131c',
  well: '#3fd79a',
  sick: '#ff7a6b',
  drained: '#ffb648',
  dark: '#d3dce6',
  joining: '#72abff',
  leaving: '#b9a6ff',
  unheard: '#93a4b8',
  link: '#7fb0d2',
  steered: '#ffb648',
  cut: '#ff7a6b',
  repairing: '#c5a0ff',
  callers: '#56d6e0',
};

const variables = (palette: Record<keyof typeof light, string>): string =>
  Object.entries(palette)
    .map(([name, color]) => `--fm-${name}:${color}`)
    .join(';');

export type Ink = keyof typeof light;
export const ink = (name: Ink): string => `var(--fm-${name})`;

/** The names of classes begin with 'fm', so that a page around the picture keeps its own style, and the picture its own. */
export function style(theme: Theme): Markup {
  const inks =
    theme === 'auto'
      ? `.fm{${variables(light)}}@media (prefers-color-scheme:dark){.fm{${variables(dark)}}}`
      : `.fm{${variables(theme === 'dark' ? dark : light)}}`;
  return styleSheet(
    [
      inks,
      '.fm{font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}',
      '.fm text{fill:var(--fm-ink)}',
      '.fm .fm-faint{fill:var(--fm-faint)}',
      // Labels stay readable over coasts and links.
      '.fm .fm-halo{paint-order:stroke;stroke:var(--fm-sea);stroke-width:3px;stroke-linejoin:round}',
      '@keyframes fm-run{to{stroke-dashoffset:-24}}',
      '@media (prefers-reduced-motion:no-preference){.fm .fm-run{animation:fm-run 1.6s linear infinite}}',
    ].join(''),
  );
}
