import { expect, it } from "vitest";
import { parseTrainingLine } from "../../shared/training-events.ts";
import { createLog } from "../../training/task/log.ts";

it("logs a stage in lines that are read back, one a second", () => {
  const lines: string[] = [];
  let now = Date.UTC(2026, 0, 31, 12);
  const { progress } = createLog({ write: (line) => lines.push(line), training: "dogs-1", now: () => now });
  const stage = progress.stage("features");
  for (let done = 1; done <= 25; done++) {
    stage.update(done, 25);
    now += 100;
  }
  progress.line("  warning: few photos");
  stage.end("25 photos");

  expect(lines.every((line) => line.endsWith("\n") && line.indexOf("\n") === line.length - 1)).toBe(true);
  const events = lines.map((line) => parseTrainingLine(line));
  expect(events[0]).toEqual({
    time: "2026-01-31T12:00:00.000Z",
    training: "dogs-1",
    event: "stage",
    stage: "features",
  });
  expect(events.flatMap((one) => (one?.event === "progress" ? one.done : []))).toEqual([1, 11, 21]);
  expect(events.at(-2)).toMatchObject({ event: "note", text: "warning: few photos" });
  expect(events.at(-1)).toMatchObject({ event: "stage", stage: "features", summary: "25 photos", seconds: 2.5 });
});
