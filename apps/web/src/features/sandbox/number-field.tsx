"use client";

import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";

export interface NumberRange {
  readonly min: number;
  readonly max: number;
  /** 1 when left out: whole numbers */
  readonly step?: number;
}

/** Whether what was typed is a number of this range. */
export function isNumberIn({ min, max, step = 1 }: NumberRange, text: string): boolean {
  const number = Number(text);
  if (text.trim() === "" || !Number.isFinite(number)) return false;
  return number >= min && number <= max && (step !== 1 || Number.isInteger(number));
}

interface NumberFieldProps extends NumberRange {
  label: string;
  unit: string;
  value: string;
  disabled: boolean;
  onChange: (value: string) => void;
}

export function NumberField({ label, unit, value, min, max, step = 1, disabled, onChange }: NumberFieldProps) {
  const error = isNumberIn({ min, max, step }, value) ? null : `${min} to ${max}`;
  return (
    <Field label={label} error={error} hint={`${unit}, ${max} at most`}>
      {(control) => (
        <Input
          {...control}
          type="number"
          inputMode="decimal"
          value={value}
          min={min}
          max={max}
          step={step}
          disabled={disabled}
          onChange={(event) => onChange(event.target.value)}
          className="tabular-nums"
        />
      )}
    </Field>
  );
}
