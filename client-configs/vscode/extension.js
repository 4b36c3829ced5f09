// Starts fim-language-server for every document and shows its suggestions as ghost text.
const vscode = require("vscode");
const {
  DidChangeConfigurationNotification,
  ErrorAction,
  LanguageClient,
  State,
  TransportKind,
} = require("vscode-languageclient/node");

/** @type {LanguageClient | undefined} */
let client;

exports.activate = async (context) => {
  const server = serverOf(context);
  client = new LanguageClient("fim", "FIM Language Server", server, {
    documentSelector: [{ scheme: "file" }, { scheme: "untitled" }, { notebook: "*" }],
    // ghost text, not the menu as well
    initializationOptions: { fim: { completion: { enabled: false } } },
    // What is said to a server that just died is an error too, after which the client would never start it again.
    errorHandler: {
      error: () => ({ action: ErrorAction.Continue, handled: true }),
      closed: () => usual.closed(),
    },
    middleware: {
      sendRequest: (type, params, token, next) => next(type, withSelection(type, params), token),
      workspace: {
        configuration: ({ items }) => items.map(({ section, scopeUri }) => explicit(section, scopeUri)),
        // the server asks for what it needs
        didChangeConfiguration: () =>
          client.sendNotification(DidChangeConfigurationNotification.type, { settings: null }),
      },
    },
  });
  const usual = client.createDefaultErrorHandler();
  const status = createStatusItem();
  context.subscriptions.push(
    status.item,
    vscode.commands.registerCommand("fimLanguageServer.toggle", () => execute("fim.toggle")),
    vscode.commands.registerCommand("fimLanguageServer.toggleDocument", () => executeHere("fim.toggleDocument")),
    vscode.commands.registerCommand("fimLanguageServer.toggleLanguage", () => executeHere("fim.toggleLanguage")),
    vscode.commands.registerCommand("fimLanguageServer.snooze", async () => {
      const minutes = await vscode.window.showInputBox({ prompt: "Minutes without suggestions", value: "15" });
      if (minutes !== undefined) await execute("fim.snooze", minutes);
    }),
    vscode.commands.registerCommand("fimLanguageServer.usage", () => execute("fim.usage")),
    vscode.commands.registerCommand("fimLanguageServer.status", async () => {
      const chosen = await vscode.window.showInformationMessage((await execute("fim.status")).text, "Show the log");
      if (chosen !== undefined) client.outputChannel.show();
    }),
    // The server tells each change of its state.
    client.onNotification("fim/status", (state) => status.show(state)),
    client.onDidChangeState(({ newState }) => {
      if (newState === State.Stopped) status.show({ kind: "error", text: "stopped", tooltip: "The server has ended." });
    }),
  );
  client.registerFeature({
    fillClientCapabilities(capabilities) {
      capabilities.experimental = { ...capabilities.experimental, fimStatus: true };
    },
    initialize() {},
    getState: () => ({ kind: "static" }),
    clear() {},
  });
  await client.start();
};

exports.deactivate = () => client?.stop();

/** The server that came with the extension, run by VS Code's own Node.js, or the one that the user names. */
function serverOf(context) {
  const command = vscode.workspace.getConfiguration("fimLanguageServer").get("command");
  if (command) {
    // npm's commands are scripts on Windows
    return { command, args: ["--stdio"], options: { shell: process.platform === "win32" } };
  }
  const module = context.asAbsolutePath("server/fim-language-server.cjs");
  return { module, transport: TransportKind.stdio };
}

function execute(command, ...given) {
  return client.sendRequest("workspace/executeCommand", { command, arguments: given });
}

/** In the document that has the cursor. */
function executeHere(command) {
  const uri = vscode.window.activeTextEditor?.document.uri;
  return uri === undefined ? undefined : execute(command, client.code2ProtocolConverter.asUri(uri));
}

/**
 * What the user set, and nothing else: VS Code would tell every default as if it were chosen, over what
 * the environment and the configuration file say.
 */
function explicit(section, scopeUri) {
  if (section !== "fim") return null;
  const scope = scopeUri === undefined ? undefined : vscode.Uri.parse(scopeUri);
  const configuration = vscode.workspace.getConfiguration(section, scope);
  const chosen = {};
  for (const key of Object.keys(require("./package.json").contributes.configuration.properties)) {
    const name = key.startsWith("fim.") ? key.slice("fim.".length) : undefined;
    const found = name === undefined ? undefined : configuration.inspect(name);
    const value = found?.workspaceFolderValue ?? found?.workspaceValue ?? found?.globalValue;
    if (value !== undefined) chosen[name] = value;
  }
  return chosen;
}

/** The protocol does not tell the server that text is selected, so it is told beside it. */
function withSelection(type, params) {
  if ((type.method ?? type) !== "textDocument/inlineCompletion") return params;
  const hasSelection = vscode.window.activeTextEditor?.selection.isEmpty === false;
  return { ...params, context: { ...params.context, hasSelection } };
}

const icons = {
  off: "$(circle-slash)",
  snoozed: "$(bell-slash)",
  noKey: "$(key)",
  error: "$(error)",
  paused: "$(watch)",
  loading: "$(loading~spin)",
  working: "$(loading~spin)",
  ready: "$(sparkle)",
};

/** Where the user can do something about the state, a click does it; else it switches the suggestions. */
function createStatusItem() {
  const item = vscode.window.createStatusBarItem("fim", vscode.StatusBarAlignment.Right);
  item.name = "FIM Language Server";
  return {
    item,
    show({ kind, text, tooltip }) {
      const isWell = kind === "ready" || kind === "working";
      item.text = `${icons[kind] ?? icons.ready} FIM${isWell ? "" : `: ${text}`}`;
      item.tooltip = tooltip;
      const isBroken = kind === "error" || kind === "noKey";
      item.backgroundColor = kind === "error" ? new vscode.ThemeColor("statusBarItem.errorBackground") : undefined;
      item.command =
        kind === "noKey"
          ? { title: "Set a key", command: "workbench.action.openSettings", arguments: ["fim.provider.apiKey"] }
          : isBroken
            ? "fimLanguageServer.status"
            : "fimLanguageServer.toggle";
      item.show();
    },
  };
}
