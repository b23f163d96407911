"use client";

import { type Role, roleSchema, roles } from "@opencode/core/modules/tenancy/contract.ts";
import { Select } from "../../ui/select.tsx";
import { roleTexts } from "./role-text.ts";

interface RoleSelectProps {
  value: Role;
  onChange: (role: Role) => void;
  label: string;
  id?: string;
  disabled?: boolean;
  className?: string;
}

export function RoleSelect({ value, onChange, label, id, disabled = false, className }: RoleSelectProps) {
  return (
    <Select
      {...(id ? { id } : {})}
      {...(className ? { className } : {})}
      label={label}
      value={value}
      disabled={disabled}
      onChange={(next) => onChange(roleSchema.parse(next))}
      options={roles.map((role) => ({ value: role, label: roleTexts[role].label, note: roleTexts[role].note }))}
    />
  );
}
