"use client";

import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";

interface NumberFieldProps {
  label: string;
  unit: string;
  value: string;
  min: number;
  max: number;
  step?: number;
  disabled: boolean;
  onChange: (value: string) => void;
}

export function NumberField({ label, unit, value, min, max, step = 1, disabled, onChange }: NumberFieldProps) {
  const number = Number(value);
  const wrong = value.trim() === "" || !Number.isFinite(number) || number < min || number > max;
  return (
    <Field label={label} error={wrong ? `${min} to ${max}` : null} hint={`${unit}, ${max} at most`}>
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
