/** Languages for numerics, queries and tests. */
import {
  braces,
  double,
  doubledDouble,
  doubledSingle,
  endBlocks,
  hashComments,
  multi,
  python,
  tripleDouble,
} from "../forms.ts";
import type { LanguageEntry, LanguageRules } from "../language.ts";

const sql: LanguageRules = {
  blocks: "keywords",
  lineComments: ["--"],
  blockComments: [["/*", "*/"]],
  strings: [multi(doubledSingle), double],
  opener: /\b(?:begin|then|else|loop)\s*$/i,
  closer: /^(?:end|else|elsif)\b/i,
  middle: /^(?:else|elsif)\b/i,
};
const matlab: LanguageRules = {
  blocks: "keywords",
  lineComments: ["%"],
  blockComments: [["%{", "%}"]],
  strings: [doubledDouble],
  hasCharLiterals: true,
  opener:
    /^\s*(?:function|if|for|parfor|while|switch|case|otherwise|else|elseif|try|catch|classdef|methods|properties)\b(?!.*\bend\s*;?\s*$).*$/,
  closer: /^(?:end\w*|else|elseif|case|otherwise|catch)\b/,
  middle: /^(?:else|elseif|case|otherwise|catch)\b/,
};

export const dataLanguages: readonly LanguageEntry[] = [
  {
    ids: "r rscript ess-r rsplus",
    files: "*.r .rprofile rprofile.site",
    family: "r",
    ...braces,
    ...hashComments,
    taggedString: { signs: '"', open: /(?<=\b[rR])"(-*)\(/y, close: [")", '"'] },
    wordCharacters: ".",
  },
  {
    ids: "julia julia-repl",
    files: "*.jl",
    family: "julia",
    ...endBlocks,
    lineComments: ["#"],
    blockComments: [["#=", "=#"]],
    strings: [tripleDouble, double],
    hasCharLiterals: true,
    wordCharacters: "!",
    opener:
      /(?:^\s*(?:function|if|for|while|begin|let|mutable\s+struct|struct|module|macro|try|catch|finally|else|elseif|quote|@testset)\b(?!.*\bend\s*$).*|\bdo(?:\s+[\w, ]+)?\s*)$/,
    closer: /^(?:end|else|elseif|catch|finally)\b/,
    middle: /^(?:else|elseif|catch|finally)\b/,
  },
  { ids: "matlab", files: "*.matlab", family: "matlab", ...matlab },
  {
    ids: "octave",
    files: "*.oct .octaverc",
    family: "matlab",
    ...matlab,
    lineComments: ["%", "#"],
  },
  {
    ids: "sql mysql plsql pgsql postgres postgresql sqlite oraclesql snowflake-sql bigquery tsql mssql sql-bigquery",
    files: "*.sql *.psql *.pgsql *.mysql *.ddl *.dml *.plsql *.pks *.pkb *.dsql",
    family: "sql",
    ...sql,
  },
  { ids: "prql", files: "*.prql", family: "sql", ...python },
  { ids: "cypher", files: "*.cypher *.cql", family: "sql", ...braces },
  { ids: "jq", files: "*.jq", family: "jq", ...braces, ...hashComments, strings: [double] },
  { ids: "gnuplot", files: "*.gnuplot *.gp *.plt", family: "gnuplot", ...braces, ...hashComments },
  {
    ids: "cucumber gherkin feature",
    files: "*.feature",
    family: "cucumber",
    blocks: "indentation",
    ...hashComments,
    strings: [tripleDouble, double],
    opener: /:\s*$|^\s*(?:Feature|Scenario|Background|Examples)\b.*:/,
  },
  {
    ids: "robotframework robot",
    files: "*.robot *.resource",
    family: "robot",
    blocks: "indentation",
    ...hashComments,
    strings: [],
    wordCharacters: "$",
  },
];
