/**
 * What a GPU host is told at its first start. Batch takes user data only as multipart MIME.
 * Source: https://docs.aws.amazon.com/batch/latest/userguide/launch-templates.html and, for the variables,
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-agent-config.html.
 */

/**
 * Seconds between a container's SIGTERM and its SIGKILL; 30 by default. Spot gives two minutes' notice, and a training uses
 * them to save. What it saved before is what really keeps it: the notice may not come.
 */
const STOP_SECONDS = 110;

/** Base64, as a launch template wants it. */
export const hostUserData = (): string => {
  const boundary = "==whippet==";
  const text = [
    "MIME-Version: 1.0",
    `Content-Type: multipart/mixed; boundary="${boundary}"`,
    "",
    `--${boundary}`,
    'Content-Type: text/x-shellscript; charset="us-ascii"',
    "",
    "#!/bin/bash",
    "cat >> /etc/ecs/ecs.config <<END",
    "ECS_ENABLE_SPOT_INSTANCE_DRAINING=true",
    `ECS_CONTAINER_STOP_TIMEOUT=${STOP_SECONDS}s`,
    "END",
    "",
    `--${boundary}--`,
    "",
  ].join("\n");
  return Buffer.from(text).toString("base64");
};
