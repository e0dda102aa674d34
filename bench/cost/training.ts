/** One training of many photos on a host that exists for it alone, and the same at Rekognition Custom Labels. */
import { assumptions, HOURS_A_MONTH } from "./assumptions.ts";
import { type Line, line } from "./bill.ts";
import { measured } from "./measured.ts";

/** A g4dn.xlarge's four vCPUs are two cores, as ours were. */
export const trainingSeconds = (photos: number): { working: number; billed: number } => {
  const { featuresMs, headMs, otherSeconds } = measured.training;
  const working = (photos * (featuresMs + headMs)) / 1000 + otherSeconds;
  return { working, billed: working + assumptions.hostSeconds.before + assumptions.hostSeconds.after };
};

export const trainingBill = (photos: number, host: "ec2.spot" | "ec2.onDemand"): Line[] => {
  const hours = trainingSeconds(photos).billed / 3600;
  return [
    line(host, hours),
    line("ec2.address", hours),
    line("ebs.gbMonth", (assumptions.hostDiskGb * hours) / HOURS_A_MONTH),
    // the upload, the listing, a checkpoint for every hundred photos
    line("s3.write", photos + photos / 100),
    line("s3.read", photos),
    line("s3.gbMonth", photos * assumptions.photoGb),
  ];
};

/** Once a deploy whose training code changed, where docker does not build the images for nothing. */
export const imageBuild = (): Line[] => [line("codebuild.minute", assumptions.buildMinutes)];

export const rekognitionTraining = (): { least: Line[]; most: Line[] } => {
  const { least, most } = assumptions.rekognitionTrainingHours;
  return { least: [line("rekognition.trainingHour", least)], most: [line("rekognition.trainingHour", most)] };
};
