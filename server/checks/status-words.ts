/** What the numbers of HTTP are called, those that are met in a house. */
const phrases: Readonly<Record<number, string>> = {
  ...{ 301: 'Moved Permanently', 302: 'Found', 303: 'See Other', 304: 'Not Modified', 307: 'Temporary Redirect' },
  ...{ 308: 'Permanent Redirect', 400: 'Bad Request', 401: 'Unauthorized', 403: 'Forbidden', 404: 'Not Found' },
  ...{ 405: 'Method Not Allowed', 408: 'Request Timeout', 410: 'Gone', 421: 'Misdirected Request' },
  ...{ 426: 'Upgrade Required', 429: 'Too Many Requests', 431: 'Request Header Fields Too Large' },
  ...{ 500: 'Internal Server Error', 501: 'Not Implemented', 502: 'Bad Gateway', 503: 'Service Unavailable' },
  ...{ 504: 'Gateway Timeout', 505: 'HTTP Version Not Supported', 507: 'Insufficient Storage' },
  ...{
    521: 'Web Server Is Down',
    522: 'Connection Timed Out',
    523: 'Origin Is Unreachable',
    524: 'A Timeout Occurred',
  },
};

/** "503 Service Unavailable", "599" where it has no name. */
export function statusWords(status: number): string {
  const phrase = phrases[status];
  return phrase === undefined ? String(status) : `${status} ${phrase}`;
}
