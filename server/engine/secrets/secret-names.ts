/** Which identifiers name a secret: `dbPassword`, `API_KEY`, `mot_de_passe`; not `passwordField`, `tokenType`. */

export type SecretKind =
  /** A person may have chosen it. */
  | "password"
  /** A machine made it: it looks so. */
  | "token";

export interface SecretName {
  readonly kind: SecretKind;
  /** The name says whose secret it is, as `db_password`, so that a plain word is believed, too. */
  readonly isOfSystem: boolean;
}

const phrases = (text: string): readonly (readonly string[])[] =>
  text
    .trim()
    .split(/\s*,\s*/)
    .map((phrase) => phrase.split(" "));

const passwordPhrases =
  phrases(`password, passwd, passwrd, passw, pwd, pass, passphrase, passcode, pswd,
  mot de passe, motdepasse, mdp, contraseña, contrasena, clave, passwort, kennwort, senha, wachtwoord, lozinka,
  haslo, hasło, parola, heslo, salasana, lösenord, losenord, parool, пароль, 密码, 密碼, パスワード, 비밀번호`);

const tokenPhrases =
  phrases(`secret, token, apikey, api key, access key, account key, auth key, auth token,
  authtoken, private key, privatekey, signing key, encryption key, master key, shared key, sharedkey, secret key,
  secretkey, license key, app key, application key, service key, deploy key, admin key, write key, webhook key,
  integration key, ingest key, storage key, primary key secret, client secret, clientsecret, preshared key,
  presharedkey, psk, credential, credentials, authorization, bearer, jwt, salt, auth salt, auth, session id,
  sessionid, sid, phpsessid, jsessionid, session cookie, session, cookie, csrftoken, client key data, key data,
  connection string, sas, accesskey, accountkey, secretaccesskey, hmac key, hmac, cipher key, aes key, secret hash,
  schlüssel, schluessel, jeton, clef, chiave, geheim, geheimnis, 秘密, キー, 密钥, ключ, токен, секрет, pat, dsn,
  rapidapi key, subscription key, server key, vapid private, otp, totp, seed, pin`);

/** What may follow the phrase in a name. */
const tails = new Set(
  `value val base base64 raw str string text data prod production dev development staging stage test testing
  live local default old new current main primary secondary backup master root admin user me env v1 v2 v3 secret
  token password pass key plain plaintext plain clear cleartext one two a b const const 1 2 3 4 5 sandbox my
  cookie header hex bytes id64 b64 legacy next previous prev global eu us write read rw ro bot app api web`.split(
    /\s+/,
  ),
);

/** Whose password it is. */
const systems = new Set(
  `db database root admin administrator smtp mysql postgres postgresql pg pgsql redis mongo mongodb mssql oracle
  rabbitmq amqp sudo become ssh ftp sftp imap pop mail email ldap keystore truststore store service account
  datasource jdbc sa wifi wlan vpn proxy registry docker nexus artifactory jenkins gitlab github grafana elastic
  kafka bind superuser master cert certificate p12 pfx sql encryption vault server system backup rds`.split(
    /\s+/,
  ),
);

/** Names of other things that end as a secret's does. */
const heads = new Set(
  `forgot forget reset show hide toggle no is has next prev previous page continuation pad unk mask eos bos sep cls
  max min num stop start end bypass by type invalid missing expected unexpected wrong bad cancel cancellation
  injection parse lex peek current syntax string number comment keyword identifier operator punctuation public
  css design color change`.split(/\s+/),
);

const wordForm =
  /[A-Z]?[a-z\u00DF-\u024F]+|[A-Z]+(?![a-z])|\d+|[\u0400-\u04FF]+|[\u3040-\u30FF\u4E00-\u9FFF\uAC00-\uD7AF]+/gu;

/** `undefined` for a name that does not end in a secret's. */
export function secretName(name: string): SecretName | undefined {
  const words = Array.from(name.matchAll(wordForm), ([word]) => word.toLowerCase());
  let end = words.length;
  for (;;) {
    const found = endingAt(words, end);
    if (found !== undefined) return found;
    if (end === 0 || !isTail(words[end - 1] ?? "")) return undefined;
    end -= 1;
  }
}

function isTail(word: string): boolean {
  return tails.has(word) || /^\d+$/.test(word);
}

function endingAt(words: readonly string[], end: number): SecretName | undefined {
  const password = longest(passwordPhrases, words, end);
  const length = password ?? longest(tokenPhrases, words, end);
  if (length === undefined) return undefined;
  const before = words.slice(0, end - length);
  if (heads.has(before.at(-1) ?? "")) return undefined;
  return {
    kind: password === undefined ? "token" : "password",
    isOfSystem: before.some((word) => systems.has(word)),
  };
}

function longest(
  all: readonly (readonly string[])[],
  words: readonly string[],
  end: number,
): number | undefined {
  let best: number | undefined;
  for (const phrase of all) {
    const start = end - phrase.length;
    if (start < 0 || (best ?? 0) >= phrase.length) continue;
    if (phrase.every((word, index) => words[start + index] === word)) best = phrase.length;
  }
  return best;
}
