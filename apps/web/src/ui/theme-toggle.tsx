"use client";

import { Monitor, Moon, Sun } from "lucide-react";
import { useTheme } from "next-themes";
import { ToggleGroup } from "radix-ui";
import { useSyncExternalStore } from "react";

const choices = [
  { value: "light", label: "Light", icon: Sun },
  { value: "dark", label: "Dark", icon: Moon },
  { value: "system", label: "As the system", icon: Monitor },
] as const;

const never = () => () => undefined;

/** Light, dark, or whatever the system says. */
export function ThemeToggle() {
  const { theme, setTheme } = useTheme();
  // The server does not know the choice; what it renders has none pressed.
  const mounted = useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
  return (
    <ToggleGroup.Root
      type="single"
      aria-label="Theme"
      value={mounted ? (theme ?? "system") : ""}
      onValueChange={(value) => value && setTheme(value)}
      className="inline-flex rounded-md border border-line bg-subtle p-0.5"
    >
      {choices.map(({ value, label, icon: Icon }) => (
        <ToggleGroup.Item
          key={value}
          value={value}
          aria-label={label}
          title={label}
          className="grid size-6 place-items-center rounded text-faint transition-colors hover:text-fg data-[state=on]:bg-surface data-[state=on]:text-fg data-[state=on]:shadow-card"
        >
          <Icon aria-hidden className="size-3.5" />
        </ToggleGroup.Item>
      ))}
    </ToggleGroup.Root>
  );
}
