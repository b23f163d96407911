"use client";

import { Check, ChevronDown } from "lucide-react";
import { Select as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { cn } from "./cn.ts";

export interface SelectOption {
  readonly value: string;
  readonly label: string;
  readonly note?: string | undefined;
  readonly disabled?: boolean;
}

interface SelectProps {
  value: string;
  onChange: (value: string) => void;
  options: readonly SelectOption[];
  label: string;
  placeholder?: string;
  icon?: ReactNode;
  /** `quiet` stands inside another control, such as the composer */
  look?: "field" | "quiet";
  disabled?: boolean;
  id?: string;
  className?: string;
}

export function Select({
  value,
  onChange,
  options,
  label,
  placeholder,
  icon,
  look = "field",
  disabled = false,
  id,
  className,
}: SelectProps) {
  return (
    <Radix.Root value={value} onValueChange={onChange} disabled={disabled}>
      <Radix.Trigger
        id={id}
        aria-label={label}
        className={cn(
          "inline-flex min-w-0 items-center gap-1.5 rounded-md text-sm transition-colors disabled:opacity-50 data-[placeholder]:text-faint",
          look === "field"
            ? "h-9 w-full justify-between border border-line-strong bg-surface px-2.5 shadow-card hover:border-faint"
            : "h-7 px-2 text-muted hover:bg-hover hover:text-fg data-[state=open]:bg-hover",
          className,
        )}
      >
        {icon}
        <span className="truncate">
          <Radix.Value placeholder={placeholder} />
        </span>
        <ChevronDown aria-hidden className="size-3.5 shrink-0 text-faint" />
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          position="popper"
          sideOffset={4}
          collisionPadding={8}
          className="z-50 max-h-80 min-w-[var(--radix-select-trigger-width)] max-w-[min(24rem,calc(100vw-1rem))] animate-in overflow-hidden rounded-lg border border-line bg-surface shadow-pop"
        >
          <Radix.Viewport className="p-1">
            {options.map((option) => (
              <Radix.Item
                key={option.value}
                value={option.value}
                disabled={option.disabled ?? false}
                className="flex min-h-8 cursor-default select-none items-center gap-2 rounded-md px-2 py-1 text-sm outline-none data-[disabled]:opacity-50 data-[highlighted]:bg-hover"
              >
                <span className="min-w-0 flex-1">
                  <Radix.ItemText>{option.label}</Radix.ItemText>
                  {option.note ? <span className="block truncate text-faint text-xs">{option.note}</span> : null}
                </span>
                <Radix.ItemIndicator>
                  <Check aria-hidden className="size-3.5 text-accent" />
                </Radix.ItemIndicator>
              </Radix.Item>
            ))}
          </Radix.Viewport>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
