import { authorityFiles, type AuthorityFiles } from './config-authorities.ts';
import type { Variables } from './config-environment.ts';
import { secretReferences, type SecretReferences } from './config-secret-references.ts';

/** All that the configuration file names instead of saying it itself. */
export interface References {
  authorities: AuthorityFiles;
  secrets: SecretReferences;
  /** Absolute paths of all files that were asked for, the bad ones too: whoever waits for a change looks at them. */
  readonly paths: readonly string[];
}

/** None asked for yet. `directory` is that of the configuration file. */
export function configReferences(directory: string, variables: Variables): References {
  const authorities = authorityFiles(directory);
  const secrets = secretReferences(directory, variables);
  return {
    authorities,
    secrets,
    get paths() {
      return [...new Set([...authorities.paths, ...secrets.paths])];
    },
  };
}
