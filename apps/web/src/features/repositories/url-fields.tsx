import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";

interface UrlFieldsProps {
  url: string;
  token: string;
  onUrl: (url: string) => void;
  onToken: (token: string) => void;
}

export function UrlFields({ url, token, onUrl, onToken }: UrlFieldsProps) {
  return (
    <>
      <Field label="Address" hint="The https address that you would clone.">
        {(control) => (
          <Input
            {...control}
            type="url"
            inputMode="url"
            autoComplete="off"
            spellCheck={false}
            placeholder="https://github.com/acme/shop.git"
            value={url}
            onChange={(event) => onUrl(event.target.value)}
          />
        )}
      </Field>
      <Field
        label="Access token (for a private repository)"
        hint="With read access to its content. Kept sealed; it never enters a sandbox."
      >
        {(control) => (
          <Input
            {...control}
            type="password"
            autoComplete="off"
            spellCheck={false}
            value={token}
            onChange={(event) => onToken(event.target.value)}
          />
        )}
      </Field>
    </>
  );
}
