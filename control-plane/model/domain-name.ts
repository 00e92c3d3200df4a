/** A label: letters, digits and inner hyphens, 63 at most. In lower case, as Route 53 and API Gateway keep it. */
const LABEL = /^(?!-)[a-z0-9-]{1,63}(?<!-)$/;

/** A name that can be a private zone and a private custom domain: two labels or more, no wildcard. */
export const isDomainName = (name: string): boolean => {
  const labels = name.split('.');
  return name.length <= 253 && labels.length >= 2 && labels.every((label) => LABEL.test(label));
};

/**
 * Whether a certificate with this name is valid for `domain`: the same, or a wildcard for its first label and no more.
 *
 * Source  RFC 6125 section 6.4.3
 */
export const certificateNameCovers = (certificateName: string, domain: string): boolean => {
  const name = certificateName.toLowerCase();
  return (
    name === domain ||
    (name.startsWith('*.') && domain.indexOf('.') > 0 && name.slice(1) === domain.slice(domain.indexOf('.')))
  );
};
