# For nixpkgs: pkgs/by-name/fi/fim-language-server/package.nix, with `src` fetched at the version's tag.
# In a checkout: nix-build -E 'with import <nixpkgs> { }; callPackage ./packaging/package.nix { }'
{
  lib,
  buildNpmPackage,
  importNpmLock,
  nodejs,
}:

buildNpmPackage {
  pname = "fim-language-server";
  version = "0.1.0";

  src = lib.cleanSource ../.;

  # The lock file has the hash of each package.
  npmDeps = importNpmLock { npmRoot = ../.; };
  npmConfigHook = importNpmLock.npmConfigHook;

  inherit nodejs;

  doInstallCheck = true;
  installCheckPhase = ''
    $out/bin/fim-language-server --version
  '';

  meta = {
    description = "Language server that gives every LSP editor fill-in-the-middle code completion";
    license = lib.licenses.mit;
    mainProgram = "fim-language-server";
    platforms = lib.platforms.all;
  };
}
