import { useState } from 'react';
import { usePrometheus } from '../api/answers.ts';
import { Icon } from '../parts/icon.tsx';
import { EmptyNote, ErrorNote, LoadingLine } from '../parts/states.tsx';

/** The configuration in force as the server gives it: secrets are masked there. */
export function ConfigStatus() {
  const config = usePrometheus<{ yaml: string }>('status/config');
  const [copied, setCopied] = useState(false);
  const yaml = config.data?.data.yaml;
  if (yaml === undefined) {
    return config.isError ? (
      <ErrorNote what="The configuration" error={config.error} retry={() => void config.refetch()} />
    ) : (
      <LoadingLine active />
    );
  }
  if (yaml.trim() === '')
    return <EmptyNote title="The configuration is empty">The server runs on its defaults.</EmptyNote>;
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(yaml);
    setCopied(true);
  };
  return (
    <div className="config">
      <button type="button" className="button config-copy" onClick={() => void copy()}>
        <Icon name="copy" /> {copied ? 'Copied' : 'Copy'}
      </button>
      <pre data-testid="config-yaml">{yaml}</pre>
    </div>
  );
}
