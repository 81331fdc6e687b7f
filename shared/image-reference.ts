/** An image as its parts. `registry.example:5000/team/web:1.5@sha256:...`; what is left out stands for Docker Hub's. */
export interface ImageReference {
  /** `docker.io` where none is written, with the port where there is one. */
  host: string;
  /** `library/nginx` for plain `nginx`. */
  repository: string;
  /** `latest` where neither tag nor digest is written, "" beside a digest alone. */
  tag: string;
  /** `sha256:...`, "" if there is none. */
  digest: string;
}

/** The parts of an image as it was written; a text that is none gives what can be read of it. */
export function imageReference(image: string): ImageReference {
  const [name = '', digest = ''] = image.split('@', 2);
  const [first = '', ...others] = name.split('/');
  // As Docker reads it: a first part without dot or port is a user of Docker Hub.
  const named = others.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  const host = named ? first.replace(/^(?:index|registry-1)\.docker\.io$/, 'docker.io') : 'docker.io';
  const path = named ? others.join('/') : name;
  const colon = path.lastIndexOf(':');
  const tagged = colon > path.lastIndexOf('/');
  const bare = tagged ? path.slice(0, colon) : path;
  return {
    host,
    repository: host === 'docker.io' && !bare.includes('/') ? `library/${bare}` : bare,
    tag: tagged ? path.slice(colon + 1) : digest === '' ? 'latest' : '',
    digest,
  };
}
