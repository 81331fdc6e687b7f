/** How far the certificate of a server must be right before anything is sent: wholly, not over or not begun yet, or not at all. */
export type Verifying = 'all' | 'dates' | 'none';

/** One question by HTTP. */
export interface HttpAsk {
  /** http or https, without name and password. */
  url: string;
  /** `GET`, `HEAD`, `POST`, ... */
  method: string;
  /** Sent as they are, to the first host only: who is led to another host does not bring them along. */
  headers: Readonly<Record<string, string>>;
  body?: string;
  /** How many redirects are followed at most; 0: the answer that leads elsewhere is the answer. */
  redirects: number;
  /** Who is led to another host is not followed there: the answer that leads away is the answer. */
  sameHost?: boolean;
  /** Where to connect to instead of the first host, "" for the host itself; a name or an address without brackets. */
  address: string;
  /** Address of a DNS server to ask for names, `10.0.0.53` or with a port, "" for the system's. */
  resolver: string;
  verify: Verifying;
  /** PEM of authorities that are trusted beside the system's. */
  authorities: readonly string[];
  /** Whether an address of the link (169.254.0.0/16, fe80::/10: where clouds keep their metadata), none at all (0.0.0.0) or one to many may be asked. */
  linkLocal: boolean;
  /** Whether an address of the wall's own machine (127.0.0.0/8, ::1) may be asked; `written`: only where it is `address`. */
  loopback: boolean | 'written';
  /** So much of the body is read, decompressed; what is longer is cut, which is no failure. Bytes. */
  bodyLimit: number;
}

/** How long the parts of an asking took, ms; null for what did not happen: no name to look up, no TLS, no answer. */
export interface Phases {
  dnsMs: number | null;
  connectMs: number | null;
  tlsMs: number | null;
  /** From the request sent to the first byte of the answer. */
  firstByteMs: number | null;
  /** From the beginning to the end, redirects and body too, whatever came of it. */
  wholeMs: number;
}

/**
 * Why there was no answer. `silent`: connected, but nothing came within the limit; `tls`: no TLS, or a certificate that may
 * not be trusted; `redirects`: in a circle or too many; `forbidden-address`: the name leads where nobody may be asked;
 * `not-http`: something else answers.
 */
export type NetworkTrouble =
  | 'dns'
  | 'refused'
  | 'unreachable'
  | 'timeout'
  | 'silent'
  | 'reset'
  | 'tls'
  | 'redirects'
  | 'forbidden-address'
  | 'not-http'
  | 'unexpected';

/** What is wrong with a certificate, as found while connecting; "" if nothing is, or there is none. */
export type Distrust = '' | 'untrusted' | 'expired' | 'not-yet-valid' | 'wrong-name' | 'old-protocol';

/** What one asking by HTTP came to: an answer, or why there was none. Texts are strangers' and bounded. */
export type HttpAnswer = {
  phases: Phases;
  /** `10.0.0.5:443`: who was connected to last, "" if nobody. */
  address: string;
  /** The URL asked last: another than that of the ask where redirects were followed. */
  url: string;
  distrust: Distrust;
} & (
  | {
      trouble: '';
      status: number;
      /** By lower-case name, at most 64 of 1,000 characters; those told several times joined by ", ". */
      headers: Readonly<Record<string, string>>;
      /** As text (UTF-8, or as the answer says), at most `bodyLimit` bytes of it. */
      body: string;
      /** It was longer than that, or broke off after the first byte: `bodyProblem` says so. */
      bodyCut: boolean;
      /** "" if the body came whole or was cut by us: broken off, damaged compression, shorter than it said. */
      bodyProblem: string;
    }
  | {
      trouble: NetworkTrouble;
      /** In the owner's words, at most 300 characters: "git.example refused the connection". */
      message: string;
    }
);

/** A connection without a word. */
export interface TcpAnswer {
  /** `refused` proves that the machine lives. */
  trouble: '' | NetworkTrouble;
  message: string;
  phases: Phases;
  address: string;
}

/** A look-up. */
export interface DnsAnswer {
  trouble: '' | NetworkTrouble;
  message: string;
  phases: Phases;
  /** At most 20. */
  addresses: readonly string[];
}

/** Where to connect to. */
export interface TcpAsk extends Pick<HttpAsk, 'resolver' | 'linkLocal'> {
  loopback: boolean;
  host: string;
  port: number;
}

/**
 * The network as the wall reaches it, or the demo's. No credentials of the cluster go out here. Nothing rejects, each returns
 * within its limit and leaves no socket behind.
 */
export interface Network {
  askHttp(ask: HttpAsk, limitMs: number): Promise<HttpAnswer>;
  askTcp(ask: TcpAsk, limitMs: number): Promise<TcpAnswer>;
  askDns(ask: { name: string; resolver: string }, limitMs: number): Promise<DnsAnswer>;
}
