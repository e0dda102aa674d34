/** The float model and every form of it that was tried or measured, side by side on the same photos. */
import type { Scores } from "../../shared/manifest.ts";
import type { FormFacts } from "../../shared/training-facts.ts";
import type { GateResult } from "../export/gate.ts";
import type { Form } from "../export/ladder.ts";
import type { Speed } from "../export/measure-speed.ts";

export interface FormsOptions {
  gated: Pick<GateResult, "tried" | "measured" | "serve">;
  /** Of the float model. */
  float: { bytes: number; ms: Speed["ms"]; scores: Scores };
  /** On all photos of the figures, in the order of `gated.tried`. */
  scores: readonly Scores[];
}

export const formFacts = ({ gated, float, scores }: FormsOptions): FormFacts[] => {
  const { tried, measured, serve } = gated;
  const described = (form: Form, ms: Speed["ms"], engine?: "native" | "web"): Omit<FormFacts, "trial"> => ({
    name: form.name,
    precision: form.precision,
    bytes: form.bytes.length,
    ms: milliseconds(ms),
    serves: (["native", "web"] as const).filter(
      (served) => serve[served] === form && (engine === undefined || engine === served),
    ),
  });
  const untried = measured.filter(({ form }) => !tried.some((one) => one.form === form));
  return [
    {
      name: "float",
      precision: "float32",
      bytes: float.bytes,
      ms: milliseconds(float.ms),
      serves: [],
      trial: { engine: "native", agreement: 1, views: tried[0]?.trial.views ?? 0, passed: true, scores: float.scores },
    },
    ...tried.map(
      ({ form, trial: { engine, agreement, views, passed, reason } }, at): FormFacts => ({
        ...described(form, measured.find((one) => one.form === form)?.ms ?? {}, engine),
        trial: { engine, agreement, views, passed, ...(reason !== undefined && { reason }), scores: scores[at]! },
      }),
    ),
    ...untried.map(({ form, ms }) => described(form, ms)),
  ];
};

const milliseconds = ({ native, web }: Speed["ms"]): FormFacts["ms"] => ({
  ...(native !== undefined && { native }),
  ...(web !== undefined && { web }),
});
