/** Secrets that a command line or a call takes without a name of their own. */
import { isSurelyRandom } from "./randomness.ts";
import { rangesOf, type SecretRange } from "./secret-range.ts";
import { isPassword, isPlaceholder } from "./secret-values.ts";

/** `curl -u user:password`, also quoted. */
const userOption =
  /(?:\bcurl\b|\bwget\b|\bhttp\b)[^\r\n]{0,300}?[ \t](?:-u|--user|--proxy-user|-U|-a|--auth)[= \t]{0,4}["']?[^\s:"'$<>{]{1,80}:([^\s"'$<>{}]{3,200})/dg;
/** Commands whose short option is a password. */
const shortOption =
  /\b(?:sshpass[ \t]{1,4}-p|mysql(?:dump|admin|import)?[ \t][^\r\n|;]{0,200}?[ \t]?-p|redis-cli[ \t][^\r\n|;]{0,200}?-a|docker[ \t]{1,2}login[ \t][^\r\n|;]{0,200}?[ \t]-p|az[ \t]{1,2}login[ \t][^\r\n|;]{0,200}?[ \t]-p|mongo(?:sh|dump|restore)?[ \t][^\r\n|;]{0,200}?[ \t]-p|zip[ \t][^\r\n|;]{0,100}?-P|ldap(?:search|add|modify)[ \t][^\r\n|;]{0,200}?[ \t]-w|snmp\w{2,8}[ \t][^\r\n|;]{0,200}?[ \t]-A|-passin[ \t]{1,4}pass:|-passout[ \t]{1,4}pass:|htpasswd[ \t]+-\w*b\w*[ \t]+\S{1,100}[ \t]+\S{1,60})[ \t]{0,4}["']?([^\s"'$<>{}|;-][^\s"'$<>{}|;]{3,200})/dg;
/** `CREATE USER a IDENTIFIED BY 'password'` */
const identifiedBy =
  /\bidentified[ \t]{1,4}(?:with[ \t]{1,4}["'\w]{1,40}[ \t]{1,4})?(?:by|as)[ \t]{1,4}(?:password[ \t]{1,4})?'([^'\r\n]{4,200})'/dgi;
const secureString =
  /ConvertTo-SecureString[ \t]{1,4}(?:-String[ \t]{1,4})?["']([^"'$\r\n]{4,200})["']/dgi;
/** Input of a login: `echo value | docker login --password-stdin`. */
const piped =
  /\b(?:echo|printf)[ \t]+["']?([^\s"'$<>|]{6,400})["']?[ \t]*\|[^\r\n]{0,80}(?:passw|login|--with-token|sudo -S)/dg;

/** The third argument of a connection, and what a client is made with. */
const connection =
  /\b(?:getConnection|createConnection|mysqli_connect|mysqli|PDO|NetworkCredential|UsernamePasswordCredentials|PasswordAuthentication|UsernamePasswordAuthenticationToken|basicAuth|HTTPBasicAuth|basic_auth|authenticate|SetBasicAuth|login|logIn|signIn)\([^()\r\n]{0,200}?,\s{0,20}["']([^"'\r\n]{4,200})["']\s{0,20}[,)]/dg;
const authPair =
  /\bauth[ \t]{0,4}[=:][ \t]{0,4}[([][ \t]{0,4}["'][^"'\r\n]{0,100}["'],[ \t]{0,4}["']([^"'\r\n]{4,300})["']/dg;
const call =
  /(?:Client|Api|API|Sdk|SDK|Auth|Token|Credentials?|Session|Wallet|Account|login|authenticate|configure|initialize|init|ApiKey|Stripe|OpenAI|Anthropic|Mistral|Groq|Cohere|Twilio|Replicate|Resend|Octokit)\(([^()\r\n]{0,400})\)/g;
const argument = /["'`]([^"'`\r\n]{20,400})["'`]/dg;

/** The secret half of an AWS key pair stands near its id. */
const keyPair = /\b(?:AKIA|ASIA)[A-Z2-7]{16}\b/g;
const keyOfPair = /(?<![A-Za-z0-9/+])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])/dg;

/** An account's key on a blockchain; of 64 digits a transaction's hash has no other form. */
const accountKeys =
  /\b(?:accounts|private_?keys?)["']?[ \t]{0,4}[:=][ \t]{0,4}\[([^\]]{0,1000})\]/dgi;

function isTyped(value: string): boolean {
  return isPassword(value, true) && !isPlaceholder(value);
}

export function commandRanges(text: string): SecretRange[] {
  return [
    ...when(text, /\b(?:curl|wget|http)\b/, userOption, isTyped),
    ...when(
      text,
      /sshpass|mysql|redis-cli|login|mongo|zip|ldap|snmp|-pass|htpasswd/,
      shortOption,
      isTyped,
    ),
    ...when(text, /identified/i, identifiedBy, isTyped),
    ...when(text, /SecureString/i, secureString, isTyped),
    ...when(text, /\|/, piped, (value) => isTyped(value) && /\d/.test(value)),
    ...when(text, /\(/, connection, (value) => isPassword(value, false) && !isPlaceholder(value)),
    ...when(text, /\bauth\b/, authPair, isTyped),
    ...callRanges(text),
    ...pairRanges(text),
    ...accountRanges(text),
  ];
}

/** The quick test spares most texts the slow one. */
function when(
  text: string,
  quick: RegExp,
  pattern: RegExp,
  isSecret: (value: string) => boolean,
): SecretRange[] {
  return quick.test(text) ? rangesOf(text, pattern, isSecret) : [];
}

function callRanges(text: string): SecretRange[] {
  return Array.from(text.matchAll(call)).flatMap(({ 0: whole, 1: inner = "", index }) =>
    inside(inner, index + whole.length - 1 - inner.length, argument, isSurelyRandom),
  );
}

function pairRanges(text: string): SecretRange[] {
  if (!/A[KS]IA/.test(text)) return [];
  return Array.from(text.matchAll(keyPair)).flatMap(({ 0: id, index }) => {
    const start = index + id.length;
    return inside(text.slice(start, start + 200), start, keyOfPair, isSurelyRandom);
  });
}

function accountRanges(text: string): SecretRange[] {
  return Array.from(text.matchAll(accountKeys)).flatMap((match) => {
    const [start] = match.indices?.[1] ?? [0];
    return inside(match[1] ?? "", start, /(?:0x)?[0-9a-f]{64}(?![0-9a-f])/dgi, () => true);
  });
}

function inside(
  part: string,
  offset: number,
  pattern: RegExp,
  isSecret: (value: string) => boolean,
): SecretRange[] {
  return rangesOf(part, pattern, isSecret).map(({ start, end }) => ({
    start: start + offset,
    end: end + offset,
  }));
}
