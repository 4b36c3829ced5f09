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
    vscode.commands.registerCommand("fimLanguageServer.toggle", async () => {
      const answer = await execute("fim.toggle");
      status.show(answer?.isEnabled);
    }),
    vscode.commands.registerCommand("fimLanguageServer.status", async () => {
      const document = await vscode.workspace.openTextDocument({
        language: "json",
        content: JSON.stringify(await execute("fim.status"), undefined, 2),
      });
      await vscode.window.showTextDocument(document);
    }),
  );
  // also when the client has started it again: a new server is on, whatever the old one was
  client.onDidChangeState(async ({ newState }) => {
    if (newState === State.Running) status.show((await execute("fim.status"))?.isEnabled);
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

function execute(command) {
  return client.sendRequest("workspace/executeCommand", { command, arguments: [] });
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

function createStatusItem() {
  const item = vscode.window.createStatusBarItem("fim", vscode.StatusBarAlignment.Right);
  item.name = "FIM Language Server";
  item.command = "fimLanguageServer.toggle";
  return {
    item,
    show(isEnabled) {
      item.text = isEnabled === false ? "$(circle-slash) FIM" : "$(sparkle) FIM";
      item.tooltip = `Suggestions are ${isEnabled === false ? "off" : "on"}: click to switch`;
      item.show();
    },
  };
}
