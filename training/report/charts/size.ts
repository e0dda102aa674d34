/** Of a chart that stands beside another, in units that are pixels where it has its full width. */
export const chartSize = {
  width: 440,
  height: 280,
  marginLeft: 48,
  marginBottom: 40,
  marginTop: 28,
} as const;
