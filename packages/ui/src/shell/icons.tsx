import type { ReactNode } from 'react';

/** Line icons on a 16-pixel grid, drawn for this app. They are decoration: the control has the name. */
const PATHS = {
  search: 'M7 2.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9zM10.3 10.3l3.2 3.2',
  sun: 'M8 5.2a2.8 2.8 0 1 1 0 5.6 2.8 2.8 0 0 1 0-5.6zM8 1v1.6M8 13.4V15M1 8h1.6M13.4 8H15M3.05 3.05l1.15 1.15M11.8 11.8l1.15 1.15M12.95 3.05L11.8 4.2M4.2 11.8l-1.15 1.15',
  moon: 'M13.5 9.6A5.8 5.8 0 0 1 6.4 2.5a5.8 5.8 0 1 0 7.1 7.1z',
  system: 'M2 3h12v8H2zM6 13.5h4M8 11v2.5',
  copy: 'M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3',
  check: 'M3 8.5l3.2 3.2L13 4.8',
  close: 'M4 4l8 8M12 4l-8 8',
  right: 'M6 3.5l4.5 4.5L6 12.5',
  down: 'M3.5 6L8 10.5 12.5 6',
  left: 'M10 3.5L5.5 8l4.5 4.5',
  up: 'M3.5 10L8 5.5l4.5 4.5',
  error: 'M8 1.8a6.2 6.2 0 1 1 0 12.4A6.2 6.2 0 0 1 8 1.8zM8 4.7v4M8 10.7v.6',
  warning: 'M8 2l6.5 11.5h-13zM8 6.3v3.4M8 11.3v.4',
  download: 'M8 2v8M4.7 7L8 10.3 11.3 7M2.5 13.5h11',
  link: 'M6.7 9.3a2.6 2.6 0 0 0 3.7 0l2.3-2.3A2.6 2.6 0 0 0 9 3.3l-.8.8M9.3 6.7a2.6 2.6 0 0 0-3.7 0L3.3 9A2.6 2.6 0 0 0 7 12.7l.8-.8',
  keyboard: 'M1.5 4h13v8h-13zM4 6.5h.01M6.7 6.5h.01M9.3 6.5h.01M12 6.5h.01M4.5 9.5h7',
  plus: 'M8 3v10M3 8h10',
  minus: 'M3 8h10',
  fit: 'M2 8h12M4.5 5.5L2 8l2.5 2.5M11.5 5.5L14 8l-2.5 2.5',
  fold: 'M3 8h10M8 1.5V6M6 4.2L8 6l2-1.8M8 14.5V10M6 11.8L8 10l2 1.8',
  unfold: 'M3 8h10M8 6V1.5M6 3.3l2-1.8 2 1.8M8 10v4.5M6 12.7l2 1.8 2-1.8',
  menu: 'M2.5 4.5h11M2.5 8h11M2.5 11.5h11',
  external: 'M9.5 2.5h4v4M13.5 2.5L7.5 8.5M11.5 9.5v4h-9v-9h4',
  row: 'M2 5h3.5M8 5h6M2 8h3.5M8 8h6M2 11h3.5M8 11h6',
  upload: 'M8 10.5V2.5M4.7 5.8L8 2.5l3.3 3.3M2.5 13.5h11',
  filter: 'M2.5 3.5h11l-4.3 5v4.5l-2.4-1.5v-3z',
  path: 'M2 12.5h3.5c2.5 0 2-9 4.5-9h4M11.5 1.2L14 3.5l-2.5 2.3',
  clock: 'M8 1.8a6.2 6.2 0 1 1 0 12.4A6.2 6.2 0 0 1 8 1.8zM8 4.5V8l2.4 1.6',
  repeats: 'M3 4h10M3 8h10M3 12h6M12.5 10.5v3M11 12h3',
  root: 'M3 2.5v8h6M6.5 7.5l3 3-3 3M12 13.5h1.5',
  refresh: 'M13 8a5 5 0 1 1-1.6-3.7M13.2 2v3h-3',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, size = 16 }: { readonly name: IconName; readonly size?: number }): ReactNode {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth={1.5}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
