// The page's few icons, drawn on a grid of 20; they say nothing to a screen reader, their button does.
import type { ComponentChildren } from 'preact';

function Icon({ children }: { children: ComponentChildren }) {
  return (
    <svg class="icon" viewBox="0 0 20 20" width="18" height="18" aria-hidden="true">
      {children}
    </svg>
  );
}

export const SunIcon = () => (
  <Icon>
    <circle cx="10" cy="10" r="3.500" />
    <path d="M10 2v2M10 16v2M2 10h2M16 10h2M4.300 4.300l1.400 1.400M14.300 14.300l1.400 1.400M4.300 15.700l1.400-1.400M14.300 5.700l1.400-1.400" />
  </Icon>
);

export const MoonIcon = () => (
  <Icon>
    <path d="M16.500 12A7 7 0 0 1 8 3.500a7 7 0 1 0 8.500 8.500z" />
  </Icon>
);

export const SystemIcon = () => (
  <Icon>
    <circle cx="10" cy="10" r="7" />
    <path d="M10 3a7 7 0 0 1 0 14z" class="icon-filled" />
  </Icon>
);

export const CopyIcon = () => (
  <Icon>
    <rect x="7" y="7" width="9" height="10" rx="1.500" />
    <path d="M13 7V4.500A1.500 1.500 0 0 0 11.500 3h-6A1.500 1.500 0 0 0 4 4.500v8A1.500 1.500 0 0 0 5.500 14H7" />
  </Icon>
);

export const LinkIcon = () => (
  <Icon>
    <path d="M8.500 11.500a3 3 0 0 0 4.300 0l3-3a3 3 0 0 0-4.300-4.300l-.8.8M11.500 8.500a3 3 0 0 0-4.300 0l-3 3a3 3 0 0 0 4.300 4.300l.8-.8" />
  </Icon>
);

export const CheckIcon = () => (
  <Icon>
    <path d="M4 10.500l4 4 8-9" />
  </Icon>
);

export const SearchIcon = () => (
  <Icon>
    <circle cx="8.500" cy="8.500" r="5" />
    <path d="M12.500 12.500L17 17" />
  </Icon>
);

export const CrossIcon = () => (
  <Icon>
    <path d="M5 5l10 10M15 5L5 15" />
  </Icon>
);

export const LeftIcon = () => (
  <Icon>
    <path d="M12.500 4.500L7 10l5.500 5.500" />
  </Icon>
);

export const RightIcon = () => (
  <Icon>
    <path d="M7.500 4.500L13 10l-5.500 5.500" />
  </Icon>
);

export const DownloadIcon = () => (
  <Icon>
    <path d="M10 3v9M6 8.500l4 4 4-4M4 16h12" />
  </Icon>
);

export const PrintIcon = () => (
  <Icon>
    <path d="M6 7V3h8v4M6 14H4V8.500A1.500 1.500 0 0 1 5.500 7h9A1.500 1.500 0 0 1 16 8.500V14h-2M6 12h8v5H6z" />
  </Icon>
);

export const FilterIcon = () => (
  <Icon>
    <path d="M3 5h14M6 10h8M8.500 15h3" />
  </Icon>
);

export const KeyboardIcon = () => (
  <Icon>
    <rect x="2" y="5" width="16" height="10" rx="2" />
    <path d="M5 8.500h.010M8.300 8.500h.010M11.700 8.500h.010M15 8.500h.010M6.500 12h7" />
  </Icon>
);
