/** What looks like a secret is masked, what only talks about one is not, and no offset moves. */
import { generateKeyPairSync, randomBytes } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { languageOf } from "../../server/engine/languages/language-of.ts";
import { maskSecrets } from "../../server/engine/secrets/mask-secrets.ts";

/** Put together here, so that no scanner of repositories takes this file for a leak. */
const alphabet = "aB3dE5gH7jK9mN1pQ2sT4vW6yZ8bC0";
const of = (length: number): string => alphabet.repeat(10).slice(0, length);
const hex = (length: number): string => "0a1b2c3d4e5f6789".repeat(10).slice(0, length);
const upper = (length: number): string => "AB2CD3EF4GH5JK6L".repeat(4).slice(0, length);

const tokens: Readonly<Record<string, string>> = {
  AWS: `AKIA${upper(16)}`,
  GitHub: `ghp_${of(36)}`,
  "GitHub, fine-grained": `github_pat_${of(82)}`,
  GitLab: `glpat-${of(20)}`,
  Slack: `xoxb-${hex(12)}-${of(24)}`,
  OpenAI: `sk-proj-${of(48)}`,
  Anthropic: `sk-ant-api03-${of(95)}`,
  Google: `AIza${of(35)}`,
  Stripe: `sk_live_${of(24)}`,
  npm: `npm_${of(36)}`,
  "Hugging Face": `hf_${of(34)}`,
  "JSON Web Token": `eyJ${of(20)}.eyJ${of(40)}.${of(43)}`,
  SendGrid: `SG.${of(22)}.${of(43)}`,
  DigitalOcean: `dop_v1_${hex(64)}`,
  Vault: `hvs.${of(24)}`,
  Telegram: `123456789:AA${of(33)}`,
};

const masked = (text: string, languageId = "typescript"): string =>
  maskSecrets(text, { hasBareValues: languageOf(languageId, "").hasBareValues }).text;

describe("tokens", () => {
  test.for(Object.entries(tokens))("of %s", ([, token]) => {
    const text = `send("${token}");`;
    expect(maskSecrets(text)).toEqual({ text: `send("${"*".repeat(token.length)}");`, count: 1 });
  });
});

