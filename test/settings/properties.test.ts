/** Whatever a client, a file or an environment holds: no crash, valid settings, nothing lost that was right. */
import * as fc from "fast-check";
import { expect, test } from "vitest";

import { describeIssues } from "../../server/settings/issue.ts";
import { resolveSettings } from "../../server/settings/resolve.ts";
import { defaultSettings, settingKeys } from "../../server/settings/schema.ts";
import { validateSetting } from "../../server/settings/validate.ts";

/** Values beside the truth: real keys with any value, nested and flat, under sections or not. */
const anyContent = fc.oneof(
  fc.jsonValue(),
  fc.dictionary(fc.constantFrom(...settingKeys), fc.jsonValue()),
  fc.dictionary(
    fc.constantFrom("fim", "fim.provider", "provider", "trigger", "__proto__", "python"),
    fc.oneof(
      fc.jsonValue(),
      fc.dictionary(fc.constantFrom("name", "model", "stop", "provider"), fc.jsonValue()),
    ),
  ),
);

test("any content gives settings that are all valid, and issues that can be told", async () => {
  await fc.assert(
    fc.asyncProperty(anyContent, anyContent, async (first, second) => {
      const { settings, issues } = await resolveSettings([
        { name: "initializationOptions", content: first },
        { name: "didChangeConfiguration", content: second },
      ]);
      const invalid = settingKeys.filter((key) => {
        const value: unknown = settings[key];
        return value !== undefined && !validateSetting(key, value).isValid;
      });
      // The patterns of several layers together may be more than one layer may write.
      expect(invalid.filter((key) => key !== "files.exclude")).toEqual([]);
      expect(Object.keys(settings).toSorted()).toEqual(Object.keys(defaultSettings).toSorted());
      expect(describeIssues(issues).length).toBeLessThan(3000);
    }),
    { numRuns: 500 },
  );
});

test("no content takes away what an earlier layer set rightly", async () => {
  const kept = { "provider.model": "kept", "trigger.debounceMs": 11 };
  const elsewhere = fc
    .jsonValue()
    .filter(
      (value) => !/"(?:fim\.)?(?:provider|trigger|model|debounceMs)/.test(JSON.stringify(value)),
    );
  await fc.assert(
    fc.asyncProperty(elsewhere, async (content) => {
      const { settings } = await resolveSettings([
        { name: "configuration file", content: kept },
        { name: "workspace/configuration", content },
      ]);
      expect(settings).toMatchObject(kept);
    }),
    { numRuns: 300 },
  );
});
