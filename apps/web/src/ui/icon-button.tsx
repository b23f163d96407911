import type { ComponentProps } from "react";
import { Button } from "./button.tsx";
import { Tooltip } from "./tooltip.tsx";

interface IconButtonProps extends ComponentProps<typeof Button> {
  /** what it does: read out, and shown on hover */
  label: string;
}

export function IconButton({ label, variant = "ghost", size = "icon", ...props }: IconButtonProps) {
  return (
    <Tooltip content={label}>
      <Button variant={variant} size={size} aria-label={label} {...props} />
    </Tooltip>
  );
}
