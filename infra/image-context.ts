/** What the training images are built from. */

export const dockerfile = "training/task/Dockerfile";

/** What the Dockerfile copies; its .dockerignore lets nothing else through. */
export const imageContext = [".npmrc", "models", "package-lock.json", "package.json", "shared", "training"];
