import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { feedbackKey } from "../../shared/feedback.ts";
import { sha256 } from "../../shared/hash.ts";
import { listFolders } from "../../training/dataset/folders.ts";
import { withFeedback } from "../../training/dataset/with-feedback.ts";
import { drawFolder } from "../drawing.ts";
import { temporaryFolder } from "../e2e/folders.ts";
import { createMemoryStore } from "../store/memory.ts";

const setting = async () => {
  const { home, remove } = await temporaryFolder("feedback");
  onTestFinished(remove);
  const photos = join(home, "photos");
  await drawFolder(photos, 2, 3);
  return { photos, cache: join(home, "cache"), store: createMemoryStore() };
};

describe("photos with feedback", () => {
  it("are the folder's own and those that people put right, under their labels", async () => {
    const { photos, cache, store } = await setting();
    const own = (await listFolders(photos)).files;
    const bytes = new TextEncoder().encode("a photo");
    const file = `${await sha256(bytes)}.jpg`;
    await store.put(feedbackKey("dogs", own[0]!.label, file), bytes);
    await store.put(feedbackKey("dogs", "a new/label".replace("/", " "), file), bytes);
    await store.put(feedbackKey("cats", own[0]!.label, file), bytes);
    for (let run = 0; run < 2; run++) {
      const both = await withFeedback({ photos }, store, "dogs", { cache });
      const files = (await listFolders(both.folder)).files;
      expect(both.photos).toBe(2);
      expect(files).toHaveLength(own.length + 2);
      const sent = files.filter(({ path }) => path.endsWith(file));
      expect(sent.map(({ label }) => label).sort()).toEqual(["a new label", own[0]!.label].sort());
      expect(await readFile(sent[0]!.path, "utf8")).toBe("a photo");
    }
  });

  it("are refused when one is not what its name says", async () => {
    const { photos, cache, store } = await setting();
    await store.put(feedbackKey("dogs", "stars", `${"0".repeat(64)}.jpg`), new TextEncoder().encode("another"));
    await expect(withFeedback({ photos }, store, "dogs", { cache })).rejects.toThrow("is damaged: its sha256 is not");
  });

  it("need some", async () => {
    const { photos, cache, store } = await setting();
    await expect(withFeedback({ photos }, store, "dogs", { cache })).rejects.toThrow(
      "there is no feedback on dogs in memory:",
    );
  });
});
