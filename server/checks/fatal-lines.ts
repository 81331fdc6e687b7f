import type { Meanings } from './meanings.ts';

/** Where to begin after a fatal line. */
export type FatalLook =
  | 'write-ahead-log'
  | 'other-version'
  | 'innodb'
  | 'redis-file'
  | 'sqlite'
  | 'disk-full'
  | 'watchers'
  | 'memory'
  | 'read-only'
  | 'architecture'
  | 'port'
  | 'certificate'
  | 'login'
  | 'database'
  | 'connections'
  | 'name'
  | 'host'
  | 'settings'
  | 'owner'
  | 'rights'
  | 'lock';

/**
 * Last lines of programs that die, in words that follow "web crashes: ". Of all lines the first entry that fits one counts:
 * what says most stands first, what is written while something else goes wrong stands last. Every repetition is bounded or
 * of one class of characters, so that no line takes long.
 */
export const fatalLines: Meanings<FatalLook> = [
  // Data that are damaged: what is done next decides whether they can be saved.
  [/could not locate a valid checkpoint record/i, 'its write-ahead log is damaged', 'write-ahead-log'],
  [
    /database files are incompatible with server/i,
    'its data were made by another version of PostgreSQL',
    'other-version',
  ],
  [/InnoDB:.{0,200}(?:corrupt|Plugin initialization aborted)/i, 'its InnoDB data are damaged', 'innodb'],
  [/Aria recovery failed|Aria engine: .{0,40}failed/i, 'its Aria tables are damaged', 'innodb'],
  [/Bad file format reading the append only file/i, 'its append-only file is damaged', 'redis-file'],
  [
    /Short read or OOM loading DB|Wrong signature trying to load DB|RDB CRC error/i,
    'its dump file is damaged',
    'redis-file',
  ],
  [/database disk image is malformed|file is not a database/i, 'its SQLite database is damaged', 'sqlite'],
  [/database is locked|SQLITE_BUSY/, 'its SQLite database is locked by another process', 'lock'],
  [
    /data directory "([^"]{1,200})" has (?:wrong ownership|invalid permissions|group or world access)/i,
    'its data directory $1 has the wrong owner or permissions',
    'owner',
  ],

  // What the node has run out of.
  [
    /System limit for number of file watchers|inotify.{0,60}no space left/i,
    'its node has no file watchers left',
    'watchers',
  ],
  [/no space left on device|\bENOSPC\b|disk quota exceeded/i, 'a disk is full', 'disk-full'],
  [
    /java\.lang\.OutOfMemoryError|JavaScript heap out of memory|runtime: out of memory/,
    'it has no memory left',
    'memory',
  ],
  [/cannot allocate memory|\bENOMEM\b|std::bad_alloc/i, 'it gets no more memory', 'memory'],
  [/too many open files|\bEMFILE\b/i, 'it has too many files open', 'watchers'],
  [/read-only file system|\bEROFS\b/i, 'it writes to a read-only file system', 'read-only'],

  // What its image or its settings lack.
  [/exec format error/i, 'its image is for another processor architecture', 'architecture'],
  [/error while loading shared libraries: ([^\s:]{1,80})/, 'library $1 is not in its image', 'architecture'],
  [/ModuleNotFoundError: No module named '([^']{1,80})'/, 'the Python module $1 is not in its image'],
  [/Cannot find module '([^']{1,120})'/, 'the module $1 is not in its image'],
  [/superuser password is not specified/i, 'the environment variable POSTGRES_PASSWORD is missing', 'settings'],
  [
    /Database is uninitialized and password option is not specified/i,
    'the environment variable of its root password is missing',
    'settings',
  ],
  [
    /environment variables? ["'`]?(\w{1,80})["'`]? (?:is |was |are )?(?:not set|not defined|missing|required|must be set|not found)/i,
    'the environment variable $1 is missing',
    'settings',
  ],
  [
    /(?:missing|required) (?:required )?(?:environment variable|env var):? ["'`]?(\w{1,80})/i,
    'the environment variable $1 is missing',
    'settings',
  ],
  [
    /: (\w{1,80}): (?:unbound variable|parameter (?:null or )?not set)/,
    'the environment variable $1 is missing',
    'settings',
  ],
  [/\bopen (\/[^\s:]{1,150}): no such file or directory/, 'the file $1 is missing', 'settings'],
  [/ENOENT: no such file or directory, \w{1,20} '([^']{1,150})'/, 'the file $1 is missing', 'settings'],
  [/No such file or directory: '([^']{1,150})'/, 'the file $1 is missing', 'settings'],

  // What refuses it.
  [
    /password authentication failed for user "([^"]{1,60})"/i,
    'the database does not accept the password of $1',
    'login',
  ],
  [/Access denied for user '([^']{1,60})'/i, 'the database does not accept the password of $1', 'login'],
  [/\bWRONGPASS\b|\bNOAUTH\b|invalid username-password pair/, 'Redis does not accept its password', 'login'],
  [/role "([^"]{1,60})" does not exist/i, 'the database has no user $1', 'database'],
  [/database "([^"]{1,60})" does not exist/i, 'the database $1 does not exist', 'database'],
  [/Unknown database '([^']{1,60})'/i, 'the database $1 does not exist', 'database'],
  [
    /too many clients already|too many connections|remaining connection slots/i,
    'its database has too many connections',
    'connections',
  ],
  [/is forbidden: User "([^"]{1,150})" cannot/, 'the service account $1 lacks a right', 'rights'],
  [/x509: .{0,80}current time \S{1,40} is before/, 'a certificate is not valid yet: compare the clocks', 'certificate'],
  [/certificate has expired|\bCERT_HAS_EXPIRED\b|certificate expired/i, 'a certificate has expired', 'certificate'],
  [
    /certificate signed by unknown authority|self[- ]signed certificate|unable to get local issuer certificate/i,
    'it does not trust a certificate',
    'certificate',
  ],

  // What it cannot get hold of.
  [/\blisten (?:tcp|udp)[46]? (\S{1,60}): bind: address already in use/, 'the address $1 is in use already', 'port'],
  [/EADDRINUSE: address already in use (\S{1,60})/, 'the address $1 is in use already', 'port'],
  [/bind\(\) to (\S{1,60}) failed \(98/, 'the address $1 is in use already', 'port'],
  [/address already in use|\bEADDRINUSE\b/i, 'its address is in use already', 'port'],
  [
    /bind: permission denied|bind\(\) to \S{1,60} failed \(13|listen EACCES/,
    'it may not listen on a port below 1024',
    'owner',
  ],
  [/lock file "([^"]{1,120})" already exists/i, 'another process holds its lock $1', 'lock'],
  [
    /cannot (?:acquire|obtain) (?:the )?lock|another instance is (?:already )?running/i,
    'another process holds its lock',
    'lock',
  ],
  [/lookup ([\w.-]{1,100})(?: on \S{1,60})?: no such host/, "$1 is not known to the cluster's DNS", 'name'],
  [
    /lookup ([\w.-]{1,100})(?: on \S{1,60})?: .{0,80}(?:timeout|refused|misbehaving)/,
    "the cluster's DNS does not answer when asked for $1",
    'name',
  ],
  [/\bENOTFOUND ([\w.-]{1,100})/, "$1 is not known to the cluster's DNS", 'name'],
  [/\bEAI_AGAIN ([\w.-]{1,100})/, "the cluster's DNS does not answer when asked for $1", 'name'],
  [/could not translate host name "([^"]{1,100})"/i, "$1 is not known to the cluster's DNS", 'name'],
  [/UnknownHostException: ([\w.-]{1,100})/, "$1 is not known to the cluster's DNS", 'name'],
  [/host not found in upstream "([^"]{1,100})"/, "$1 is not known to the cluster's DNS", 'name'],
  [/dial (?:tcp|udp)[46]? (\S{1,100}): connect: connection refused/, '$1 refuses connections', 'host'],
  [/\bECONNREFUSED (\S{1,100})/, '$1 refuses connections', 'host'],
  [/connection to server at "([^"]{1,100})".{0,80}connection refused/i, '$1 refuses connections', 'host'],
  [/Is the server running on (?:that )?host "([^"]{1,100})"/i, '$1 refuses connections', 'host'],
  [/Can't connect to (?:MySQL |MariaDB )?server on '([^']{1,100})'/i, '$1 cannot be reached', 'host'],
  [/Connection to (\S{1,100}) refused/, '$1 refuses connections', 'host'],
  [/Error 111 connecting to ([\w.-]{1,90}:\d{1,5})/i, '$1 refuses connections', 'host'],
  [/Failed to connect to (\S{1,100}) port \d/i, '$1 cannot be reached', 'host'],
  [
    /dial (?:tcp|udp)[46]? (\S{1,100}): (?:i\/o timeout|connect: connection timed out|connect: no route to host)/,
    '$1 does not answer',
    'host',
  ],
  [/\b(?:ETIMEDOUT|EHOSTUNREACH) (\S{1,100})/, '$1 does not answer', 'host'],
  [/connection refused/i, 'something it needs refuses connections', 'host'],
  [
    /(?:open|mkdir|create|remove|rename|chown|chmod) (\/[^\s:]{1,150}): permission denied/,
    'it may not write or read $1',
    'owner',
  ],
  [/(?:EACCES|EPERM): [a-z ]{1,40}, \w{1,20} '([^']{1,150})'/, 'it may not write or read $1', 'owner'],
  [/Permission denied: '([^']{1,150})'/, 'it may not write or read $1', 'owner'],
  [/ '?(\/[^\s:']{1,150})'?: Permission denied/i, 'it may not write or read $1', 'owner'],
  [/permission denied|\bEACCES\b/i, 'it is denied a permission', 'owner'],

  // What it says of itself.
  [/segmentation fault|\bSIGSEGV\b/i, 'it hits a segmentation fault'],
  [/^(?:.{0,40} )?panic: (.{1,150})/, 'it panics: $1'],
];
