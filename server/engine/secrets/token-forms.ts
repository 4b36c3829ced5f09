/**
 * What is a secret by its own form, with no name beside it. Prefixes and lengths are facts that the issuers
 * publish; the names are those of the rules in gitleaks' configuration (config/gitleaks.toml, July 2026). A
 * form without a rule there names its issuer. Lengths are lower than the issuers' where the prefix is rare, so
 * that a token that is being typed is found.
 */
export interface TokenForm {
  readonly rule: string;
  /** Source of an expression; repetitions are bounded, and no two parts of it can match the same text. */
  readonly form: string;
}

const form = (rule: string, text: string): TokenForm => ({ rule, form: text });

export const tokenForms: readonly TokenForm[] = [
  form("aws-access-token", "(?:A3T[A-Z0-9]|AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}"),
  form(
    "aws-amazon-bedrock-api-key",
    "ABSK[A-Za-z0-9+/]{80,300}={0,2}|bedrock-api-key-[\\w+/=-]{20,400}",
  ),
  form("gcp-api-key", "AIza[\\w-]{30,40}"),
  form("google-oauth", "GOCSPX-[\\w-]{20,40}|ya29\\.[\\w-]{20,400}|1//0[\\w-]{40,120}"),
  form("alibaba-access-key-id", "LTAI[A-Za-z0-9]{16,24}"),
  form("tencent", "AKID[A-Za-z0-9]{32,40}"),
  form("azure-ad-client-secret", "[A-Za-z0-9_~.]{3}\\dQ~[A-Za-z0-9_~.-]{31,34}"),
  form(
    "azure-devops",
    "[A-Za-z0-9]{70,80}AZDO[A-Za-z0-9]{4}|[A-Za-z0-9]{52}JQQJ99[A-Za-z0-9]{20,30}",
  ),
  form("azure-storage", "[A-Za-z0-9+/]{76}(?:\\+ASt|AACR)[A-Za-z0-9+/]{6,10}={0,2}"),
  form("github-pat", "gh[pousr]_[A-Za-z0-9]{30,255}|github_pat_\\w{40,255}"),
  form(
    "gitlab-pat",
    "gl(?:pat|dt|rt|rtr|cbt|ptt|ft|ffct|imt|agent|oas|soat|wt)-[\\w.-]{16,300}|GR1348941[\\w-]{20}",
  ),
  form(
    "grafana",
    "gls?[ac]_[A-Za-z0-9+/]{32,400}(?:_[A-Fa-f0-9]{8})?={0,2}|eyJrIjoi[A-Za-z0-9]{70,400}={0,2}",
  ),
  form(
    "slack",
    "xox[abeoprs](?:\\.xox[bp])?-[\\w-]{10,300}|xapp-\\d-[\\w-]{10,300}|xwfp-[\\w-]{20,200}",
  ),
  form(
    "openai-api-key",
    "sk-(?:proj|svcacct|admin|None|or-v1|lf|ss|sp|user)-[\\w-]{20,300}|sk-[A-Za-z0-9]{32,100}",
  ),
  form("anthropic-api-key", "sk-ant-[a-z]{2,8}\\d{2}-[\\w-]{20,200}"),
  form("stability, deepgram", "sk_[A-Za-z0-9]{32,128}"),
  form(
    "stripe-access-token",
    "[sr]k_(?:live|test|prod)_[A-Za-z0-9]{10,200}|whsec_[A-Za-z0-9+/=]{20,100}",
  ),
  form(
    "xai, groq, fireworks",
    "xai-[A-Za-z0-9]{60,120}|gsk_[A-Za-z0-9]{40,80}|fw_[A-Za-z0-9]{20,40}",
  ),
  form("perplexity-api-key", "pplx-[A-Za-z0-9]{40,64}"),
  form("tavily, exa, jina", "tvly-[A-Za-z0-9-]{24,60}|jina_[A-Za-z0-9]{40,70}"),
  form(
    "replicate, together, cerebras",
    "r8_[A-Za-z0-9]{30,50}|tgp_v1_[\\w-]{30,60}|csk-[a-z0-9]{40,60}",
  ),
  form(
    "langsmith, pinecone, voyage",
    "lsv2_(?:pt|sk)_\\w{32,60}|pcsk_\\w{40,80}|pa-[A-Za-z0-9_-]{40,50}",
  ),
  form("nvidia, wandb", "nvapi-[\\w-]{40,100}|wandb_v1_\\w{40,120}"),
  form("huggingface-access-token", "(?:hf|api_org)_[A-Za-z0-9]{30,60}"),
  form("npm-access-token", "npm_[A-Za-z0-9]{30,60}"),
  form("pypi-upload-token", "pypi-AgE[\\w-]{40,1000}"),
  form("rubygems-api-token", "rubygems_[a-f0-9]{48}"),
  form("clojars, crates, nuget", "CLOJARS_[a-z0-9]{60}|cio[A-Za-z0-9]{32}|oy2[a-z0-9]{43}"),
  form("docker", "dckr_(?:pat|oat)_[\\w-]{20,60}"),
  form(
    "jwt",
    "ey[A-Za-z0-9][\\w-]{10,2000}\\.ey[A-Za-z0-9][\\w-]{10,4000}(?:\\.[\\w-]{10,2000})?|ZXlK[A-Za-z0-9+/]{60,4000}={0,2}",
  ),
  form("sendgrid-api-token", "SG\\.[\\w-]{16,40}\\.[\\w-]{16,80}"),
  form("twilio-api-key", "(?:SK|AC)[0-9a-f]{32}"),
  form("mailgun-private-api-token", "key-[0-9a-f]{32}|[0-9a-f]{32}-[0-9a-f]{8}-[0-9a-f]{8}"),
  form("mailchimp-api-key", "[0-9a-f]{32}-us\\d{1,2}"),
  form(
    "sendinblue, resend, postmark",
    "xkeysib-[a-f0-9]{64}-[A-Za-z0-9]{16}|re_[A-Za-z0-9]{8}_[A-Za-z0-9]{20,30}",
  ),
  form("digitalocean", "do[opr]_v1_[a-f0-9]{64}"),
  form("databricks-api-token", "dapi[a-f0-9]{32}(?:-\\d)?"),
  form("heroku-api-key-v2", "HRKU-[\\w-]{36,64}"),
  form("cloudflare-origin-ca-key", "v1\\.0-[a-f0-9]{24}-[a-f0-9]{146}|cf(?:ut|at|k)_[\\w-]{40,60}"),
  form(
    "fly, render, railway, vercel",
    "fo1_[\\w-]{43}|fm[12][ar]?_[A-Za-z0-9+/]{100,600}={0,3}|rnd_[A-Za-z0-9]{28,40}|vc[pki]_[A-Za-z0-9]{40,80}",
  ),
  form("netlify", "nf[pcob]_[A-Za-z0-9]{36,44}"),
  form("supabase", "sb[p]_[a-f0-9]{40}|sb_(?:secret)_[\\w-]{20,60}"),
  form(
    "neon, planetscale, upstash",
    "napi_[a-z0-9]{50,70}|pscale_(?:tkn|oauth|pw|api)_[\\w=.-]{32,64}",
  ),
  form("shopify", "shp(?:at|ca|pa|ss|tka|ua)_[a-fA-F0-9]{32,64}"),
  form("square-access-token", "EAAA[\\w-]{40,70}|sq0(?:atp|csp|idp)-[\\w-]{22,60}"),
  form("facebook-page-access-token", "EAA[A-Z][A-Za-z0-9]{80,300}"),
  form("paypal, braintree", "access_token\\$(?:production|sandbox)\\$[a-z0-9]{16}\\$[a-f0-9]{32}"),
  form(
    "razorpay, flutterwave",
    "rzp_(?:live|test)_[A-Za-z0-9]{14,24}|FLW(?:SEC|PUB)K(?:_TEST)?-[A-Za-z0-9]{12,40}(?:-X)?",
  ),
  form(
    "easypost, shippo, duffel",
    "EZ[AT]K[A-Za-z0-9]{54}|shippo_(?:live|test)_[a-fA-F0-9]{40}|duffel_(?:live|test)_[\\w=-]{43}",
  ),
  form("vault", "hv[bsr]\\.[\\w-]{24,400}"),
  form("hashicorp-tf-api-token", "[A-Za-z0-9]{14}\\.atlasv1\\.[\\w=-]{60,70}"),
  form(
    "doppler-api-token",
    "dp\\.(?:pt|st|ct|sa|scim|audit)\\.(?:[\\w-]{1,30}\\.)?[A-Za-z0-9]{40,44}",
  ),
  form(
    "1password",
    "ops_eyJ[A-Za-z0-9+/]{200,2000}={0,3}|A3-[A-Z0-9]{6}-[A-Z0-9]{6,11}(?:-[A-Z0-9]{5}){3,4}",
  ),
  form(
    "infisical, pulumi, prefect",
    "st\\.[a-f0-9-]{36}\\.[a-f0-9]{32}\\.[a-f0-9]{32}|pul-[a-f0-9]{40}|pnu_[A-Za-z0-9]{36}",
  ),
  form("age-secret-key", "AGE-SECRET-KEY-1[A-Z0-9]{40,58}"),
  form(
    "atlassian, bitbucket",
    "ATATT3[\\w=-]{100,300}|ATCTT3[\\w=-]{100,300}|ATBB[A-Za-z0-9]{24,40}|BBDC-[A-Za-z0-9+]{40}",
  ),
  form(
    "linear, notion, figma",
    "lin_(?:api|oauth)_[A-Za-z0-9]{32,64}|ntn_[A-Za-z0-9]{40,60}|secret_[A-Za-z0-9]{43}|fig[du]_[\\w-]{36,60}",
  ),
  form(
    "airtable, asana, clickup",
    "pat[A-Za-z0-9]{14}\\.[a-f0-9]{64}|[12]/\\d{12,20}(?:/\\d{12,20})?:[a-f0-9]{32}|pk_\\d{6,9}_[A-Z0-9]{32}",
  ),
  form(
    "postman, readme, dynatrace",
    "PMAK-[a-f0-9-]{40,70}|rdme_[a-z0-9]{70}|dt0[a-z]\\d{2}\\.[A-Z0-9]{24}\\.[A-Z0-9]{64}",
  ),
  form("sentry", "sntrys_[\\w+/=-]{60,500}|sntryu_[a-f0-9]{64}"),
  form("new-relic", "NRAK-[A-Z0-9]{27}|NRJS-[a-f0-9]{19}|NRII-[\\w-]{32}"),
  form(
    "posthog, launchdarkly",
    "ph[xc]_[A-Za-z0-9]{40,60}|(?:sdk|api|mob)-[a-f0-9]{8}(?:-[a-f0-9]{4}){3}-[a-f0-9]{12}",
  ),
  form(
    "sonar, snyk, sourcegraph",
    "sq[uap]_[a-f0-9]{40}|snyk_[a-z]{2,4}\\.[a-f0-9]{8}\\.[\\w.-]{20,80}|sgp_(?:[a-fA-F0-9]{16}_|local_)?[a-fA-F0-9]{40}",
  ),
  form(
    "buildkite, circleci, terraform",
    "bk(?:ua|aa|ct)_[a-f0-9]{40}|CCI(?:PAT|PRJ)_[A-Za-z0-9]{22}_[a-f0-9]{40}",
  ),
  form("artifactory", "AKCp[A-Za-z0-9]{60,80}|cmVmd[A-Za-z0-9]{59}"),
  form(
    "octopus, openshift, harness",
    "API-[A-Z0-9]{26}|sha256~[\\w-]{43}|[ps]at\\.[\\w-]{22}\\.[A-Za-z0-9]{24}\\.[A-Za-z0-9]{20}",
  ),
  form(
    "tailscale, mapbox",
    "tskey-[a-z]{3,8}-[A-Za-z0-9]{8,20}-[A-Za-z0-9]{20,50}|sk\\.eyJ[\\w-]{40,200}\\.[\\w-]{20,30}",
  ),
  form("telegram-bot-api-token", "\\d{8,10}:A[A-Z][\\w-]{32,34}"),
  form("discord-api-token", "[MNO][A-Za-z\\d_-]{23,27}\\.[\\w-]{6}\\.[\\w-]{27,45}"),
  form(
    "maxmind, frameio, scalingo",
    "[A-Za-z0-9]{6}_[A-Za-z0-9]{29}_mmk|fio-u-[\\w=-]{64}|tk-us-[\\w-]{48}",
  ),
  form(
    "adobe, intra42, infracost",
    "p8e-[a-z0-9]{32}|s-s4t2(?:ud|af)-[a-f0-9]{64}|ico-[A-Za-z0-9]{32}",
  ),
  form("contentful, storyblok, settlemint", "CFPAT-[\\w-]{43}|sm_[aps]at_[A-Za-z0-9]{16}"),
  form(
    "clickhouse, yandex",
    "4b1d[A-Za-z0-9]{38}|t1\\.[A-Z0-9a-z_-]{20,200}={0,2}\\.[\\w-]{86}={0,2}|AQVN[\\w-]{35,38}",
  ),
  form(
    "unix crypt",
    "\\$2[abxy]?\\$\\d\\d\\$[./A-Za-z0-9]{53}|\\$(?:[156]|apr1|y|7)\\$[^$\\s:\"']{0,60}\\$[./A-Za-z0-9]{22,90}|\\$argon2id?\\$v=\\d{1,3}\\$[\\w=,]{5,40}\\$[\\w+/]{8,100}\\$[\\w+/]{16,120}",
  ),
];
