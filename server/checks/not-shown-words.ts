import type { TlsServerFact, TlsTrouble } from '#server/facts/tls-server.ts';
import { say, type Say } from '#shared/say.ts';
import { addressOf, andMoreHosts } from './certificate-words.ts';
import { splitAddress } from './door-words.ts';
import { shorten } from './shorten.ts';

/** How it stands with a server that has shown no certificate: `warn` for what is wrong with its TLS, else nobody knows. */
export function notShownLevel(trouble: TlsTrouble): 'warn' | 'unknown' {
  return trouble === 'not-tls' || trouble === 'unexpected' ? 'warn' : 'unknown';
}

/** "no certificate of git.example for 8 min: 192.168.1.20:443 refuses connections"; `others` is for how many more hosts it stands. */
export function notShownSay(server: TlsServerFact, others = 0): Say {
  const name = shorten(server.name, 80);
  const who = server.is === 'kubelet' ? `the kubelet of ${name}` : name;
  const { template, values } = others === 0 ? why(server) : whyAll(server);
  return say(`no certificate of {who}${andMoreHosts(others)} for {since:age}: ${template}`, {
    who,
    since: server.outcomeSince,
    ...values,
  });
}

/** Of several hosts behind one door. */
function whyAll({ trouble, message }: TlsServerFact): Say {
  switch (trouble) {
    case 'refused':
      return say('connections are refused');
    case 'unreachable':
      return say('they cannot be reached');
    case 'timeout':
      return say('nothing answers there');
    case 'silent':
      return say('what is there takes connections and says nothing');
    case 'dns':
      return say('their names cannot be resolved');
    case 'reset':
      return say('the connections are broken off');
    case 'not-tls':
      return say('what answers there does not speak TLS');
    case 'old-protocol':
    case 'unexpected':
    case '':
      return message === ''
        ? say('the handshakes fail')
        : say('the handshakes fail: {message}', { message: shorten(message) });
  }
}

function why(server: TlsServerFact): Say {
  const address = shorten(addressOf(server));
  const { host } = splitAddress(address);
  switch (server.trouble) {
    case 'refused':
      return say('{address} refuses connections', { address });
    case 'unreachable':
      return say('{address} cannot be reached', { address });
    case 'timeout':
      return say('{address} does not answer', { address });
    case 'silent':
      return say('{address} takes connections and says nothing', { address });
    case 'dns':
      return say('the name {host} cannot be resolved', { host });
    case 'reset':
      return say('{address} breaks off the connection', { address });
    case 'not-tls':
      return say('what answers at {address} does not speak TLS', { address });
    case 'old-protocol':
    case 'unexpected':
    case '': {
      const message = shorten(server.message);
      return message === ''
        ? say('the handshake with {address} fails', { address })
        : say('the handshake with {address} fails: {message}', { address, message });
    }
  }
}
