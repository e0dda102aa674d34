/** Long tests at their full size, which take hours on two cores: `npm run test:large`. Otherwise they are as long as `npm run test:long` can bear. */
export const large = process.env.WHIPPET_LARGE === "all";