describe("assignments", () => {
  test.for([
    ['const password = "hunter2!";', 'const password = "********";'],
    ['db_password: "correct-horse"', 'db_password: "*************"'],
    ["'API_KEY': 'a1b2c3d4e5f6a7b8'", "'API_KEY': '****************'"],
    ['const apiKey: string = "a1b2c3d4e5f6";', 'const apiKey: string = "************";'],
    ['os.environ["SECRET_KEY"] = "a1b2c3d4e5"', 'os.environ["SECRET_KEY"] = "**********"'],
    ['setenv("AUTH_TOKEN", "a1b2c3d4e5")', 'setenv("AUTH_TOKEN", "**********")'],
    [`Authorization: Bearer ${of(20)}`, `Authorization: Bearer ${"*".repeat(20)}`],
    ["Authorization: Basic dXNlcjpwYXNz", "Authorization: Basic ************"],
    ['headers["Authorization"] = "Token abcdefgh"', 'headers["Authorization"] = "Token ********"'],
    ["{ Authorization: 'Bearer abcdefgh' }", "{ Authorization: 'Bearer ********' }"],
    ['"Authorization": "a1b2c3d4e5f6"', '"Authorization": "************"'],
    ["auth: { user: 'me', pass: 'a1b2c3d4e5' }", "auth: { user: 'me', pass: '**********' }"],
    ['<add key="DbPassword" value="hunter2!" />', '<add key="DbPassword" value="********" />'],
    ['{"name": "API_KEY", "value": "a1b2c3d4e5"}', '{"name": "API_KEY", "value": "**********"}'],
    ["<password>hunter2!</password>", "<password>********</password>"],
    ['"Server=db;User=sa;Password=hunter2!;"', '"Server=db;User=sa;Password=********;"'],
    [
      '"AccountName=a;AccountKey=a1b2c3d4e5==;Suffix=c"',
      '"AccountName=a;AccountKey=************;Suffix=c"',
    ],
    [
      "get('https://x.org/?access_token=a1b2c3d4e5&n=1')",
      "get('https://x.org/?access_token=**********&n=1')",
    ],
    [
      `https://hooks.slack.com/services/T0/B0/${of(24)}`,
      `https://hooks.slack.com/services/${"*".repeat(30)}`,
    ],
    ['password = "still typing', 'password = "still typing'],
    ['password = "stilltyp1ng', 'password = "***********'],
    ['db_password = "stilltyping', 'db_password = "***********'],
  ])("%j", ([text = "", expected = ""]) => expect(masked(text)).toBe(expected));

  test.for([
    ["DB_PASSWORD=hunter22", "DB_PASSWORD=********", "dotenv"],
    ["  token: a1b2c3d4e5f6 # prod", "  token: ************ # prod", "yaml"],
    ["  password: hunter2!", "  password: ********", "yaml.ansible"],
    ["- name: DB_PASSWORD\n  value: hunter2!", "- name: DB_PASSWORD\n  value: ********", "yaml"],
    ["DB_PASS=a1b2c3d4e5", "DB_PASS=**********", "sh"],
    ["token = parse1(value2)", "token = parse1(value2)", "python"],
  ])("without quotes: %j", ([text = "", expected = "", languageId = ""]) =>
    expect(masked(text, languageId)).toBe(expected),
  );

  test.for([
    'const password = "";',
    'label: "Password must not be empty"',
    'autocomplete="current-password"',
    'type="password" name="password"',
    "const token = process.env.TOKEN;",
    'token: "identifier"',
    'password: "<your password>"',
    'api_key = "${API_KEY}"',
    'apiKeyFile: "/run/secrets/key1"',
    "if (password === other) return tokens[0];",
    "Authorization: Basic authentication",
    "headers.Authorization = `Bearer ${token}`;",
    "{ pass: first, passes: 'second1x', compassion: 'third1xyz' }",
    "a;password=other;b",
    "a?password=other:b",
    "https://x.org/?token=${token}&page=2",
    "const passwordField = form.password;",
    "skip-to-the-next-section-of-the-file",
  ])("what only talks of secrets stays: %j", (text) => expect(masked(text)).toBe(text));
});

describe("passwords in URLs", () => {
  test.for([
    ["http://user:pa55@127.0.0.1:80/", "http://user:****@127.0.0.1:80/"],
    ["postgres://app:s3cr3t-9@db/x", "postgres://app:********@db/x"],
    ["postgres://app:tiger@localhost/db", "postgres://app:*****@localhost/db"],
    ["postgresql+asyncpg://a:p$ss#1?@db/x", "postgresql+asyncpg://a:*******@db/x"],
    ["jdbc:mysql://root:p@ss@db:3306/x", "jdbc:mysql://root:****@db:3306/x"],
    ["redis://:hunter2@cache:6379/0", "redis://:*******@cache:6379/0"],
    ["amqp://guest:guest@mq//", "amqp://guest:*****@mq//"],
    ["mongodb+srv://a:1234@h1,h2/?x=y", "mongodb+srv://a:****@h1,h2/?x=y"],
    ["git clone https://bob:p%40ss@git.org/a.git", "git clone https://bob:******@git.org/a.git"],
    ["amqp://a:one@h1,amqp://b:two@h2", "amqp://a:***@h1,amqp://b:***@h2"],
    ['db = "postgres://app:s3cr3t', 'db = "postgres://app:******'],
    ["REDIS_URL=redis://:s3cr3t\nA=1", "REDIS_URL=redis://:******\nA=1"],
  ])("%j", ([text = "", expected = ""]) => {
    expect(masked(text)).toBe(expected);
    expect(maskSecrets(text).count).toBe(text.split("://").length - 1);
  });

  test.for([
    "http://localhost:8080/users/@me",
    "http://user:pass@127.0.0.1:80/",
    "https://abc:xyz@example.com",
    "postgres://user:password@localhost/db",
    "http://localhost:8080?by=me@example.org",
    "ssh://git@github.com:22/a/b@main",
    "https://registry.npmjs.org/@types/node",
    "`postgres://${user}:${password}@${host}/db`",
    'f"postgres://{user}:{password}@{host}/db"',
    '"redis://:#{secret}@host"',
    '"mysql://%s:%s@%s/db"',
    "redis://$USER:$PASSWORD@host",
    '"redis://cache:6379"',
    '"redis://cache:6379?db=1"',
    '"mongodb://h1:27017,h2:27017"',
    '"redis://host:${port}"',
    '"redis://host:port"',
    "https://x.org:443",
    "docker://alpine:latest",
  ])("none in %j", (text) => expect(masked(text)).toBe(text));
});

