/** Languages of build files. Some of them contain shell commands. */
import {
  braces,
  double,
  endBlocks,
  hashComments,
  multi,
  python,
  raw,
  shell,
  single,
} from "../forms.ts";
import type { LanguageEntry, LanguageRules } from "../language.ts";

const make: LanguageRules = {
  ...shell,
  blocks: "indentation",
  opener: /:(?!=)[^=]*$/,
  requiresTabs: true,
};

export const buildLanguages: readonly LanguageEntry[] = [
  {
    ids: "dockerfile docker containerfile dockerfile-ts earthfile",
    files:
      "dockerfile dockerfile.* *.dockerfile containerfile containerfile.* *.containerfile earthfile",
    family: "build",
    ...shell,
    opener: /(?:\b(?:then|do|else)|\\)\s*$/,
  },
  {
    ids: "makefile make makefile-gmake makefile-bsdmake makefile-automake automake gnumakefile",
    files: "makefile gnumakefile makefile.* *.mk *.mak *.make kbuild",
    family: "build",
    ...make,
  },
  {
    ids: "just",
    files: "justfile .justfile *.just",
    family: "build",
    ...make,
    requiresTabs: false,
  },
  {
    ids: "cmake cmake-cache",
    files: "cmakelists.txt *.cmake",
    family: "build",
    ...endBlocks,
    lineComments: ["#"],
    blockComments: [["#[[", "]]"]],
    strings: [multi(double)],
    opener: /^\s*(?:if|elseif|else|foreach|while|function|macro|block)\s*\(.*\)\s*$/i,
    closer: /^(?:end\w+|else(?:if)?)\s*\(/i,
    middle: /^else(?:if)?\s*\(/i,
  },
  {
    ids: "meson",
    files: "meson.build meson.options meson_options.txt",
    family: "build",
    ...endBlocks,
    ...hashComments,
    strings: [raw("'''", "'''"), single],
    opener: /^\s*(?:if|elif|else|foreach)\b.*$/,
    closer: /^(?:endif|endforeach|elif|else)\b/,
    middle: /^(?:elif|else)\b/,
  },
  {
    ids: "ninja",
    files: "*.ninja",
    family: "build",
    ...hashComments,
    blocks: "indentation",
    strings: [],
  },
  {
    ids: "gn",
    files: "*.gn *.gni",
    family: "build",
    ...braces,
    ...hashComments,
    strings: [double],
  },
  { ids: "bitbake", files: "*.bbappend *.bbclass", family: "build", ...shell },
  {
    ids: "m4 autoconf config.m4",
    files: "*.m4 *.ac configure.in",
    family: "build",
    ...hashComments,
    blocks: "none",
    lineComments: ["dnl ", "#"],
    strings: [],
    hasLoneBrackets: true,
  },
  {
    ids: "kconfig",
    files: "kconfig kconfig.*",
    family: "build",
    ...hashComments,
    blocks: "indentation",
    strings: [double, single],
  },
  { ids: "rpm-spec spec rpmspec", files: "*.spec", family: "build", ...shell },
  {
    ids: "starlark bazel bzl tilt tiltfile bazel-build",
    files: "*.bzl *.bazel *.star build workspace buck tiltfile",
    family: "build",
    ...python,
  },
];
