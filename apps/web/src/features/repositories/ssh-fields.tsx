import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";

interface SshFieldsProps {
  url: string;
  ownKey: boolean;
  privateKey: string;
  onUrl: (url: string) => void;
  onOwnKey: (ownKey: boolean) => void;
  onPrivateKey: (key: string) => void;
}

/** A repository over ssh: a key pair that is made here, or one of your own. */
export function SshFields({ url, ownKey, privateKey, onUrl, onOwnKey, onPrivateKey }: SshFieldsProps) {
  return (
    <>
      <Field label="Address" hint="As you would clone it over ssh.">
        {(control) => (
          <Input
            {...control}
            autoComplete="off"
            spellCheck={false}
            placeholder="git@github.com:acme/shop.git"
            value={url}
            onChange={(event) => onUrl(event.target.value)}
            className="font-mono text-sm"
          />
        )}
      </Field>
      <fieldset className="space-y-2 text-sm">
        <legend className="mb-1.5 font-medium">Deploy key</legend>
        <label className="flex items-start gap-2">
          <input type="radio" name="key" checked={!ownKey} onChange={() => onOwnKey(false)} className="mt-1 accent-accent-solid" />
          <span>
            Make a key pair here
            <span className="block text-faint">You add the public half to the repository's deploy keys; it is shown once you connect.</span>
          </span>
        </label>
        <label className="flex items-start gap-2">
          <input type="radio" name="key" checked={ownKey} onChange={() => onOwnKey(true)} className="mt-1 accent-accent-solid" />
          Use a private key that I have
        </label>
      </fieldset>
      {ownKey ? (
        <Field label="Private key" hint="Without a passphrase. Kept sealed; it never enters a sandbox.">
          {(control) => (
            <textarea
              {...control}
              rows={5}
              autoComplete="off"
              spellCheck={false}
              placeholder="-----BEGIN OPENSSH PRIVATE KEY-----"
              value={privateKey}
              onChange={(event) => onPrivateKey(event.target.value)}
              className="w-full rounded-md border border-line-strong bg-surface px-2.5 py-2 font-mono text-fg text-xs shadow-card"
            />
          )}
        </Field>
      ) : null}
    </>
  );
}