describe("private keys", () => {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const secretLine = pem.split("\n")[1] ?? "";

  test("whole, in lines and in a string", () => {
    for (const text of [
      `const key = \`${pem}\`;`,
      JSON.stringify({ key: pem }),
      `-----BEGIN OPENSSH PRIVATE KEY-----\n${secretLine}\n-----END OPENSSH PRIVATE KEY-----\n`,
    ]) {
      const result = maskSecrets(text);
      expect(result.text).not.toContain(secretLine.slice(0, 16));
      expect(result.text).toContain("PRIVATE KEY-----");
      expect(result.count).toBe(1);
    }
  });

  test("cut at any place, without the part before or behind", () => {
    const text = `first();\n${pem}last();\n`;
    const inside = text.indexOf(secretLine);
    for (let cut = inside; cut < inside + 100; cut++) {
      expect(masked(text.slice(0, cut))).not.toContain(secretLine.slice(0, 8));
      expect(masked(text.slice(cut)).slice(0, 40)).not.toContain(text.slice(cut, cut + 8));
    }
    expect(masked(text)).toContain("first();\n-----BEGIN");
    expect(masked(text)).toContain("-----END PRIVATE KEY-----\nlast();\n");
  });

  test("a certificate is public", () => {
    const text = `-----BEGIN CERTIFICATE-----\n${secretLine}\n-----END CERTIFICATE-----`;
    expect(masked(text)).toBe(text);
  });
});

test("no offset moves, line ends stay", () => {
  const part = fc.oneof(
    fc.string({ unit: "binary", maxLength: 20 }),
    fc.constantFrom(
      'password="',
      '"',
      "\n",
      "\r\n",
      "-----BEGIN PRIVATE KEY-----",
      "é😀",
      "token: ",
    ),
    fc.constantFrom(...Object.values(tokens)),
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 12 }), fc.boolean(), (parts, isBare) => {
      const text = parts.join("");
      const { text: once } = maskSecrets(text, { hasBareValues: isBare });
      expect(once.length).toBe(text.length);
      expect(once.replaceAll(/[^\r\n]/g, "")).toBe(text.replaceAll(/[^\r\n]/g, ""));
    }),
    { numRuns: 2000 },
  );
});

test("hostile texts take no longer than others of their length", () => {
  for (const piece of [
    "a",
    "=",
    ":",
    '"',
    "password=",
    "sk-",
    "a:",
    "-----BEGIN ",
    "-----BEGIN PRIVATE KEY-----\n",
    "-----END PRIVATE KEY-----",
    "AKIAABCDEFGHIJKLMNOP ",
    "accounts: [",
    "Client(",
    'auth = ("a", ',
    "curl -u a:",
    "mysql a ",
    "kind: Secret\ndata:\n  a: b\n",
    "data:\n",
    "password: |\n  ",
    "-ey-ey0",
    "ey0.",
    "identified by ",
    '"kty" "d":"',
    "LS0tLS1CRUdJTi",
    "a,password\n",
    "echo a |",
    "$argon2id$v=19$",
    "\\",
    "name='password' ",
    "getConnection(a, ",
    "eyJ.",
    "\t",
    "://:",
    "ab://u:",
    "ab://:@",
    "redis://:a",
    "redis+",
    "authorization: ",
    "authorization: bearer ",
    ";token=",
    "?a-token",
    "password value=",
    "pass>",
    "hooks.slack.com/services/",
    "discord.com/api/webhooks/1",
  ]) {
    const text = piece.repeat(Math.ceil(100_000 / piece.length));
    expect(maskSecrets(text, { hasBareValues: true }).text.length).toBe(text.length);
  }
  expect(maskSecrets(randomBytes(75_000).toString("base64")).text.length).toBe(100_000);
});
