import { describe, expect, test } from 'vitest';
import { fatalHint } from '#server/checks/fatal-hint.ts';
import { fatalLines } from '#server/checks/fatal-lines.ts';

/** Lines as programs write them, and what they mean. */
const examples: [line: string, words: string][] = [
  ['2026-10-01 11:59:58 UTC [28] PANIC:  could not locate a valid checkpoint record', 'its write-ahead log is damaged'],
  ['FATAL:  database files are incompatible with server', 'its data were made by another version of PostgreSQL'],
  [
    '[ERROR] [MY-011906] [InnoDB] InnoDB: Database page corruption on disk or a failed read',
    'its InnoDB data are damaged',
  ],
  ['[ERROR] mysqld: Aria recovery failed. Please run aria_chk -r on all Aria tables', 'its Aria tables are damaged'],
  ['# Bad file format reading the append only file appendonly.aof.1.incr.aof', 'its append-only file is damaged'],
  ['# Short read or OOM loading DB. Unrecoverable error, aborting now.', 'its dump file is damaged'],
  ['sqlite3.DatabaseError: database disk image is malformed', 'its SQLite database is damaged'],
  ['failed to migrate: database is locked', 'its SQLite database is locked by another process'],
  [
    'FATAL:  data directory "/var/lib/postgresql/data" has wrong ownership',
    'its data directory /var/lib/postgresql/data has the wrong owner or permissions',
  ],
  [
    'FATAL:  data directory "/data" has invalid permissions',
    'its data directory /data has the wrong owner or permissions',
  ],
  [
    "Error: ENOSPC: System limit for number of file watchers reached, watch '/config'",
    'its node has no file watchers left',
  ],
  ['write /var/lib/x/0001.wal: no space left on device', 'a disk is full'],
  ['Error: ENOSPC: no space left on device, write', 'a disk is full'],
  ['Exception in thread "main" java.lang.OutOfMemoryError: Java heap space', 'it has no memory left'],
  ['FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory', 'it has no memory left'],
  ['fatal error: runtime: out of memory', 'it has no memory left'],
  ['fork: Cannot allocate memory', 'it gets no more memory'],
  ["terminate called after throwing an instance of 'std::bad_alloc'", 'it gets no more memory'],
  ['failed to create fsnotify watcher: too many open files', 'it has too many files open'],
  ["mkdir: can't create directory '/data/x': Read-only file system", 'it writes to a read-only file system'],
  ['exec /usr/local/bin/app: exec format error', 'its image is for another processor architecture'],
  [
    '/app: error while loading shared libraries: libssl.so.1.1: cannot open shared object file',
    'library libssl.so.1.1 is not in its image',
  ],
  ["ModuleNotFoundError: No module named 'flask'", 'the Python module flask is not in its image'],
  ["Error: Cannot find module '/app/server.js'", 'the module /app/server.js is not in its image'],
  [
    'Error: Database is uninitialized and superuser password is not specified.',
    'the environment variable POSTGRES_PASSWORD is missing',
  ],
  [
    '[ERROR] [Entrypoint]: Database is uninitialized and password option is not specified',
    'the environment variable of its root password is missing',
  ],
  ['Error: environment variable SECRET_KEY is not set', 'the environment variable SECRET_KEY is missing'],
  ['Missing required environment variable: DATABASE_URL', 'the environment variable DATABASE_URL is missing'],
  ['/entrypoint.sh: line 3: TOKEN: unbound variable', 'the environment variable TOKEN is missing'],
  ['/entrypoint.sh: 3: TOKEN: parameter not set', 'the environment variable TOKEN is missing'],
  ['open /etc/app/config.yaml: no such file or directory', 'the file /etc/app/config.yaml is missing'],
  [
    "Error: ENOENT: no such file or directory, open '/config/settings.json'",
    'the file /config/settings.json is missing',
  ],
  ["FileNotFoundError: [Errno 2] No such file or directory: '/config/a.yaml'", 'the file /config/a.yaml is missing'],
  ['FATAL:  password authentication failed for user "gitea"', 'the database does not accept the password of gitea'],
  [
    "ERROR 1045 (28000): Access denied for user 'wordpress'@'10.42.0.7' (using password: YES)",
    'the database does not accept the password of wordpress',
  ],
  ['ReplyError: WRONGPASS invalid username-password pair or user is disabled.', 'Redis does not accept its password'],
  ['FATAL:  role "gitea" does not exist', 'the database has no user gitea'],
  ['pq: database "gitea" does not exist', 'the database gitea does not exist'],
  ["Error 1049 (42000): Unknown database 'shop'", 'the database shop does not exist'],
  ['FATAL:  sorry, too many clients already', 'its database has too many connections'],
  [
    'nodes is forbidden: User "system:serviceaccount:default:app" cannot list resource "nodes"',
    'the service account system:serviceaccount:default:app lacks a right',
  ],
  [
    'x509: certificate has expired or is not yet valid: current time 2026-10-01T12:00:00Z is before 2026-11-01T00:00:00Z',
    'a certificate is not valid yet: compare the clocks',
  ],
  [
    'x509: certificate has expired or is not yet valid: current time 2026-10-01T12:00:00Z is after 2026-09-01T00:00:00Z',
    'a certificate has expired',
  ],
  ['Error: certificate has expired { code: CERT_HAS_EXPIRED }', 'a certificate has expired'],
  [
    'tls: failed to verify certificate: x509: certificate signed by unknown authority',
    'it does not trust a certificate',
  ],
  ['listen tcp :8080: bind: address already in use', 'the address :8080 is in use already'],
  ['Error: listen EADDRINUSE: address already in use :::3000', 'the address :::3000 is in use already'],
  [
    'nginx: [emerg] bind() to 0.0.0.0:80 failed (98: Address already in use)',
    'the address 0.0.0.0:80 is in use already',
  ],
  ['OSError: [Errno 98] Address already in use', 'its address is in use already'],
  ['listen tcp :80: bind: permission denied', 'it may not listen on a port below 1024'],
  ['nginx: [emerg] bind() to 0.0.0.0:80 failed (13: Permission denied)', 'it may not listen on a port below 1024'],
  ['FATAL:  lock file "postmaster.pid" already exists', 'another process holds its lock postmaster.pid'],
  ['FATAL: cannot acquire lock on file "/storage/flock.lock"', 'another process holds its lock'],
  ['dial tcp: lookup db.shop on 10.43.0.10:53: no such host', "db.shop is not known to the cluster's DNS"],
  [
    'dial tcp: lookup db on 10.43.0.10:53: read udp 10.42.0.7:1->10.43.0.10:53: i/o timeout',
    "the cluster's DNS does not answer when asked for db",
  ],
  ['Error: getaddrinfo ENOTFOUND mqtt.home', "mqtt.home is not known to the cluster's DNS"],
  ['Error: getaddrinfo EAI_AGAIN redis', "the cluster's DNS does not answer when asked for redis"],
  [
    'psql: error: could not translate host name "db" to address: Name or service not known',
    "db is not known to the cluster's DNS",
  ],
  ['java.net.UnknownHostException: kafka', "kafka is not known to the cluster's DNS"],
  [
    'nginx: [emerg] host not found in upstream "backend" in /etc/nginx/conf.d/a.conf:3',
    "backend is not known to the cluster's DNS",
  ],
  ['panic: dial tcp 10.43.7.12:5432: connect: connection refused', '10.43.7.12:5432 refuses connections'],
  ['dial tcp [fd00::1]:5432: connect: connection refused', '[fd00::1]:5432 refuses connections'],
  ['Error: connect ECONNREFUSED 10.43.0.9:6379', '10.43.0.9:6379 refuses connections'],
  [
    'psql: error: connection to server at "db" (10.43.1.1), port 5432 failed: Connection refused',
    'db refuses connections',
  ],
  [
    'Is the server running on host "db" (10.43.1.1) and accepting TCP/IP connections on port 5432?',
    'db refuses connections',
  ],
  ["ERROR 2002 (HY000): Can't connect to MySQL server on 'mariadb' (115)", 'mariadb cannot be reached'],
  ['org.postgresql.util.PSQLException: Connection to db:5432 refused.', 'db:5432 refuses connections'],
  [
    'redis.exceptions.ConnectionError: Error 111 connecting to redis:6379. Connection refused.',
    'redis:6379 refuses connections',
  ],
  ['curl: (7) Failed to connect to api port 80 after 2 ms: Could not connect to server', 'api cannot be reached'],
  ['dial tcp 10.0.0.7:443: i/o timeout', '10.0.0.7:443 does not answer'],
  ['Error: connect ETIMEDOUT 10.0.0.7:443', '10.0.0.7:443 does not answer'],
  ['Error: Connection refused (os error 111)', 'something it needs refuses connections'],
  ['open /data/app.db: permission denied', 'it may not write or read /data/app.db'],
  ["Error: EACCES: permission denied, mkdir '/data/uploads'", 'it may not write or read /data/uploads'],
  ["PermissionError: [Errno 13] Permission denied: '/config'", 'it may not write or read /config'],
  ['sh: /docker-entrypoint.sh: Permission denied', 'it may not write or read /docker-entrypoint.sh'],
  ['Permission denied (os error 13)', 'it is denied a permission'],
  ['Segmentation fault (core dumped)', 'it hits a segmentation fault'],
  [
    'panic: runtime error: index out of range [3] with length 3',
    'it panics: runtime error: index out of range [3] with length 3',
  ],
];

