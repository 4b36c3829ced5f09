/** Web languages: scripts, markup, templates and styles. */
import {
  braces,
  double,
  hashComments,
  interpolated,
  markup,
  multi,
  noComments,
  raw,
  script,
  single,
  slashComments,
} from "../forms.ts";
import type { LanguageEntry, LanguageRules } from "../language.ts";

const typed: LanguageRules = { ...script, angles: "types" };
const withTags: LanguageRules = { ...script, angles: "tags" };
/** Indentation shows the nesting. */
const outline: LanguageRules = {
  blocks: "indentation",
  ...noComments,
  strings: [],
  wordCharacters: "-",
};
const style: LanguageRules = { ...braces, lineComments: [], wordCharacters: "-" };
const richStyle: LanguageRules = { ...style, lineComments: ["//"], wordCharacters: "-$@" };

/** Markup whose templates have their own comments. */
function templates(open: string, close: string): LanguageRules {
  return { ...markup, blockComments: [...markup.blockComments, [open, close]] };
}

export const webLanguages: readonly LanguageEntry[] = [
  {
    ids: "javascript js js2 js3 javascript.glimmer gjs ecmascript node",
    files: "*.js *.mjs *.cjs *.es6 *.es *.jsm *.gjs jakefile",
    family: "javascript",
    ...script,
  },
  {
    ids: "javascriptreact jsx rjsx js-jsx javascript.jsx javascript-react",
    files: "*.jsx",
    family: "javascript",
    ...withTags,
  },
  {
    ids: "typescript ts typescript.glimmer gts",
    files: "*.ts *.mts *.cts *.gts",
    family: "javascript",
    ...typed,
  },
  {
    ids: "typescriptreact tsx typescript.tsx typescript-react typescript-tsx",
    files: "*.tsx",
    family: "javascript",
    ...withTags,
  },
  {
    ids: "coffeescript coffee",
    files: "*.coffee *.cson *.iced cakefile",
    family: "coffeescript",
    blocks: "indentation",
    lineComments: ["#"],
    blockComments: [["###", "###"]],
    strings: [
      { ...interpolated(multi(double), "#{"), open: '"""', close: '"""' },
      interpolated(multi(double), "#{"),
      multi(single),
    ],
    wordCharacters: "$",
    opener:
      /(?:[-=]>|[:=]|^\s*(?:if|unless|for|while|until|switch|when|class|else|try|catch|finally)\b.*)$/,
  },
  { ids: "vue vue-html vuejs", files: "*.vue", family: "javascript", ...markup },
  { ids: "svelte", files: "*.svelte", family: "javascript", ...markup },
  { ids: "astro", files: "*.astro", family: "javascript", ...markup },
  {
    ids: "html xhtml mhtml htm web vue-template htmlangular jsp",
    files: "*.html *.htm *.xhtml *.xht *.shtml *.jsp *.webc",
    family: "markup",
    ...markup,
  },
  {
    ids: "xml nxml xsl xslt xsd svg dtd msbuild wsdl ant docbk xquery",
    files:
      "*.xml *.xsl *.xslt *.xsd *.wsdl *.plist *.csproj *.vbproj *.fsproj *.props *.targets *.resx *.xaml *.axaml *.ui *.rng",
    family: "markup",
    ...markup,
  },
  {
    ids: "handlebars html.handlebars hbs mustache glimmer html.mustache",
    files: "*.hbs *.handlebars *.mustache",
    family: "markup",
    ...templates("{{!--", "--}}"),
  },
  {
    ids: "jinja django-html htmldjango jinja-html jinja2 nunjucks twig tera html.twig html.jinja vento",
    files: "*.jinja *.jinja2 *.j2 *.njk *.twig *.tera",
    family: "markup",
    ...templates("{#", "#}"),
  },
  {
    ids: "liquid",
    files: "*.liquid",
    family: "markup",
    ...templates("{% comment %}", "{% endcomment %}"),
  },
  {
    ids: "erb eruby html.erb rhtml",
    files: "*.erb *.rhtml",
    family: "markup",
    ...templates("<%#", "%>"),
  },
  { ids: "ejs", files: "*.ejs", family: "markup", ...templates("<%#", "%>") },
  {
    ids: "heex eelixir html-eex eex phoenix-heex html-heex surface",
    files: "*.heex *.eex *.leex",
    family: "markup",
    ...templates("<%!--", "--%>"),
  },
  { ids: "blade", files: "*.blade.php *.blade", family: "markup", ...templates("{{--", "--}}") },
  {
    ids: "gotmpl gohtml gohtmltmpl gotexttmpl go-template",
    files: "*.gotmpl *.gohtml *.tmpl",
    family: "markup",
    ...templates("{{/*", "*/}}"),
  },
  { ids: "pug jade", files: "*.pug *.jade", family: "outline", ...outline, lineComments: ["//"] },
  { ids: "haml", files: "*.haml", family: "outline", ...outline, lineComments: ["-#"] },
  { ids: "slim", files: "*.slim", family: "outline", ...outline, lineComments: ["/"] },
  { ids: "css postcss tailwindcss", files: "*.css *.pcss *.postcss", family: "style", ...style },
  { ids: "scss", files: "*.scss", family: "style", ...richStyle },
  { ids: "less less-css", files: "*.less", family: "style", ...richStyle },
  {
    ids: "sass",
    files: "*.sass",
    family: "style",
    ...richStyle,
    blocks: "indentation",
  },
  { ids: "stylus", files: "*.styl *.stylus", family: "style", ...richStyle, blocks: "indentation" },
  {
    ids: "php phps hack php-only",
    files: "*.php *.phtml *.php3 *.php4 *.php5 *.phps *.ctp",
    family: "php",
    ...slashComments,
    blocks: "braces",
    lineComments: ["//", "#"],
    strings: [multi(double), multi(single)],
    hereDocument: /<<<[ \t]*(?:"([A-Za-z_]\w*)"|'([A-Za-z_]\w*)'|([A-Za-z_]\w*))[ \t]*$/my,
    wordCharacters: "$",
  },
  {
    ids: "wat wast webassembly",
    files: "*.wat *.wast",
    family: "wat",
    blocks: "parentheses",
    lineComments: [";;"],
    blockComments: [["(;", ";)"]],
    strings: [double],
  },
  {
    ids: "prisma",
    files: "*.prisma",
    family: "prisma",
    ...braces,
    strings: [double],
  },
  {
    ids: "http rest httpyac",
    files: "*.http *.rest",
    family: "http",
    ...hashComments,
    blocks: "none",
    strings: [double],
    hasBareValues: true,
  },
  {
    ids: "robots.txt",
    files: "robots.txt",
    family: "http",
    ...hashComments,
    blocks: "none",
    strings: [],
  },
  {
    ids: "mermaid",
    files: "*.mermaid *.mmd",
    family: "diagram",
    blocks: "indentation",
    lineComments: ["%%"],
    blockComments: [],
    strings: [double],
  },
  {
    ids: "dot graphviz",
    files: "*.dot *.gv",
    family: "diagram",
    ...braces,
    lineComments: ["//", "#"],
    strings: [double],
  },
  {
    ids: "plantuml puml",
    files: "*.puml *.plantuml",
    family: "diagram",
    ...braces,
    lineComments: ["'"],
    strings: [double, raw("/'", "'/")],
  },
];
