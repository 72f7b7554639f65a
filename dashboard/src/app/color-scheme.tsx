import { SegmentedControl, useMantineColorScheme, VisuallyHidden } from '@mantine/core';
import { IconDeviceDesktop, IconMoon, IconSun } from '@tabler/icons-react';
import { m } from '../messages/index.ts';

const CHOICES = [
  { value: 'light', icon: IconSun },
  { value: 'dark', icon: IconMoon },
  { value: 'auto', icon: IconDeviceDesktop },
] as const;

export function ColorSchemeControl() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <SegmentedControl
      fullWidth
      size="xs"
      aria-label={m.frame.scheme.label}
      value={colorScheme}
      onChange={(value) => setColorScheme(value as 'light' | 'dark' | 'auto')}
      data={CHOICES.map(({ value, icon: Icon }) => ({
        value,
        label: (
          <>
            <Icon size={15} aria-hidden="true" />
            <VisuallyHidden>{m.frame.scheme[value]}</VisuallyHidden>
          </>
        ),
      }))}
    />
  );
}