describe('a last line', () => {
  test.for(examples)('%s', ([line, words]) => {
    expect(fatalHint(['starting', line])).toMatchObject({ words, line: 1 });
  });

  test('is known of every entry of the table by an example', () => {
    const used = new Set(examples.map(([line]) => fatalLines.find(([pattern]) => pattern.test(line))));
    expect(fatalLines.filter((entry) => !used.has(entry)).map(([pattern]) => String(pattern))).toEqual([]);
  });

  test.for([
    '',
    'started in 3 s',
    'GET /error 200',
    'connected to database "gitea"',
    'user admin logged in',
    'permission granted',
  ])('that says nothing fatal is none: "%s"', (line) => {
    expect(fatalHint([line])).toBeNull();
  });
});

describe('of several lines', () => {
  test('what says most counts, wherever it stands', () => {
    const lines = [
      'PANIC:  could not locate a valid checkpoint record',
      'LOG:  aborting startup',
      'connection refused',
    ];
    expect(fatalHint(lines)).toMatchObject({ words: 'its write-ahead log is damaged', line: 0 });
  });

  test('of the same sort the last counts', () => {
    const lines = [
      'dial tcp 10.0.0.1:1: connect: connection refused',
      'dial tcp 10.0.0.2:2: connect: connection refused',
    ];
    expect(fatalHint(lines)).toMatchObject({ words: '10.0.0.2:2 refuses connections', line: 1 });
  });

  test('only the last ones are looked at', () => {
    expect(fatalHint(['no space left on device', ...Array.from({ length: 40 }, () => 'fine')])).toBeNull();
  });

  test('a name cannot make the sentence read other than it is', () => {
    const name = `\u202e${'x'.repeat(59)}`;
    expect(fatalHint([`database "${name}" does not exist`])?.words).toBe(
      `the database ${'x'.repeat(59)} does not exist`,
    );
    expect(fatalHint(['database "$1 $& {name}" does not exist'])?.words).toBe(
      'the database $1 $& {name} does not exist',
    );
  });
});

describe('hostile lines', () => {
  const starts = [
    'open /',
    'dial tcp ',
    ' /',
    'lookup a',
    'EACCES: ',
    'InnoDB:',
    'environment variable ',
    'x509: ',
    "'",
    '"',
    'panic: ',
  ];
  const lines = starts.flatMap((start) =>
    ['a', ' ', '/', ':', 'a ', 'permission denied '].map((fill) => start + fill.repeat(100_000)),
  );

  test('of any length take no time', () => {
    const from = performance.now();
    for (const line of lines) fatalHint(Array.from({ length: 40 }, () => line));
    expect((performance.now() - from) / lines.length, 'ms for the log of one container').toBeLessThan(50);
  });
});
