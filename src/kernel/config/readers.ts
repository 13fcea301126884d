/** Reads one variable; `undefined` means unset or empty. Throws an Error that says what is wrong. */
export interface Variable<Value> {
  doc: string;
  fallback: Value;
  read(raw: string): Value;
}

export function text(doc: string, fallback: string): Variable<string> {
  return { doc, fallback, read: (raw) => raw };
}

export function choice<const Options extends readonly string[]>(
  doc: string,
  fallback: Options[number],
  options: Options,
): Variable<Options[number]> {
  return {
    doc: `${doc} One of ${options.join(', ')}.`,
    fallback,
    read(raw) {
      if (!options.includes(raw)) throw new Error(`must be one of ${options.join(', ')}`);
      return raw;
    },
  };
}

export function count(doc: string, fallback: number, min: number, max: number): Variable<number> {
  return {
    doc,
    fallback,
    read(raw) {
      const value = Number(raw);
      if (!/^\d+$/.test(raw) || value < min || value > max)
        throw new Error(`must be a whole number from ${min} to ${max}`);
      return value;
    },
  };
}

export function bool(doc: string, fallback: boolean): Variable<boolean> {
  return {
    doc,
    fallback,
    read(raw) {
      if (raw !== 'true' && raw !== 'false') throw new Error('must be true or false');
      return raw === 'true';
    },
  };
}

export function list(doc: string): Variable<string[]> {
  return {
    doc,
    fallback: [],
    read: (raw) =>
      raw
        .split(',')
        .map((item) => item.trim())
        .filter(Boolean),
  };
}

/** `stun:host:port`, `turn:host:port?transport=udp`: these have no slashes. */
const ICE_URL =
  /^(stuns?|turns?):(\[[\da-f:.]+\]|[a-z\d](?:[a-z\d.-]*[a-z\d])?)(?::(\d{1,5}))?(\?transport=(?:udp|tcp))?$/i;

/** Addresses of STUN (RFC 7064) and TURN (RFC 7065) servers. */
export function iceUrls(doc: string): Variable<string[]> {
  return {
    ...list(doc),
    read(raw) {
      const urls = list(doc).read(raw);
      if (!urls.every(isIceUrl))
        throw new Error('must be a list of stun:, stuns:, turn: and turns: addresses (RFC 7064, RFC 7065)');
      return urls;
    },
  };
}

function isIceUrl(address: string): boolean {
  const [, scheme = '', , port = '3478', transport] = ICE_URL.exec(address) ?? [];
  const mayChoose = /^turn/i.test(scheme) || transport === undefined;
  return scheme !== '' && mayChoose && Number(port) >= 1 && Number(port) <= 65_535;
}

export function url(doc: string, protocols: string[]): Variable<string> {
  return {
    doc,
    fallback: '',
    read(raw) {
      if (!protocols.some((protocol) => raw.startsWith(`${protocol}//`)) || !URL.canParse(raw))
        throw new Error(`must be a URL with ${protocols.join(' or ')}`);
      return raw;
    },
  };
}

export function secret(doc: string, bytes: number): Variable<string> {
  return {
    doc,
    fallback: '',
    read(raw) {
      if (Buffer.byteLength(raw) < bytes) throw new Error(`must have at least ${bytes} bytes`);
      return raw;
    },
  };
}
