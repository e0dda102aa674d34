/** Where a deployed Worker answers, among all else that wrangler prints. */
export const workerUrlIn = (said: string): string | undefined => /https:\/\/\S+\.workers\.dev/.exec(said)?.[0];
